/// Makes a deterministic automaton from a graph: sets of steps become states, states that no text tells apart become one.
struct AutomatonBuilder {
    /// The steps at which the graph may stand, before what depends on the next byte is decided.
    private struct State: Hashable {
        var steps: [Int32]
        var isStart: Bool
        var isBehindWord: Bool
    }

    /// What is known at a place between two bytes.
    private struct Surroundings {
        var isStart = false
        var isEnd = false
        var isBoundary: Bool?
    }

    private let graph: ByteGraph
    private let limits: PatternLimits
    private let whole: Range<Int>
    private var classOf: [UInt8] = []
    private var representatives: [UInt8] = []
    private var marks: [Int32]
    private var round: Int32 = 0

    static func build(
        _ graph: ByteGraph,
        limits: PatternLimits,
        whole: Range<Int>
    ) throws(PatternFault) -> PatternAutomaton {
        var builder = AutomatonBuilder(graph: graph, limits: limits, whole: whole)
        builder.findClasses()
        return try builder.build()
    }

    private init(graph: ByteGraph, limits: PatternLimits, whole: Range<Int>) {
        self.graph = graph
        self.limits = limits
        self.whole = whole
        marks = [Int32](repeating: 0, count: graph.steps.count)
    }

    // MARK: Bytes

    /// Bytes that no step tells apart are one class.
    private mutating func findClasses() {
        var begins = [Bool](repeating: false, count: 257)
        begins[0] = true
        for step in graph.steps {
            guard case .bytes(let range, _) = step else { continue }
            begins[Int(range.lowerBound)] = true
            begins[Int(range.upperBound) + 1] = true
        }
        if graph.hasWordBoundary {
            for place in [0x30, 0x3A, 0x41, 0x5B, 0x5F, 0x60, 0x61, 0x7B] { begins[place] = true }
        }
        for byte in 0..<256 {
            if begins[byte] { representatives.append(UInt8(byte)) }
            classOf.append(UInt8(representatives.count - 1))
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
        default: false
        }
    }

    // MARK: Sets of steps

    /// All steps that are reached without a byte, in order; nil where the match is among them.
    private mutating func closure(_ steps: [Int32], _ surroundings: Surroundings) -> [Int32]? {
        round += 1
        var open = steps
        var found: [Int32] = []
        while let index = open.popLast() {
            guard marks[Int(index)] != round else { continue }
            marks[Int(index)] = round
            switch graph.steps[Int(index)] {
            case .match: return nil
            case .fork(let targets): for target in targets { open.append(Int32(target)) }
            case .textStart(let next): if surroundings.isStart { open.append(Int32(next)) }
            case .textEnd(let next):
                found.append(index)
                if surroundings.isEnd { open.append(Int32(next)) }
            case .wordBoundary(let wanted, let next):
                found.append(index)
                if surroundings.isBoundary == wanted { open.append(Int32(next)) }
            case .bytes: found.append(index)
            }
        }
        found.sort()
        return found
    }

    // MARK: States

    private mutating func build() throws(PatternFault) -> PatternAutomaton {
        // State 0 matches nothing any more, state 1 matches whatever follows.
        var states = [State(steps: [], isStart: false, isBehindWord: false), nil]
        var known: [State: Int] = [:]
        var transitions = [[Int](repeating: 0, count: representatives.count)]
        transitions.append([Int](repeating: 1, count: representatives.count))
        var accepting = [false, true]
        func number(_ state: State) -> Int {
            if state.steps.isEmpty { return 0 }
            if let known = known[state] { return known }
            known[state] = states.count
            states.append(state)
            return states.count - 1
        }
        let first = closure([Int32(graph.start)], Surroundings(isStart: true))
        let start = first.map { number(State(steps: $0, isStart: true, isBehindWord: false)) } ?? 1
        var index = 2
        while index < states.count {
            // The whole of it is minimised below; an automaton that grows far beyond the limit would take too long.
            guard states.count <= 4 * limits.states else { throw PatternFault(.tooLarge(limit: limits.states), whole) }
            guard let state = states[index] else { continue }
            var row: [Int] = []
            for byte in representatives {
                guard let next = step(state, byte) else {
                    row.append(1)
                    continue
                }
                row.append(number(next))
            }
            transitions.append(row)
            accepting.append(accepts(state))
            index += 1
        }
        return try minimised(transitions, accepting, start: start)
    }

    /// The state behind a byte; nil where the match is found.
    private mutating func step(_ state: State, _ byte: UInt8) -> State? {
        let isWord = Self.isWord(byte)
        var steps = state.steps
        if graph.hasWordBoundary {
            let before = Surroundings(isStart: state.isStart, isBoundary: state.isBehindWord != isWord)
            guard let found = closure(steps, before) else { return nil }
            steps = found
        }
        var next: [Int32] = []
        for index in steps {
            guard case .bytes(let range, let target) = graph.steps[Int(index)], range.contains(byte) else { continue }
            next.append(Int32(target))
        }
        guard let found = closure(next, Surroundings()) else { return nil }
        return State(steps: found, isStart: false, isBehindWord: graph.hasWordBoundary && isWord)
    }

    private mutating func accepts(_ state: State) -> Bool {
        let end = Surroundings(isStart: state.isStart, isEnd: true, isBoundary: state.isBehindWord)
        return closure(state.steps, end) == nil
    }

    // MARK: Minimal form

    /// States that no text tells apart become one.
    private func minimised(
        _ transitions: [[Int]],
        _ accepting: [Bool],
        start: Int
    ) throws(PatternFault) -> PatternAutomaton {
        let (classes, count) = StatePartition.classes(transitions, accepting)
        guard count <= limits.states else { throw PatternFault(.tooLarge(limit: limits.states), whole) }
        // Numbered from the dead state (which is 0 already) by first appearance, so equal patterns give equal tables.
        var rows = [[Int]?](repeating: nil, count: count)
        var ends = [Bool](repeating: false, count: count)
        for state in transitions.indices where rows[classes[state]] == nil {
            rows[classes[state]] = transitions[state].map { classes[$0] }
            ends[classes[state]] = accepting[state]
        }
        let (classOf, kept) = mergedColumns(rows.compactMap { $0 })
        return PatternAutomaton(
            classOf: classOf,
            classCount: kept.count,
            transitions: rows.compactMap { $0 }.flatMap { row in kept.map { UInt16(row[$0]) } },
            accepting: ends,
            start: UInt16(classes[start])
        )
    }

    /// Classes of bytes that all states treat alike become one.
    private func mergedColumns(_ rows: [[Int]]) -> (classOf: [UInt8], kept: [Int]) {
        var known: [[Int]: Int] = [:]
        var kept: [Int] = []
        var numbers: [UInt8] = []
        for column in representatives.indices {
            let key = rows.map { $0[column] }
            let number = known[key] ?? kept.count
            if number == kept.count {
                known[key] = number
                kept.append(column)
            }
            numbers.append(UInt8(number))
        }
        return (classOf.map { numbers[Int($0)] }, kept)
    }
}
