/// The state of one GCRA counter: its theoretical arrival time.
///
/// Times are counted in units of one nanosecond divided by the rule's count, so that a rate such as three a second has no
/// rounding: a hit moves the arrival time by exactly `period` units. With counts below 2^53 and times below 2^63 nothing
/// overflows 128 bits.
struct RateCell: Sendable, Equatable {
    private(set) var arrival: UInt128 = 0

    /// Whether the state says no more than a new cell would.
    func isExpired(at now: UInt64, count: UInt64) -> Bool {
        arrival <= UInt128(now) &* UInt128(count)
    }

    /// Takes `cost` hits at once, or nothing.
    mutating func take(_ cost: UInt64, at now: UInt64, count: UInt64, period: UInt64, burst: UInt64) -> LimitAnswer {
        let present = UInt128(now) &* UInt128(count)
        let next = max(arrival, present) &+ UInt128(cost) &* UInt128(period)
        let tolerance = UInt128(burst) &* UInt128(period)
        guard next &- present <= tolerance else {
            guard cost <= burst else { return .refused(retryAfter: nil) }
            // The first nanosecond at which the hit fits.
            let wait = next &- present &- tolerance
            let nanoseconds = (wait &+ UInt128(count) &- 1) / UInt128(count)
            return .refused(retryAfter: UInt64(clamping: nanoseconds))
        }
        arrival = next
        return .taken
    }

    /// Whether a hit would pass, without taking it.
    func allows(at now: UInt64, count: UInt64, period: UInt64, burst: UInt64) -> LimitAnswer {
        var copy = self
        return copy.take(1, at: now, count: count, period: period, burst: burst)
    }
}
