import PolicyPlan
import WebSocketProtocol

// What a connection takes from limits, its own and those of all.
extension ConnectionGuard {
    mutating func takeAll(
        _ list: Int,
        _ count: Int,
        cost: UInt64,
        _ violation: Violation,
        _ note: StaticString
    ) -> Fault? {
        let plan = engine.plan.view
        guard let fault = takeList(plan.index(record + list), plan.index(record + count), cost: cost, violation, note)
        else { return nil }
        if violation == .controlFrameRate { close() }
        return fault
    }

    /// Takes from every limit of a list; the first that refuses decides, and later ones are not taken from.
    mutating func takeList(
        _ list: Int,
        _ count: Int,
        cost: UInt64,
        _ violation: Violation,
        _ note: StaticString,
        observedOnly: Bool = false
    ) -> Fault? {
        let plan = engine.plan.view
        for place in 0..<count {
            let limit = plan.index(list + place)
            let rule = engine.limits.rules[limit]
            if observedOnly, !rule.isObserved { continue }
            switch take(limit, rule, cost: cost) {
            case .taken: continue
            case .refused:
                guard rule.isObserved else { return fault(violation, rule.source, note) }
                observed.insert(violation)
            case .unavailable:
                guard rule.isObserved else {
                    return fault(
                        .storeUnavailable,
                        rule.source,
                        "the counters that all instances share cannot be asked"
                    )
                }
                observed.insert(.storeUnavailable)
            }
        }
        return nil
    }

    mutating func take(_ limit: Int, _ rule: LimitRule, cost: UInt64) -> LimitAnswer {
        if rule.per == .connection { return counters.take(limit, rule, cost: cost, at: latest) }
        guard let table = engine.limits.table(limit) else { return .taken }
        switch LimitKeys.key(limit, rule, client: client, route: route, identity: identity, engine) {
        case .key(let key):
            guard rule.isShared else { return table.take(key, cost: cost, at: latest).answer }
            return takeShared(limit, rule, key, table, cost)
        case .anonymous: return .taken
        case .missing: return .refused(retryAfter: nil)
        }
    }

    /// Whether an instance counts for itself where the store does not answer.
    private var mayCountAlone: Bool { engine.plan.view.word(record + RouteRecord.onStoreFailure) == 1 }

    /// Takes from what this instance has leased of a limit that all instances count together.
    @inline(never)
    func takeShared(
        _ limit: Int,
        _ rule: LimitRule,
        _ key: LimitKey,
        _ table: LimitTable,
        _ cost: UInt64
    ) -> LimitAnswer {
        guard let counters = engine.limits.counters, let shared = engine.limits.shared(limit),
            let leases = shared.leases
        else { return .unavailable }
        guard counters.isAvailable else {
            // As long as the store is away, each instance counts for itself, where the policy lets it.
            guard mayCountAlone else { return .unavailable }
            return table.take(key, cost: cost, at: latest).answer
        }
        let chain = KeyChain(key: key, keys: engine.limits.keys, v4Bits: rule.v4Bits, v6Bits: rule.v6Bits)
        let (answer, wants) = leases.take(chain, cost: cost, now: latest)
        if let wants {
            let name =
                wants.level == 0
                ? LimitKeys.name(limit, rule, client: client, route: route, identity: identity, engine)
                : chain.name(wants.level)
            // Counters of blocks and cells stand beside those of keys.
            let hit = SharedHit(name: shared.name + [UInt8(wants.level)] + name, quantity: leases.shares.granted)
            counters.add(LeaseWant(table: leases, place: wants, hit: hit))
        }
        guard answer == .unavailable, mayCountAlone else { return answer }
        return table.take(key, cost: cost, at: latest).answer
    }
}
