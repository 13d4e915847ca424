/// When one key set is fetched next: every now and then, and sooner when a token names a key that it lacks.
///
/// Events in, decisions out; ticks are nanoseconds of a clock that never goes back.
struct KeySetSchedule: Equatable {
    /// Nanoseconds between two fetches that succeed, a tenth more or less.
    let every: UInt64
    /// Nanoseconds between the beginnings of two fetches at least.
    let coolDown: UInt64

    /// The tick at which to fetch.
    private(set) var next: UInt64 = 0
    private var began: UInt64?
    private var isFetching = false
    private var failures: UInt64 = 0

    init(every: UInt64, coolDown: UInt64) {
        self.every = max(1, every)
        self.coolDown = max(1, coolDown)
    }

    /// Whether to fetch now; if so, it has begun.
    mutating func begin(at now: UInt64) -> Bool {
        guard !isFetching, now >= next else { return false }
        isFetching = true
        began = now
        return true
    }

    /// A fetch ended with a set that can be used.
    ///
    /// - Parameters:
    ///   - now: the tick.
    ///   - jitter: at random, from 0 up to 1: servers that started together do not ask together.
    mutating func succeeded(at now: UInt64, jitter: Double) {
        isFetching = false
        failures = 0
        next = Self.sum(now, Self.spread(every, jitter))
    }

    /// A fetch ended without: the next one is sooner, but later with each that fails.
    mutating func failed(at now: UInt64, jitter: Double) {
        isFetching = false
        let (wait, isLong) = coolDown.multipliedReportingOverflow(by: 1 << min(failures, 16))
        failures += 1
        next = Self.sum(now, Self.spread(isLong ? every : min(every, wait), jitter))
    }

    /// A token named a key that the set lacks.
    ///
    /// - Returns: whether `next` has moved.
    mutating func wanted(at now: UInt64) -> Bool {
        guard !isFetching else { return false }
        let earliest = max(now, began.map { Self.sum($0, coolDown) } ?? now)
        guard earliest < next else { return false }
        next = earliest
        return true
    }

    /// Nine to eleven tenths.
    private static func spread(_ duration: UInt64, _ jitter: Double) -> UInt64 {
        let tenth = duration / 10
        return duration - tenth + UInt64(Double(2 * tenth) * (jitter > 0 ? min(jitter, 1) : 0))
    }

    private static func sum(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }
}
