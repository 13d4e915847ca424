/// What a counter has counted, apart from where it lies: what a new counter of the same key goes on from.
enum CounterState: Sendable, Equatable {
    /// As good as new.
    case none
    /// A rate's arrival time, in nanoseconds divided by the rate's count.
    case arrival(UInt128)
    /// The moments of a window's hits, oldest first.
    case moments([UInt64])
    /// How many are open.
    case count(UInt64)
}
