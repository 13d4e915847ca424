import PolicyDocument
import PolicyModel
import PolicyPlan
import WebSocketProtocol

extension ExplanationBuilder {
    /// A step of the handshake in words; a token check is several.
    func handshake(_ step: GraphStep, _ pipeline: Pipeline) -> [Explanation.Step] {
        func one(
            _ text: String,
            _ violations: [Violation],
            _ cost: Explanation.Cost,
            memory: UInt64? = nil
        ) -> [Explanation.Step] {
            [
                self.step(
                    .handshake,
                    text,
                    violations,
                    pipeline,
                    cost,
                    mode: step.mode,
                    at: step.span,
                    memory: memory
                )
            ]
        }
        switch step.check {
        case .clients(let check): return one(clients(check), [.clientForbidden], .lookUp)
        case .tls: return one("it came by TLS", [.tlsRequired], .compare)
        case .hosts(let check):
            return one("Host is one of \(list(check.hosts.map(\.value.written)))", [.hostForbidden], .lookUp)
        case .path: return one("no route has this path", [.pathForbidden], .lookUp)
        case .origins(let check, _): return origins(check, pipeline)
        case .limit(let index), .identityLimit(let index):
            let limit = policy.limits[index]
            let violation: Violation
            switch limit.quantity {
            case .frequency: violation = .connectionRate
            case .concurrent: violation = .connectionCount
            }
            return one("connections \(text(limit))", [violation], .count, memory: memory(limit))
        case .subprotocols(let check):
            let absent = check.absent.value == .allow ? "offers none, or" : "offers"
            let names = list(check.allow.map { $0.value })
            return one("the client \(absent) one of \(names)", [.subprotocolForbidden], .lookUp)
        case .token(let check, let attempts): return token(check, attempts, pipeline)
        }
    }

    private func clients(_ check: ClientsCheck) -> String {
        var parts: [String] = []
        if let allow = check.allow { parts.append("in \(list(allow.value.map { $0.value.description }))") }
        if !check.deny.isEmpty { parts.append("not in \(list(check.deny.map { $0.value.description }))") }
        return "the client's address is " + (parts.isEmpty ? "known" : parts.joined(separator: ", and "))
    }

    private func origins(_ check: OriginsCheck, _ pipeline: Pipeline) -> [Explanation.Step] {
        let absent: String
        switch check.absent.value {
        case .deny: absent = "there is an Origin"
        case .allowWithoutCookies: absent = "there is an Origin, or no cookie"
        case .allow: absent = "an Origin may be missing"
        }
        var sites = check.allow.map(\.value.written)
        if check.sameOrigin { sites.insert("the request's own origin", at: 0) }
        let isAny = check.everySite || check.allow.contains { $0.value.form == .everySite }
        let list = isAny ? "Origin is any site" : "Origin is \(sites.count > 1 ? "one of " : "")\(list(sites))"
        var steps: [Explanation.Step] = []
        if check.absent.value != .allow {
            steps.append(
                step(
                    .handshake,
                    absent,
                    [.originMissing],
                    pipeline,
                    .compare,
                    mode: check.mode,
                    at: check.absent.span
                )
            )
        }
        steps.append(
            step(.handshake, list, [.originForbidden], pipeline, .lookUp, mode: check.mode, at: check.span)
        )
        return steps
    }

    private func token(_ check: TokenCheck, _ attempts: [Int], _ pipeline: Pipeline) -> [Explanation.Step] {
        func one(
            _ text: String,
            _ violation: Violation,
            _ cost: Explanation.Cost,
            _ span: Span
        ) -> Explanation.Step {
            step(.handshake, text, [violation], pipeline, cost, mode: check.mode, at: span)
        }
        let places = list(check.sources.value.map { Self.text($0.value) })
        let anonymous = check.absent.value == .allow ? ", or none" : ""
        var steps = [one("there is one token\(anonymous), in \(places)", .tokenMissing, .compare, check.sources.span)]
        for index in attempts {
            let limit = policy.limits[index]
            steps.append(
                step(
                    .handshake,
                    "failed tokens \(text(limit))",
                    [.connectionRate],
                    pipeline,
                    .count,
                    mode: limit.mode,
                    at: limit.span,
                    memory: memory(limit)
                )
            )
        }
        let algorithms = list(check.algorithms.value.map(\.value.rawValue))
        let keys = list(check.keys.value.map(\.value.name))
        if !check.keys.value.isEmpty {
            steps.append(one("it is signed by \(algorithms) with \(keys)", .tokenInvalid, .signature, check.keys.span))
        }
        if let introspection = check.introspection {
            let which = check.keys.value.isEmpty ? "it" : "one that is not signed"
            let kept = introspection.cache.map {
                ", whose answer holds \(QuantityText.duration(nanoseconds: UInt64(max(0, $0.value.count))))"
            }
            steps.append(
                step(
                    .handshake,
                    "\(which) is active, says `\(introspection.url.value)`\(kept ?? "")",
                    [.tokenInvalid, .storeUnavailable],
                    pipeline,
                    .ask,
                    mode: check.mode,
                    at: introspection.url.span
                )
            )
        }
        if let issuer = check.issuer {
            steps.append(one("its issuer is `\(issuer.value)`", .tokenInvalid, .compare, issuer.span))
        }
        if let audience = check.audience {
            let names = list(audience.value.map(\.value))
            steps.append(one("it is meant for \(names)", .tokenInvalid, .compare, audience.span))
        } else {
            steps.append(one("it is meant for nobody in particular", .tokenInvalid, .compare, check.span))
        }
        if let lifetime = check.lifetime {
            let text = QuantityText.duration(nanoseconds: UInt64(max(0, lifetime.value.count)))
            steps.append(one("it was made for \(text) at most", .tokenInvalid, .compare, lifetime.span))
        }
        let skew = QuantityText.duration(nanoseconds: UInt64(max(0, check.clockSkew.value.count)))
        let expiry = check.expiryRequired.value ? "it has not expired" : "it has not expired, where it expires at all"
        steps.append(one("\(expiry), give or take \(skew)", .tokenExpired, .compare, check.expiryRequired.span))
        if let first = check.revoked.first {
            let text = "neither it nor its subject is revoked by \(list(check.revoked.map { "`\($0.value)`" }))"
            steps.append(one(text, .tokenRevoked, .lookUp, first.span))
        }
        if let shared = check.revokedShared {
            steps.append(
                step(
                    .handshake,
                    "neither it nor its subject is in the list of all instances, which is known",
                    [.tokenRevoked, .storeUnavailable],
                    pipeline,
                    .lookUp,
                    mode: check.mode,
                    at: shared
                )
            )
        }
        if let first = check.claims.first {
            steps.append(one("its claims fit their schema", .claimForbidden, .read, first.span))
        }
        return steps
    }

    private static func text(_ source: TokenSection.Source) -> String {
        switch source {
        case .query(let name): "query `\(name)`"
        case .header(let name): name == "authorization" ? "`Authorization: Bearer`" : "field `\(name)`"
        case .cookie(let name): "cookie `\(name)`"
        case .subprotocol(let prefix): "subprotocol `\(prefix)…`"
        case .message(let pointer): "first message at `/\(pointer.joined(separator: "/"))`"
        }
    }

    /// A limit in words: how many, for whom.
    func text(_ limit: LimitCheck) -> String {
        let per: String
        switch limit.per {
        case .connection: per = "per connection"
        case .clientAddress(let v4, let v6):
            per = v4 == 32 && v6 == 64 ? "per client address" : "per client address (/\(v4), /\(v6))"
        case .subject: per = "per subject"
        case .route: per = "per route"
        case .server: per = "in all"
        case .claim(let pointer): per = "per claim `/\(pointer.joined(separator: "/"))`"
        }
        func count(_ number: Int64) -> String { QuantityText.count(UInt64(max(0, number))) }
        func duration(_ time: Nanoseconds) -> String { QuantityText.duration(nanoseconds: UInt64(max(0, time.count))) }
        let whose = limit.isShared ? "\(per), over all instances" : per
        switch limit.quantity {
        case .concurrent(let most): return "\(whose): \(count(most)) open at once"
        case .frequency(.atMost(let most, let period)): return "\(whose): \(count(most)) in any \(duration(period))"
        case .frequency(.rate(let most, let period, let burst)):
            let sum = count(most.addingReportingOverflow(burst).partialValue)
            return "\(whose): \(count(most)) each \(duration(period)), \(count(burst)) at once,"
                + " never over \(sum) in \(duration(period))"
        }
    }

    /// The most memory that a limit's counters take, all connections together; nil for counters per connection.
    func memory(_ limit: LimitCheck) -> UInt64? {
        let counter: LimitMemory.Counter
        switch limit.quantity {
        case .concurrent: counter = .concurrent
        case .frequency(.rate(let count, let period, let burst)):
            counter = .rate(
                count: UInt64(max(0, count)),
                period: UInt64(max(0, period.count)),
                burst: UInt64(max(0, burst))
            )
        case .frequency(.atMost(let count, let period)):
            counter = .window(count: UInt64(max(0, count)), period: UInt64(max(0, period.count)))
        }
        let keys: Int
        var countsAddresses = false
        switch limit.per {
        case .connection: return nil
        case .server: keys = 1
        case .route: keys = LimitMemory.routeKeys(policy.routes.count)
        case .clientAddress: (keys, countsAddresses) = (Int(clamping: limit.tableSize), true)
        case .subject, .claim: keys = Int(clamping: limit.tableSize)
        }
        return UInt64(LimitMemory.bytes(counter, tableSize: max(1, keys), countsAddresses: countsAddresses))
    }
}
