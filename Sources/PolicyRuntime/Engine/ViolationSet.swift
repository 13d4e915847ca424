public import WebSocketProtocol

/// A set of violations in one word.
public struct ViolationSet: Sendable, Equatable {
    private var bits: UInt64 = 0

    /// The empty set.
    public init() {}

    /// Adds a violation.
    public mutating func insert(_ violation: Violation) {
        bits |= 1 &<< UInt64(violation.rawValue)
    }

    /// Whether the set holds a violation.
    public func contains(_ violation: Violation) -> Bool {
        bits & (1 &<< UInt64(violation.rawValue)) != 0
    }

    /// Whether nothing is in it.
    public var isEmpty: Bool { bits == 0 }

    /// In the order of the language's list.
    public var violations: [Violation] { Violation.allCases.filter(contains) }

    /// Adds all of another set.
    public mutating func formUnion(_ other: ViolationSet) {
        bits |= other.bits
    }
}
