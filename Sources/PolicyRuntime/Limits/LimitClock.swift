import Synchronization

/// The latest moment that a table has seen: time that goes back stands still.
///
/// Where two threads bring their moments at the same time, the older one may be kept; it is later than any that was
/// brought before.
struct LimitClock: ~Copyable, Sendable {
    private let latest = Atomic<UInt64>(0)

    /// The moment that counts as now.
    @inline(__always)
    borrowing func now(_ moment: UInt64) -> UInt64 {
        let seen = latest.load(ordering: .relaxed)
        guard moment > seen else { return seen }
        latest.store(moment, ordering: .relaxed)
        return moment
    }

    /// The latest moment so far.
    borrowing func latestMoment() -> UInt64 { latest.load(ordering: .relaxed) }
}
