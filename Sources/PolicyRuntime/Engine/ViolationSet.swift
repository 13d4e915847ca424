package import WebSocketProtocol

/// A set of violations in one word.
package struct ViolationSet: Sendable, Equatable {
    private var bits: UInt64 = 0

    package init() {}

    package mutating func insert(_ violation: Violation) {
        bits |= 1 &<< UInt64(violation.rawValue)
    }

    package func contains(_ violation: Violation) -> Bool {
        bits & (1 &<< UInt64(violation.rawValue)) != 0
    }

    package var isEmpty: Bool { bits == 0 }

    /// In the order of the language's list.
    package var violations: [Violation] { Violation.allCases.filter(contains) }

    package mutating func formUnion(_ other: ViolationSet) {
        bits |= other.bits
    }
}
