/// What one counter of the store belongs to, and what it allows.
package struct SharedHit: Sendable {
    /// The limit and its key, the same on every instance; it names people and leaves the process only as a keyed hash.
    package let name: [UInt8]
    package let quantity: LimitRule.Quantity
}

/// What the store says of one hit.
public enum SharedAnswer: Sendable, Equatable {
    /// It passes, and is counted.
    case taken
    /// Nothing was taken; the same hit passes after so many nanoseconds at the earliest.
    case refused(retryAfterNanoseconds: UInt64)
    /// The store could not be asked in time.
    case unavailable
}
