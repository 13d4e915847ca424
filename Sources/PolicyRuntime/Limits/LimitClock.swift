import Synchronization

/// The latest moment that a table has seen, up to a millisecond: time that goes back by more stands still.
///
/// It is written once a millisecond at most, so that threads that count at the same time do not wait for each other's writing. Where
/// two bring their moments at the same time, the older one may be kept; it is later than any that was brought before.
struct LimitClock: ~Copyable, Sendable {
    /// Nanoseconds by which time may go back: a counter of its own only refuses more for as long.
    static let grain: UInt64 = 1_000_000

    private let latest = Atomic<UInt64>(0)
    /// The moment of the first hit; all ones before it.
    private let first = Atomic<UInt64>(.max)

    /// The moment that counts as now.
    @inline(__always)
    borrowing func now(_ moment: UInt64) -> UInt64 {
        let seen = latest.load(ordering: .relaxed)
        guard moment > seen else { return seen }
        if moment &- seen >= Self.grain { latest.store(moment, ordering: .relaxed) }
        return moment
    }

    /// Whether a moment has counted.
    var hasBegun: Bool { first.load(ordering: .relaxed) != .max }

    /// The latest moment so far, up to a millisecond.
    borrowing func latestMoment() -> UInt64 { latest.load(ordering: .relaxed) }

    /// The first moment that counted.
    borrowing func beginning(_ now: UInt64) -> UInt64 {
        let beginning = first.load(ordering: .relaxed)
        return beginning == .max ? now : beginning
    }

    /// Nanoseconds since the first moment that counted, which is this one where none did.
    @inline(__always)
    borrowing func elapsed(_ now: UInt64) -> UInt64 {
        let beginning = first.load(ordering: .relaxed)
        return beginning <= now ? now &- beginning : begin(now)
    }

    @inline(never)
    private borrowing func begin(_ now: UInt64) -> UInt64 {
        let (isFirst, other) = first.compareExchange(expected: .max, desired: now, ordering: .relaxed)
        return isFirst || other > now ? 0 : now &- other
    }
}
