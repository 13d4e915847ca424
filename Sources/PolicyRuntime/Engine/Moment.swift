/// When an event happens, as its caller says: the engine reads no clock.
public struct Moment: Sendable, Equatable {
    /// Nanoseconds of a clock that never goes back; differences count.
    ///
    /// Where it goes back all the same, it is taken to stand still.
    public var ticks: UInt64
    /// Nanoseconds since 1970 by the wall clock, which dates in tokens are compared with.
    public var unixNanoseconds: Int64

    /// A moment.
    ///
    /// - Parameters:
    ///   - ticks: nanoseconds of a monotonic clock, below 2^63.
    ///   - unixNanoseconds: nanoseconds since 1970.
    public init(ticks: UInt64, unixNanoseconds: Int64) {
        self.ticks = min(ticks, UInt64(Int64.max))
        self.unixNanoseconds = unixNanoseconds
    }
}
