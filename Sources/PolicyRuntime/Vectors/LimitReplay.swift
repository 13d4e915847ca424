import PolicyPlan

/// Replays the vectors of counters: as many as the policy says, one more, and one at the exact edge of time.
enum LimitReplay {
    static func failure(_ vector: PlanVector, _ plan: PlanView) -> String? {
        let list = plan.index(plan.policy + PolicyRecord.limitList)
        let rule = LimitRule(record: list + Int(vector.subject) * LimitRecord.wordCount, plan)
        var cells = LimitCells(rule.quantity, capacity: 1)
        let count = number(vector.input, 0)
        switch vector.kind {
        case .rate: return rate(&cells, count, number(vector.input, 8), number(vector.input, 16))
        case .window: return window(&cells, count, number(vector.input, 8))
        default: return concurrent(&cells, count)
        }
    }

    private static func number(_ bytes: [UInt8], _ start: Int) -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) }
    }

    /// Some moment that is later than any period from its beginning; the counters know no other.
    private static func start(_ period: UInt64) -> UInt64 { min(period, UInt64(Int64.max) / 4) }

    private static func rate(_ cells: inout LimitCells, _ count: UInt64, _ period: UInt64, _ burst: UInt64) -> String? {
        let start = start(period)
        guard case .taken = cells.take(burst, at: 0, now: start) else { return "the burst does not pass" }
        guard case .refused = cells.take(1, at: 0, now: start) else { return "more than the burst passes at once" }
        // The first whole nanosecond at which one more fits.
        let step = count == 0 ? period : period / count + (period % count == 0 ? 0 : 1)
        if step > 0, case .taken = cells.take(1, at: 0, now: start &+ step &- 1) { return "one passes before its time" }
        guard case .taken = cells.take(1, at: 0, now: start &+ step) else { return "none passes at its time" }
        return nil
    }

    private static func window(_ cells: inout LimitCells, _ count: UInt64, _ period: UInt64) -> String? {
        let start = start(period)
        for _ in 0..<min(count, PlanLimits.windowCount) {
            guard case .taken = cells.take(1, at: 0, now: start) else { return "fewer pass than the policy says" }
        }
        guard case .refused = cells.take(1, at: 0, now: start &+ period &- 1) else {
            return "one more passes in a window"
        }
        guard case .taken = cells.take(1, at: 0, now: start &+ period) else { return "none passes in the next window" }
        return nil
    }

    private static func concurrent(_ cells: inout LimitCells, _ count: UInt64) -> String? {
        guard case .taken = cells.take(count, at: 0, now: 0) else { return "fewer are let in than the policy says" }
        guard case .refused = cells.take(1, at: 0, now: 0) else { return "one more is let in" }
        cells.giveBack(at: 0)
        guard case .taken = cells.take(1, at: 0, now: 0) else { return "what was given back is not let in" }
        return nil
    }
}
