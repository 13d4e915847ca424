import PolicyPlan
import WebSocketProtocol

/// All counters of a plan that are shared between connections.
final class LimitStore: Sendable {
    let rules: [LimitRule]
    /// By the limit's index; nil for counters that each connection keeps itself.
    private let tables: [LimitTable?]
    /// The same, for whoever counts and keeps nothing.
    private let lent: [LentTable?]
    let keys: LimitKeyMaker

    /// What each limit counts, and where, by index; nil for counters that each connection keeps itself.
    private let identities: [LimitIdentity?]
    /// The keys of routes: by their patterns, so that they stay what they are when others come before them.
    let routeKeys: [LimitKey]

    /// By the limit's index; nil for what this instance counts alone.
    private let sharedLimits: [SharedLimit?]
    /// Where the store is asked; nil where nothing is shared.
    let counters: SharedCounters?

    /// The counters of a plan; those of an earlier plan's limits go on where they were.
    init(_ plan: PlanView, seed: (UInt64, UInt64), keeping earlier: LimitStore? = nil) throws(EngineError) {
        let list = plan.index(plan.policy + PolicyRecord.limitList)
        let rules = (0..<plan.index(plan.policy + PolicyRecord.limitCount)).map { index in
            LimitRule(record: list + index * LimitRecord.wordCount, plan)
        }
        let keys = earlier?.keys ?? LimitKeyMaker(seed: seed)
        let routes = plan.index(plan.policy + PolicyRecord.routeList)
        routeKeys = (0..<plan.index(plan.policy + PolicyRecord.routeCount)).map { place in
            keys.bytes(LimitIdentity.pattern(routes + place * RouteRecord.wordCount, plan).span)
        }
        self.rules = rules
        self.keys = keys
        let identities = LimitIdentity.all(plan, rules)
        self.identities = identities
        var kept: [Int: Kept] = [:]
        if let earlier { kept = try Self.kept(rules, identities, earlier) }
        var tables: [LimitTable?] = []
        for (index, rule) in rules.enumerated() {
            if rule.per == .connection {
                tables.append(nil)
            } else if let table = kept[index]?.table {
                tables.append(table)
            } else {
                tables.append(try LimitTable(rule, keys))
            }
        }
        self.tables = tables
        lent = tables.map { $0.map { LentTable($0) } }
        sharedLimits = rules.indices.map { index in
            guard rules[index].isShared, let identity = identities[index] else { return nil }
            let new = SharedLimit(rules[index], identity, plan)
            // An instance that starts with this plan counts under this name.
            guard let earlier = kept[index]?.shared, earlier.name == new.name else { return new }
            return earlier
        }
        counters = rules.contains(where: \.isShared) ? earlier?.counters ?? SharedCounters() : nil
        // Last, when nothing can fail any more: these tables are the earlier engine's too.
        for (index, kept) in kept { kept.table.change(to: rules[index]) }
    }

    private typealias Kept = (table: LimitTable, shared: SharedLimit?)

    /// The tables that go on, by the index of the limit: first of limits that did not change, then of those that did.
    private static func kept(
        _ rules: [LimitRule],
        _ identities: [LimitIdentity?],
        _ earlier: LimitStore
    ) throws(EngineError) -> [Int: Kept] {
        var kept: [Int: Kept] = [:]
        var used: Set<Int> = []
        for needsSameNumbers in [true, false] {
            for index in rules.indices where kept[index] == nil {
                guard let identity = identities[index] else { continue }
                let found = earlier.rules.indices.first { other in
                    guard !used.contains(other), let former = earlier.identities[other] else { return false }
                    return identity.succeeds(former)
                        && (!needsSameNumbers || rules[index].quantity == earlier.rules[other].quantity)
                }
                guard let found, let table = earlier.tables[found] else { continue }
                used.insert(found)
                kept[index] = (
                    try table.succeeding(rules[index], earlier.rules[found]), earlier.sharedLimits[found]
                )
            }
        }
        return kept
    }

    /// The table of a limit; nil where each connection counts for itself.
    func table(_ limit: Int) -> LimitTable? { tables[limit] }

    /// The table of a limit without a reference of its own: it is there as long as this object.
    @inline(__always)
    func lent(_ limit: Int) -> LentTable? { lent[limit] }

    /// What is known of a limit that all instances count together; nil for one that this instance counts alone.
    func shared(_ limit: Int) -> SharedLimit? { sharedLimits[limit] }

    /// Bytes that all tables may come to hold.
    var maximumBytes: Int {
        rules.reduce(0) { $0 + ($1.per == .connection ? 0 : LimitTable.maximumBytes($1)) }
    }
}

/// A table that somebody else keeps for longer: its references are not counted, which would take longer than a hit.
@safe
struct LentTable: Sendable {
    private let known: KnownKeys
    private let table: Unmanaged<LimitTable>

    init(_ table: LimitTable) {
        known = table.known
        unsafe self.table = Unmanaged.passUnretained(table)
    }

    /// Takes one hit.
    @inline(__always)
    func take(_ key: LimitKey, at moment: UInt64) -> (answer: LimitAnswer, place: LimitTable.Place) {
        if let answer = known.take(key.fingerprint, cost: 1, at: moment) { return answer }
        // Its keeper is there for the call.
        return unsafe table._withUnsafeGuaranteedRef { $0.takeElsewhere(key, 1, known.now(moment)) }
    }

    /// What `take` would say.
    @inline(__always)
    func peek(_ key: LimitKey, at moment: UInt64) -> LimitAnswer {
        if let answer = known.peek(key.fingerprint, at: moment) { return answer }
        // As above.
        return unsafe table._withUnsafeGuaranteedRef { $0.peekElsewhere(key, known.now(moment)) }
    }

    /// Gives one back to a concurrent count.
    @inline(__always)
    func giveBack(_ place: LimitTable.Place) {
        guard place.level != 0 else { return known.giveBack(place.index) }
        // As above.
        unsafe table._withUnsafeGuaranteedRef { $0.giveBack(place) }
    }
}
