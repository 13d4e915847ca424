import PolicyDocument
import PolicyModel
import WebSocketProtocol

extension ReferenceEvaluator {
    /// Why a check refuses.
    struct Objection {
        let violation: Violation
        let places: Set<Span>
        var wait: Int128?
        var status: UInt16?
    }

    /// What is known of a handshake while its checks run.
    private struct Facts {
        let request: RequestText
        let walk: ForwardedWalk
        let route: Int?
        let ticks: UInt64
        let unix: Int64
        var claims: TokenClaims?
        var isIdentified = false
        var isObserved = false
        var awaiting: TokenCheck?
        var holds: [(limit: Int, key: CounterKey)] = []
        var observed: Set<Violation> = []

        /// Whether the client's side is TLS; nil where a trusted hop does not say.
        var isSecure: Bool? {
            if request.isSecure { return true }
            guard walk.isPeerTrusted else { return false }
            return walk.isForwardedSecure
        }
    }

    func handshake(_ request: RequestText, on name: String, ticks: UInt64, unix: Int64) -> ReferenceDecision {
        let path = PathText(request.path)
        let walk = ForwardedWalk(request, policy.addressing)
        let route =
            path.segments == nil
            ? nil : policy.routes.firstIndex { route in route.pattern.map(path.matches) ?? true }
        var facts = Facts(request: request, walk: walk, route: route, ticks: ticks, unix: unix)
        if let objection = objection(&facts) {
            for hold in facts.holds { counters.giveBack(hold.limit, hold.key) }
            return refusal(objection, facts)
        }
        guard let route else { return refusal(Objection(violation: .pathForbidden, places: []), facts) }
        open(
            ReferenceConnection(
                number: nextNumber(),
                route: route,
                countedAs: walk.countedAs,
                claims: facts.claims,
                isIdentified: facts.isIdentified,
                isObserved: facts.isObserved,
                awaiting: facts.awaiting,
                openedAt: ticks,
                activeAt: ticks,
                latest: ticks,
                holds: facts.holds
            ),
            as: name
        )
        var decision = ReferenceDecision(.accept)
        decision.route = policy.routes[route].pattern?.written
        decision.subprotocol = selected(facts, route)
        decision.subject = facts.claims?.subject.map { String(decoding: $0, as: UTF8.self) }
        decision.observed = facts.observed
        decision.awaitsToken = facts.awaiting != nil
        return decision
    }

    private func refusal(_ objection: Objection, _ facts: Facts) -> ReferenceDecision {
        // A malformed or too large handshake is answered before its route is looked for.
        let isEarly = objection.violation == .badHandshake || objection.violation == .handshakeTooLarge
        let answers = (isEarly ? nil : facts.route).map { policy.routes[$0].answers } ?? policy.unrouted.answers
        let answer = answers[objection.violation]
        var decision = ReferenceDecision(.refuse)
        decision.violation = objection.violation
        decision.deliversClose = answer.delivery == .close
        decision.status = objection.status ?? answer.status
        decision.closeCode = answer.closeCode
        decision.observed = facts.observed
        decision.places = objection.places
        if objection.violation == .connectionRate || objection.violation == .connectionCount {
            decision.retryAfter = objection.wait.map { max(1, UInt64(($0 + 999_999_999) / 1_000_000_000)) } ?? 1
        }
        return decision
    }

    /// The first enforcing check that refuses, in the language's order.
    private func objection(_ facts: inout Facts) -> Objection? {
        if let status = HandshakeForm.refusalStatus(facts.request) {
            return Objection(
                violation: .badHandshake,
                places: [policy.defaultSpan],
                status: status == 426 ? 426 : nil
            )
        }
        if case .atMost(let most) = policy.handshakeBytes.value, Int64(facts.request.byteCount) > most {
            return Objection(violation: .handshakeTooLarge, places: [policy.handshakeBytes.span])
        }
        let clients = facts.route.map { policy.routes[$0].clients } ?? policy.unrouted.clients
        for check in clients {
            if let found = meet(check.mode, self.clients(check, facts), &facts) { return found }
        }
        for check in facts.route.map({ policy.routes[$0].tls }) ?? policy.unrouted.tls where facts.isSecure != true {
            let objection = Objection(violation: .tlsRequired, places: [check.span])
            if let found = meet(check.mode, objection, &facts) { return found }
        }
        for check in facts.route.map({ policy.routes[$0].hosts }) ?? policy.unrouted.hosts {
            if let found = meet(check.mode, hosts(check, facts), &facts) { return found }
        }
        guard let index = facts.route else {
            return Objection(violation: .pathForbidden, places: [])
        }
        let route = policy.routes[index]
        for check in route.origins {
            if let found = meet(check.mode, origins(check, facts), &facts) { return found }
        }
        for limit in route.connectionLimits {
            if let found = connectionLimit(limit, index, &facts) { return found }
        }
        for check in route.subprotocols {
            if let found = meet(check.mode, subprotocols(check, route, facts), &facts) { return found }
        }
        for check in route.tokens {
            let objection = token(check, route, &facts)
            if let found = meet(check.mode, objection, &facts) { return found }
        }
        for limit in route.identityLimits {
            if let found = connectionLimit(limit, index, &facts) { return found }
        }
        return nil
    }

    /// An observing check only reports.
    private func meet(_ mode: Mode, _ objection: Objection?, _ facts: inout Facts) -> Objection? {
        guard let objection else { return nil }
        guard mode == .observe else { return objection }
        facts.observed.insert(objection.violation)
        return nil
    }

    private func clients(_ check: ClientsCheck, _ facts: Facts) -> Objection? {
        guard let client = facts.walk.client else {
            return Objection(violation: .clientForbidden, places: [check.span])
        }
        let denying = check.deny.filter { client.isIn($0.value) }
        if !denying.isEmpty { return Objection(violation: .clientForbidden, places: Set(denying.map(\.span))) }
        if let allow = check.allow, !allow.value.contains(where: { client.isIn($0.value) }) {
            return Objection(violation: .clientForbidden, places: [allow.span])
        }
        return nil
    }

    private func hosts(_ check: HostsCheck, _ facts: Facts) -> Objection? {
        guard let host = facts.request.host else { return nil }
        let port = host.port ?? facts.isSecure.map { $0 ? 443 : 80 }
        let isListed = check.hosts.contains { entry in
            let name =
                entry.value.name.contains(":") && !entry.value.name.hasPrefix("[")
                ? "[\(entry.value.name)]" : entry.value.name
            guard HostText(Array(name.utf8))?.name == host.name else { return false }
            return entry.value.port.map { Int($0) == port } ?? true
        }
        return isListed ? nil : Objection(violation: .hostForbidden, places: [check.span])
    }

    private func origins(_ check: OriginsCheck, _ facts: Facts) -> Objection? {
        guard let value = facts.request.values("origin").first else {
            switch check.absent.value {
            case .allow: return nil
            case .allowWithoutCookies where facts.request.values("cookie").isEmpty: return nil
            case .allowWithoutCookies, .deny: return Objection(violation: .originMissing, places: [check.absent.span])
            }
        }
        let origin = OriginText(value)
        if case .tuple(let scheme, let name, let port) = origin {
            if check.everySite { return nil }
            if check.sameOrigin, let host = facts.request.host, let isSecure = facts.isSecure,
                scheme == (isSecure ? "https" : "http"), name == host.name,
                port == (host.port ?? (isSecure ? 443 : 80))
            {
                return nil
            }
        }
        if origin != .malformed, check.allow.contains(where: { origin.matches($0.value) }) { return nil }
        // Lists of several levels may be one table: which of them is named is not compared.
        return Objection(violation: .originForbidden, places: [])
    }

    private func connectionLimit(_ limit: Int, _ route: Int, _ facts: inout Facts) -> Objection? {
        let check = policy.limits[limit]
        // What counts by the token waits for it.
        if facts.awaiting != nil, policy.routes[route].identityLimits.contains(limit) { return nil }
        let key: CounterKey
        switch self.key(
            check.per,
            route: route,
            address: facts.walk.countedAs,
            claims: facts.claims,
            facts.isIdentified
        ) {
        case .key(let found): key = found
        case .nobody: return nil
        case .missing:
            return meet(check.mode, Objection(violation: .claimForbidden, places: [check.span]), &facts)
        }
        var isCount = false
        if case .concurrent = check.quantity { isCount = true }
        switch counters.take(limit, key, at: facts.ticks) {
        case .taken:
            if isCount { facts.holds.append((limit, key)) }
            return nil
        case .refused(let wait):
            let objection = Objection(
                violation: isCount ? .connectionCount : .connectionRate,
                places: [check.span],
                wait: wait
            )
            return meet(check.mode, objection, &facts)
        }
    }

    enum KeyAnswer {
        case key(CounterKey)
        case nobody
        case missing
    }

    /// What a counter counts by.
    func key(
        _ per: LimitsSection.Per,
        route: Int,
        address: AddressBytes?,
        claims: TokenClaims?,
        _ isIdentified: Bool
    ) -> KeyAnswer {
        switch per {
        case .connection: return .nobody
        case .clientAddress(let v4, let v6): return .key(.address(address?.block(v4: v4, v6: v6)))
        case .route: return .key(.route(route))
        case .server: return .key(.server)
        case .subject:
            guard isIdentified, let claims else { return .nobody }
            return claims.subject.map { .key(.subject($0)) } ?? .missing
        case .claim(let pointer):
            guard isIdentified, let claims else { return .nobody }
            return claims.key(pointer).map { .key(.claim($0)) } ?? .missing
        }
    }

    // MARK: Subprotocols

    /// What each level leaves of the levels before: two different offers cannot pass two levels.
    private func subprotocols(_ check: SubprotocolsCheck, _ route: ResolvedRoute, _ facts: Facts) -> Objection? {
        let offers = facts.request.elements("sec-websocket-protocol")
        guard !facts.request.values("sec-websocket-protocol").isEmpty, !offers.isEmpty else {
            return check.absent.value == .allow
                ? nil
                : Objection(violation: .subprotocolForbidden, places: [check.absent.span, check.span])
        }
        var allowed = check.allow.map(\.value)
        for outer in route.subprotocols {
            if outer.span == check.span { break }
            guard outer.mode == .enforce || check.mode == .observe else { continue }
            guard outer.mode == .enforce else { continue }
            allowed = allowed.filter { name in outer.allow.contains { $0.value == name } }
        }
        let isOffered = offers.contains { offer in allowed.contains { Array($0.utf8) == offer } }
        return isOffered ? nil : Objection(violation: .subprotocolForbidden, places: [])
    }

    private func selected(_ facts: Facts, _ route: Int) -> String? {
        let levels = policy.routes[route].subprotocols.filter { $0.mode == .enforce }
        guard let last = levels.last else { return nil }
        let offers = facts.request.elements("sec-websocket-protocol")
        return last.allow.map(\.value).first { name in
            levels.allSatisfy { level in level.allow.contains { $0.value == name } }
                && offers.contains(Array(name.utf8))
        }
    }

    // MARK: Token

    private func token(_ check: TokenCheck, _ route: ResolvedRoute, _ facts: inout Facts) -> Objection? {
        let sources = check.sources.value.map(\.value)
        let offers = facts.request.elements("sec-websocket-protocol")
        for source in sources {
            guard case .subprotocol(let prefix) = source else { continue }
            let own = offers.filter { $0.starts(with: prefix.utf8) }
            if !own.isEmpty, own.count == offers.count {
                return Objection(violation: .subprotocolForbidden, places: [])
            }
        }
        let token: [UInt8]
        switch CredentialReading.read(facts.request, sources) {
        case .missing:
            if check.messagePointer != nil {
                facts.awaiting = check
                return nil
            }
            return check.isOptional
                ? nil : Objection(violation: .tokenMissing, places: [check.absent.span])
        case .invalid: return Objection(violation: .tokenInvalid, places: [])
        case .token(let found): token = found
        }
        for limit in route.tokenAttempts where policy.limits[limit].mode == .enforce {
            guard case .key(let key) = attemptKey(limit, facts) else { continue }
            if case .refused(let wait) = counters.peek(limit, key, at: facts.ticks) {
                return Objection(violation: .connectionRate, places: [policy.limits[limit].span], wait: wait)
            }
        }
        let objection: Objection
        switch judge(token, check, unix: facts.unix) {
        case .accepted(let claims):
            if let place = place(ofUnlisted: check, route) {
                return Objection(violation: .storeUnavailable, places: [place])
            }
            if facts.claims == nil {
                facts.claims = claims
                facts.isIdentified = true
                facts.isObserved = check.mode == .observe
            }
            return nil
        case .invalid: objection = Objection(violation: .tokenInvalid, places: [])
        case .expired: objection = Objection(violation: .tokenExpired, places: [check.expiryRequired.span])
        case .revoked:
            let places = (check.revoked.prefix(1).map(\.span)) + [check.revokedShared].compactMap { $0 }
            objection = Objection(violation: .tokenRevoked, places: Set(places))
        case .forbidden: objection = Objection(violation: .claimForbidden, places: [])
        // It says nothing about the token, and counts for no attempt.
        case .unavailable:
            let places = check.introspection.map { [$0.url.span] } ?? []
            return Objection(violation: .storeUnavailable, places: Set(places))
        }
        for limit in route.tokenAttempts {
            guard case .key(let key) = attemptKey(limit, facts) else { continue }
            _ = counters.take(limit, key, at: facts.ticks)
        }
        return objection
    }

    /// The first message of a connection whose token is awaited; nil where it is an ordinary one.
    func firstMessage(
        _ bytes: [UInt8],
        isText: Bool,
        on name: String,
        ticks: UInt64,
        unix: Int64
    ) -> ReferenceDecision? {
        guard var connection = connections[name], let check = connection.awaiting else { return nil }
        let route = policy.routes[connection.route]
        let place = check.messagePointer.map { [$0.span] } ?? []
        var value: JSONValue?
        if isText, let root = CompactToken.object(bytes), let pointer = check.messagePointer {
            value = CompactToken.find(pointer.value, in: root)
        }
        guard let value else {
            guard check.isOptional else { return close(.tokenMissing, on: name, at: Set(place)) }
            connection.awaiting = nil
            connections[name] = connection
            return format(isText: isText, route, on: name)
        }
        guard let token = value.text.map({ Array($0.utf8) }), !token.isEmpty else {
            return close(.tokenMissing, on: name, at: Set(place))
        }
        switch verified(token, check, on: name) {
        case .success(let claims):
            connections[name]?.claims = claims
            connections[name]?.isIdentified = true
            connections[name]?.isObserved = false
            connections[name]?.awaiting = nil
            return identified(name, claims, ticks)
        case .failure(let refusal): return refusal.decision
        }
    }

    /// A message of the type that brings a newer token; nil for every other one.
    func renewal(_ bytes: [UInt8], _ type: String?, on name: String) -> ReferenceDecision? {
        guard let connection = connections[name], !connection.isObserved, let old = connection.claims,
            let check = policy.routes[connection.route].tokens.first(where: { $0.mode == .enforce }),
            let renewal = check.renewal, renewal.value.type == type
        else { return nil }
        let root = JSONText(bytes, depth: 500).root
        let text = root.flatMap { CompactToken.find(renewal.value.pointer, in: $0) }?.text
        guard let token = text.map({ Array($0.utf8) }), !token.isEmpty else {
            return close(.tokenMissing, on: name, at: [renewal.span])
        }
        switch verified(token, check, on: name) {
        case .failure(let refusal): return refusal.decision
        case .success(let claims):
            guard claims.subject == old.subject else {
                countFailure(connection)
                return close(.tokenInvalid, on: name, at: [renewal.span])
            }
            connections[name]?.claims = claims
            var decision = ReferenceDecision(.authenticated)
            decision.subject = claims.subject.map { String(decoding: $0, as: UTF8.self) }
            return decision
        }
    }

    private struct TokenRefusal: Error {
        let decision: ReferenceDecision
    }

    /// A token that a message brought: its claims, or how the connection ends.
    private func verified(
        _ token: [UInt8],
        _ check: TokenCheck,
        on name: String
    ) -> Result<TokenClaims, TokenRefusal> {
        guard let connection = connections[name] else { return .failure(TokenRefusal(decision: .init(.closed))) }
        for limit in policy.routes[connection.route].tokenAttempts where policy.limits[limit].mode == .enforce {
            guard case .key(let key) = attempt(limit, connection) else { continue }
            if case .refused = counters.peek(limit, key, at: now.ticks) {
                let decision = close(.connectionRate, on: name, at: [policy.limits[limit].span])
                return .failure(TokenRefusal(decision: decision))
            }
        }
        let violation: Violation
        switch judge(token, check, unix: now.unix) {
        case .accepted(let claims):
            if let place = place(ofUnlisted: check, policy.routes[connection.route]) {
                return .failure(TokenRefusal(decision: close(.storeUnavailable, on: name, at: [place])))
            }
            return .success(claims)
        case .invalid: violation = .tokenInvalid
        case .expired: violation = .tokenExpired
        case .revoked: violation = .tokenRevoked
        case .forbidden: violation = .claimForbidden
        case .unavailable:
            let places = check.introspection.map { [$0.url.span] } ?? []
            return .failure(TokenRefusal(decision: close(.storeUnavailable, on: name, at: Set(places))))
        }
        countFailure(connection)
        return .failure(TokenRefusal(decision: close(violation, on: name, at: [])))
    }

    private func attempt(_ limit: Int, _ connection: ReferenceConnection) -> KeyAnswer {
        key(policy.limits[limit].per, route: 0, address: connection.countedAs, claims: nil, false)
    }

    private func countFailure(_ connection: ReferenceConnection) {
        for limit in policy.routes[connection.route].tokenAttempts {
            guard case .key(let key) = attempt(limit, connection) else { continue }
            _ = counters.take(limit, key, at: now.ticks)
        }
    }

    /// What is counted by the token, when it has come.
    private func identified(_ name: String, _ claims: TokenClaims, _ ticks: UInt64) -> ReferenceDecision {
        var decision = ReferenceDecision(.authenticated)
        decision.subject = claims.subject.map { String(decoding: $0, as: UTF8.self) }
        guard let connection = connections[name] else { return decision }
        for limit in policy.routes[connection.route].identityLimits {
            let check = policy.limits[limit]
            var violation: Violation?
            switch key(check.per, route: connection.route, address: connection.countedAs, claims: claims, true) {
            case .nobody: continue
            case .missing: violation = .claimForbidden
            case .key(let key):
                var isCount = false
                if case .concurrent = check.quantity { isCount = true }
                if case .refused = counters.take(limit, key, at: ticks) {
                    violation = isCount ? .connectionCount : .connectionRate
                } else if isCount {
                    connections[name]?.holds.append((limit, key))
                }
            }
            guard let violation else { continue }
            guard check.mode == .observe else {
                var closed = close(violation, on: name, at: [check.span])
                closed.observed = decision.observed
                return closed
            }
            decision.observed.insert(violation)
        }
        return decision
    }

    private func attemptKey(_ limit: Int, _ facts: Facts) -> KeyAnswer {
        key(policy.limits[limit].per, route: 0, address: facts.walk.countedAs, claims: nil, false)
    }
}
