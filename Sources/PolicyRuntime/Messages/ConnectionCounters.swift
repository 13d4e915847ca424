/// The counters that a connection keeps for itself, each made when it is first taken from.
struct ConnectionCounters {
    private var limits: [Int] = []
    private var cells: [LimitCells] = []

    private mutating func add(_ limit: Int, _ rule: LimitRule) {
        limits.append(limit)
        cells.append(LimitCells(rule.quantity, capacity: 1))
    }

    /// Takes from the connection's own counter.
    mutating func take(_ limit: Int, _ rule: LimitRule, cost: UInt64, at now: UInt64) -> LimitAnswer {
        var place = 0
        while place < limits.count, limits[place] != limit { place &+= 1 }
        if place == limits.count { add(limit, rule) }
        return cells[place].take(cost, at: 0, now: now)
    }
}
