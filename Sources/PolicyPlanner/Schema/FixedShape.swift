import PolicyModel

/// A pattern of which all texts have one length and, at each place, a byte of one or two ranges: `^ord_[0-9a-f]{16}$`.
///
/// Such a text is compared sixteen bytes at a time, without a step from state to state.
struct FixedShape {
    /// By place: two ranges, the same one twice where there is one.
    let ranges: [(ClosedRange<UInt8>, ClosedRange<UInt8>)]

    /// The longest that is compared this way.
    private static let longest = 64

    /// nil where the automaton's texts have no such shape.
    init?(_ automaton: PatternAutomaton) {
        var found: [(ClosedRange<UInt8>, ClosedRange<UInt8>)] = []
        var state = Int(automaton.start)
        while !automaton.accepting[state] {
            guard found.count < Self.longest, let (next, bytes) = Self.step(automaton, from: state),
                let pair = Self.ranges(of: bytes)
            else { return nil }
            found.append(pair)
            state = next
        }
        let row = state * automaton.classCount
        guard !found.isEmpty, (0..<automaton.classCount).allSatisfy({ automaton.transitions[row + $0] == 0 }) else {
            return nil
        }
        ranges = found
    }

    /// The one state that is reached, and by which bytes.
    private static func step(_ automaton: PatternAutomaton, from state: Int) -> (state: Int, bytes: [UInt8])? {
        var target = 0
        var bytes: [UInt8] = []
        for byte in UInt8.min...UInt8.max {
            let class_ = Int(automaton.classOf[Int(byte)])
            let next = Int(automaton.transitions[state * automaton.classCount + class_])
            guard next != 0 else { continue }
            guard target == 0 || target == next else { return nil }
            target = next
            bytes.append(byte)
        }
        return target == 0 ? nil : (target, bytes)
    }

    /// At most two runs of bytes that stand for themselves in a JSON string.
    private static func ranges(of bytes: [UInt8]) -> (ClosedRange<UInt8>, ClosedRange<UInt8>)? {
        guard let first = bytes.first, let last = bytes.last, first >= 0x20, last < 0x7F else { return nil }
        guard !bytes.contains(0x22), !bytes.contains(0x5C) else { return nil }
        var runs: [ClosedRange<UInt8>] = []
        for byte in bytes {
            if let run = runs.last, run.upperBound + 1 == byte {
                runs[runs.count - 1] = run.lowerBound...byte
            } else {
                runs.append(byte...byte)
            }
        }
        guard let one = runs.first, runs.count <= 2 else { return nil }
        return (one, runs.last ?? one)
    }
}
