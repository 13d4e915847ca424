import Synchronization

/// The latest moment that a table has seen: time that goes back stands still.
///
/// Where two threads bring their moments at the same time, the older one may be kept; it is later than any that was
/// brought before.
struct LimitClock: ~Copyable, Sendable {
    private let latest = Atomic<UInt64>(0)
    /// The moment of the first hit; all ones before it.
    private let first = Atomic<UInt64>(.max)

    /// The moment that counts as now.
    @inline(__always)
    borrowing func now(_ moment: UInt64) -> UInt64 {
        let seen = latest.load(ordering: .relaxed)
        guard moment > seen else { return seen }
        latest.store(moment, ordering: .relaxed)
        return moment
    }

    /// Whether a moment has counted.
    var hasBegun: Bool { first.load(ordering: .relaxed) != .max }

    /// The latest moment so far.
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
