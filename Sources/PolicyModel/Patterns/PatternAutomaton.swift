/// A deterministic automaton over the bytes of well-formed UTF-8: whether a pattern matches anywhere in a text.
package struct PatternAutomaton: Sendable, Hashable {
    /// 256 entries: of each byte its class.
    package let classOf: [UInt8]
    package let classCount: Int
    /// The state behind `state * classCount + class`; state 0 is the one from which nothing matches any more.
    package let transitions: [UInt16]
    /// By state, whether a text that ends there matches.
    package let accepting: [Bool]
    package let start: UInt16

    package init(classOf: [UInt8], classCount: Int, transitions: [UInt16], accepting: [Bool], start: UInt16) {
        self.classOf = classOf
        self.classCount = classCount
        self.transitions = transitions
        self.accepting = accepting
        self.start = start
    }

    /// Whether the pattern matches in these bytes of well-formed UTF-8.
    package func matches(_ bytes: [UInt8]) -> Bool {
        var state = Int(start)
        for byte in bytes { state = Int(transitions[state * classCount + Int(classOf[Int(byte)])]) }
        return accepting[state]
    }

    /// Whether there is a longest text that matches: no way through the automaton comes back to where it was.
    package var isBounded: Bool {
        // 1 is open, 2 is settled; every state but 0 leads to a match.
        var marks = [UInt8](repeating: 0, count: accepting.count)
        marks[0] = 2
        var stack: [(state: Int, next: Int)] = [(Int(start), 0)]
        guard start != 0 else { return true }
        marks[Int(start)] = 1
        while let (state, next) = stack.last {
            guard next < classCount else {
                marks[state] = 2
                stack.removeLast()
                continue
            }
            stack[stack.count - 1].next += 1
            let target = Int(transitions[state * classCount + next])
            if marks[target] == 1 { return false }
            if marks[target] == 0 {
                marks[target] = 1
                stack.append((target, 0))
            }
        }
        return true
    }
}
