import PolicyModel

/// Several patterns run over one name at once: which set of them matches is the outcome of the state at the end.
struct NameAutomaton: Hashable {
    let classOf: [UInt8]
    let classCount: Int
    let transitions: [UInt16]
    /// For each state the index of the set of patterns that match; 0 where none does.
    let outcomes: [UInt16]
    let start: UInt16
    /// The sets by outcome, the empty one first: indices into the patterns.
    let sets: [[Int]]

    /// States beyond this make a program too large.
    static let stateLimit = 20_000

    /// Patterns that are tried as one product: each of its states names a state of every pattern, so that thousands would take minutes.
    static let patternLimit = 64

    /// The product of automata; nil when it has too many states.
    init?(_ automata: [PatternAutomaton], stateLimit: Int = Self.stateLimit) {
        let (classOf, representatives) = Self.classes(of: automata)
        self.classOf = classOf
        classCount = representatives.count
        var states: [[UInt16]: Int] = [:]
        var open: [[UInt16]] = []
        var transitions: [UInt16] = []
        var outcomes: [UInt16] = []
        var sets: [[Int]] = [[]]
        var knownSets: [[Int]: Int] = [[]: 0]
        func number(_ state: [UInt16]) -> Int {
            if let known = states[state] { return known }
            states[state] = open.count
            open.append(state)
            return open.count - 1
        }
        // State 0 is the one from which nothing matches any more.
        _ = number(automata.map { _ in 0 })
        let first = number(automata.map(\.start))
        var index = 0
        while index < open.count {
            guard open.count <= stateLimit else { return nil }
            let state = open[index]
            let matching = automata.indices.filter { automata[$0].accepting[Int(state[$0])] }
            let outcome = knownSets[matching] ?? sets.count
            if outcome == sets.count {
                sets.append(matching)
                knownSets[matching] = outcome
            }
            outcomes.append(UInt16(outcome))
            for byte in representatives {
                let next = automata.indices.map { place -> UInt16 in
                    let automaton = automata[place]
                    let column = Int(automaton.classOf[Int(byte)])
                    return automaton.transitions[Int(state[place]) * automaton.classCount + column]
                }
                transitions.append(UInt16(number(next)))
            }
            index += 1
        }
        guard sets.count <= 4096 else { return nil }
        self.transitions = transitions
        self.outcomes = outcomes
        self.sets = sets
        start = UInt16(first)
    }

    /// Bytes that no automaton tells apart, with one byte of each class.
    private static func classes(of automata: [PatternAutomaton]) -> (classOf: [UInt8], representatives: [UInt8]) {
        var known: [[UInt8]: UInt8] = [:]
        var classOf: [UInt8] = []
        var representatives: [UInt8] = []
        for byte in 0...255 {
            let key = automata.map { $0.classOf[byte] }
            if let found = known[key] {
                classOf.append(found)
            } else {
                let number = UInt8(representatives.count)
                known[key] = number
                classOf.append(number)
                representatives.append(UInt8(byte))
            }
        }
        return (classOf, representatives)
    }

    /// Products of at most `patternLimit` neighbouring patterns, the largest with so many states; `first` is the place of a product's
    /// first pattern.
    static func products(
        of automata: [PatternAutomaton],
        first: Int = 0,
        stateLimit: Int
    ) -> [(first: Int, automaton: NameAutomaton)] {
        switch automata.count {
        case 0: return []
        case 1: return [(first, NameAutomaton(automata[0]))]
        default: break
        }
        if automata.count <= patternLimit, let product = NameAutomaton(automata, stateLimit: stateLimit) {
            return [(first, product)]
        }
        let half = automata.count / 2
        return products(of: Array(automata[..<half]), first: first, stateLimit: stateLimit)
            + products(of: Array(automata[half...]), first: first + half, stateLimit: stateLimit)
    }

    /// Of one pattern.
    init(_ automaton: PatternAutomaton) {
        classOf = automaton.classOf
        classCount = automaton.classCount
        transitions = automaton.transitions
        outcomes = automaton.accepting.map { $0 ? 1 : 0 }
        start = automaton.start
        sets = [[], [0]]
    }

    /// A state that no byte leaves and that has an outcome of its own; nil without one.
    var settled: Int? {
        outcomes.indices.first { state in
            state != 0 && outcomes[state] != 0
                && transitions[state * classCount..<(state + 1) * classCount].allSatisfy { Int($0) == state }
        }
    }

    /// The set of patterns that match a name.
    func outcome(of name: [UInt8]) -> Int {
        var state = Int(start)
        for byte in name { state = Int(transitions[state * classCount + Int(classOf[Int(byte)])]) }
        return Int(outcomes[state])
    }
}
