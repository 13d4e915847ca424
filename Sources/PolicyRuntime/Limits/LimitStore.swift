import PolicyPlan
import WebSocketProtocol

/// All counters of a plan that are shared between connections.
final class LimitStore: Sendable {
    let rules: [LimitRule]
    /// By the limit's index; nil for counters that each connection keeps itself.
    private let tables: [LimitTable?]
    let keys: LimitKeyMaker

    init(_ plan: PlanView, seed: (UInt64, UInt64)) {
        let list = plan.index(plan.policy + PolicyRecord.limitList)
        rules = (0..<plan.index(plan.policy + PolicyRecord.limitCount)).map { index in
            LimitRule(record: list + index * LimitRecord.wordCount, plan)
        }
        let keys = LimitKeyMaker(seed: seed)
        self.keys = keys
        tables = rules.map { $0.per == .connection ? nil : LimitTable($0, keys) }
    }

    /// The table of a limit; nil where each connection counts for itself.
    func table(_ limit: Int) -> LimitTable? { tables[limit] }

    /// Bytes that all tables may come to hold.
    var maximumBytes: Int {
        rules.reduce(0) { $0 + ($1.per == .connection ? 0 : LimitTable.maximumBytes($1)) }
    }
}
