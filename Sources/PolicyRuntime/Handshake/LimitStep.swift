import PolicyPlan
import WebSocketProtocol

/// A connection's rate or count by address, route, server, subject or claim.
enum LimitStep {
    enum Answer {
        case pass
        /// One of a concurrent count was taken, and must be given back when the connection ends.
        case held(CountHolds.Hold)
        case refuse(StepRefusal)
    }

    static func answer(
        _ limit: Int,
        _ facts: inout HandshakeFacts,
        _ engine: borrowing PolicyEngine,
        at moment: Moment
    ) -> Answer {
        answer(limit, client: facts.client, route: facts.route, identity: facts.identity, engine, at: moment)
    }

    static func answer(
        _ limit: Int,
        client: ClientAddress,
        route: Int,
        identity: TokenIdentity?,
        _ engine: borrowing PolicyEngine,
        at moment: Moment
    ) -> Answer {
        let rule = engine.limits.rules[limit]
        guard let table = engine.limits.lent(limit) else { return .pass }
        let key: LimitKey
        switch LimitKeys.key(limit, rule, client: client, route: route, identity: identity, engine) {
        case .key(let found): key = found
        case .anonymous: return .pass
        case .missing:
            return .refuse(
                StepRefusal(
                    violation: .claimForbidden,
                    source: rule.source,
                    note: "the token lacks what this limit counts by"
                )
            )
        }
        let (answer, place) = table.take(key, at: moment.ticks)
        let isCount = if case .concurrent = rule.quantity { true } else { false }
        switch answer {
        case .unavailable: return .pass
        case .taken: return isCount ? .held(CountHolds.Hold(limit: limit, place: place)) : .pass
        case .refused(let wait):
            return .refuse(
                StepRefusal(
                    violation: isCount ? .connectionCount : .connectionRate,
                    source: rule.source,
                    note: isCount
                        ? "as many connections are open as this limit allows"
                        : "more new connections than this limit allows",
                    retryAfter: wait
                )
            )
        }
    }
}

/// The keys of limits.
enum LimitKeys {
    enum Answer {
        case key(LimitKey)
        /// Nobody is known, and nobody has to be.
        case anonymous
        /// A token was accepted that lacks the value.
        case missing
    }

    static func key(
        _ limit: Int,
        _ rule: LimitRule,
        client: ClientAddress,
        route: Int,
        identity: TokenIdentity?,
        _ engine: borrowing PolicyEngine
    ) -> Answer {
        switch rule.per {
        case .connection: return .anonymous
        case .clientAddress: return .key(engine.addressKey(client, rule: rule))
        case .route: return .key(engine.limits.routeKeys[route])
        case .server: return .key(engine.limits.keys.number(0))
        case .subject:
            guard let identity else { return .anonymous }
            return identity.withSubject { .key(engine.limits.keys.bytes($0)) } ?? .missing
        case .claim:
            guard let identity else { return .anonymous }
            return claim(limit, identity, engine)
        }
    }

    /// The key itself, for a counter that is not in this process; empty where there is none.
    static func name(
        _ limit: Int,
        _ rule: LimitRule,
        client: ClientAddress,
        route: Int,
        identity: TokenIdentity?,
        _ engine: borrowing PolicyEngine
    ) -> [UInt8] {
        switch rule.per {
        case .connection, .server: return []
        case .clientAddress:
            guard let address = client.address ?? client.countedAs else { return [] }
            let network = address.masked(v4Length: rule.v4Bits, v6Length: rule.v6Bits)
            return network.nameBytes
        case .route:
            let view = engine.plan.view
            let routes = view.index(view.policy + PolicyRecord.routeList)
            return LimitIdentity.pattern(routes + route * RouteRecord.wordCount, view)
        case .subject: return identity?.subject ?? []
        case .claim: return identity.flatMap { claimBytes(limit, $0, engine) } ?? []
        }
    }

    private static func claim(_ limit: Int, _ identity: TokenIdentity, _ engine: borrowing PolicyEngine) -> Answer {
        guard let bytes = claimBytes(limit, identity, engine) else { return .missing }
        return .key(engine.limits.keys.bytes(bytes.span))
    }

    /// A text, a whole number, or true or false; each by its kind and value; nil where the token has none of these.
    private static func claimBytes(
        _ limit: Int,
        _ identity: TokenIdentity,
        _ engine: borrowing PolicyEngine
    ) -> [UInt8]? {
        let plan = engine.plan.view
        let record = plan.index(plan.policy + PolicyRecord.limitList) + limit * LimitRecord.wordCount
        let list = plan.index(record + LimitRecord.claimList)
        let claims = identity.payload
        var payload = PaddedBytes(capacity: claims.count)
        payload.append(claims.span)
        var found = JSONLookup.root(of: payload)
        for place in 0..<plan.index(record + LimitRecord.claimCount) {
            guard let container = found else { return nil }
            let token = plan.span(
                offset: plan.index(list + 2 * place),
                length: plan.index(list + 2 * place + 1)
            )
            found = JSONLookup.step(token, from: container, in: payload)
        }
        guard let value = found else { return nil }
        var key: [UInt8]
        switch value.kind {
        case .string:
            guard let text = JSONLookup.string(value, in: payload) else { return nil }
            key = [0x22] + text
        case .number:
            key = value.range.map { payload.bytes[$0] }
            guard key.allSatisfy({ $0 == 0x2D || $0 &- 0x30 < 10 }) else { return nil }
        case .true: key = [0x74]
        case .false: key = [0x66]
        case .null, .array, .object: return nil
        }
        return key
    }
}

extension IPAddress {
    /// Its sixteen bytes, as a part of a counter's name.
    var nameBytes: [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: high >> UInt64(56 - 8 * $0)) }
            + (0..<8).map { UInt8(truncatingIfNeeded: low >> UInt64(56 - 8 * $0)) }
    }
}
