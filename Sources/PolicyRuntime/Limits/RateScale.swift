import PolicyPlan

/// GCRA in whole numbers of 64 bits: a rate whose times are counted in a unit that makes every hit a whole number.
///
/// Times begin at the table's first hit.
struct RateScale: Sendable {
    /// Units in a nanosecond.
    let units: UInt64
    /// Units that one hit moves the arrival time by.
    let step: UInt64
    let burst: UInt64
    /// Units that the arrival time may be ahead.
    let tolerance: UInt64

    /// Nil where 64 bits are too few (see `LimitMemory.unit`).
    init?(count: UInt64, period: UInt64, burst: UInt64) {
        guard let unit = LimitMemory.unit(count: count, period: period, burst: burst) else { return nil }
        (units, step) = unit
        self.burst = burst
        tolerance = unit.step &* burst
    }

    /// Units of a time since the beginning; after a decade it stands still, and the burst is the last that passes.
    @inline(__always)
    func present(_ nanoseconds: UInt64) -> UInt64 {
        let (product, overflow) = nanoseconds.multipliedReportingOverflow(by: units)
        return overflow ? 1 << 63 : min(product, 1 << 63)
    }

    /// The arrival time after `cost` more hits at once; nil where they do not fit.
    @inline(__always)
    func next(_ arrival: UInt64, _ present: UInt64, cost: UInt64) -> UInt64? {
        guard cost <= burst else { return nil }
        let next = max(arrival, present) &+ cost &* step
        return next &- present <= tolerance ? next : nil
    }

    /// Nanoseconds until as many hits would fit; nil where they never do.
    @inline(__always)
    func wait(_ arrival: UInt64, _ present: UInt64, cost: UInt64) -> UInt64? {
        guard cost <= burst else { return nil }
        let excess = max(arrival, present) &+ cost &* step &- present &- tolerance
        // Most rates count in nanoseconds.
        return units == 1 ? excess : Self.roundedUp(excess, units)
    }

    @inline(never)
    private static func roundedUp(_ excess: UInt64, _ units: UInt64) -> UInt64 { (excess &+ units &- 1) / units }
}
