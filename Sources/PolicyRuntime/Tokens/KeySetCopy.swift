/// A set of JSON Web Keys as it was fetched from where a policy names it (RFC 7517 §5).
///
/// An engine fetches nothing: whoever runs it hands such copies in, and newer ones when there are.
public struct KeySetCopy: Sendable, Equatable {
    /// The set as JSON.
    public let bytes: [UInt8]
    /// From when on none of its keys verifies anything: nanoseconds since 1970.
    public let usableUntil: Int64

    /// A copy.
    ///
    /// - Parameters:
    ///   - bytes: the set as JSON.
    ///   - usableUntil: nanoseconds since 1970; the largest number where it does not grow stale.
    public init(bytes: [UInt8], usableUntil: Int64 = .max) {
        self.bytes = bytes
        self.usableUntil = usableUntil
    }
}
