/// Why bytes cannot be run as a plan.
public struct PlanError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, in lower case, without final period.
    public let reason: String
    /// Where: bytes from the plan's start.
    public let offset: Int

    /// Makes an error about the byte at `offset`.
    package init(_ reason: String, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// The reason with its place.
    public var description: String {
        "not a plan that can be run: \(reason) (byte \(offset))"
    }
}
