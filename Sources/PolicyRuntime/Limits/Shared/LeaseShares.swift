/// How a rate of messages that all instances count together is divided.
///
/// An instance lets pass what it has leased, and, when it has nothing, an advance that it reports with its next lease. The store
/// grants less than the limit by what so many instances may hold at once, so that together they stay within the limit:
///
/// | burst, or the window's count | slice, and advance | instances | the store grants, of the burst |
/// |---|---|---|---|
/// | 8 | 1 | 2 | 4 |
/// | 16 to 31 | 1 | 4 | the burst less 8 |
/// | 100 | 6 | 4 | 52 |
/// | 3,200 | 200 | 4 | 1,600 |
///
/// With more instances that see one key at the same time each may add a slice and an advance.
package struct LeaseShares: Sendable, Equatable {
    /// What an instance leases at once, and what it may be ahead by before it is told.
    package let slice: UInt64
    /// How many instances the limit holds for exactly.
    package let instances: UInt64
    /// What the store counts by.
    package let granted: LimitRule.Quantity

    package init(_ quantity: LimitRule.Quantity) {
        let most: UInt64 =
            switch quantity {
            case .rate(_, _, let burst): burst
            case .atMost(let count, _): UInt64(count)
            case .concurrent(let count): count
            }
        slice = max(1, most / 16)
        instances = max(1, min(4, most / (4 * slice)))
        let left = max(1, most &- min(most, instances * 2 * slice))
        granted =
            switch quantity {
            case .rate(let count, let period, _): .rate(count: count, period: period, burst: left)
            case .atMost(_, let period): .atMost(count: Int(left), period: period)
            case .concurrent: .concurrent(count: left)
            }
    }
}
