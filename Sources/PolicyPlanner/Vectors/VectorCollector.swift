import PolicyPlan
import WebSocketProtocol

/// Gathers the vectors of a plan while it is written; each record that checks something is tested once.
struct VectorCollector {
    private struct Subject: Hashable {
        let kind: VectorsSection.Kind
        let subject: UInt32
    }

    /// Of longer lists only so many entries, spread over the list, are tested with their neighbours; each entry of a list
    /// of origins or hosts is tested by itself.
    static let neighbourEntries = 128

    private var known: Set<Subject> = []
    private(set) var all: [PlanVector] = []

    /// Whether this record has no vectors yet.
    mutating func isNew(_ kind: VectorsSection.Kind, _ subject: UInt32) -> Bool {
        known.insert(Subject(kind: kind, subject: subject)).inserted
    }

    mutating func add(_ vector: PlanVector) {
        all.append(vector)
    }

    /// Elements of a list that stand for the rest: all of a short list, else the first, the last, and some between.
    static func sample<Element>(_ list: [Element]) -> [Element] {
        guard list.count > neighbourEntries else { return list }
        return (0..<neighbourEntries).map { list[$0 * (list.count - 1) / (neighbourEntries - 1)] }
    }
}

extension VectorExpectation {
    /// Refused with a violation where `isRefused`, passed otherwise.
    static func refused(_ isRefused: Bool, with violation: Violation) -> VectorExpectation {
        isRefused ? .violation(violation.rawValue) : .pass
    }

    static func refused(with violation: Violation) -> VectorExpectation {
        .violation(violation.rawValue)
    }
}

extension [UInt8] {
    /// Numbers as eight bytes each, low first.
    static func numbers(_ numbers: UInt64...) -> [UInt8] {
        var bytes: [UInt8] = []
        for number in numbers { bytes.append(littleEndian: number) }
        return bytes
    }
}
