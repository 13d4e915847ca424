import PolicyPlan

/// The counters that a connection keeps for itself.
struct ConnectionCounters {
    private var limits: [Int] = []
    private var cells: [LimitCells] = []

    /// Makes room for the counters of a route's lists.
    init(_ record: Int, _ plan: PlanView, _ rules: [LimitRule]) {
        for (list, count) in [
            (RouteRecord.controlList, RouteRecord.controlCount),
            (RouteRecord.messageRateList, RouteRecord.messageRateCount),
            (RouteRecord.byteRateList, RouteRecord.byteRateCount),
        ] {
            let start = plan.index(record + list)
            for place in 0..<plan.index(record + count) {
                let limit = plan.index(start + place)
                if rules[limit].per == .connection { add(limit, rules[limit]) }
            }
        }
    }

    private mutating func add(_ limit: Int, _ rule: LimitRule) {
        guard !limits.contains(limit) else { return }
        limits.append(limit)
        cells.append(LimitCells(rule.quantity, capacity: 1))
    }

    /// Takes from the connection's own counter; one of a message type is made when it is first taken from.
    mutating func take(_ limit: Int, _ rule: LimitRule, cost: UInt64, at now: UInt64) -> LimitAnswer {
        var place = 0
        while place < limits.count, limits[place] != limit { place &+= 1 }
        if place == limits.count { add(limit, rule) }
        return cells[place].take(cost, at: 0, now: now)
    }
}
