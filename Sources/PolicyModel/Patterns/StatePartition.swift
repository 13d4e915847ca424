/// The coarsest partition of an automaton's states in which no text tells two states of a class apart.
///
/// Hopcroft's algorithm: classes are split by those from which a class is reached, and of two halves the smaller is used
/// next, so that n states over k bytes take about k · n · log n steps.
struct StatePartition {
    private let transitions: [[Int]]
    /// The states, those of one class side by side.
    private var members: [Int]
    /// Where each state stands in `members`.
    private var places: [Int]
    private var classes: [Int]
    private var ranges: [Range<Int>]
    /// How many members of a class are marked; they stand at its front.
    private var marked: [Int]

    /// The class of each state, numbered by the first state of each, and how many there are.
    static func classes(_ transitions: [[Int]], _ accepting: [Bool]) -> (of: [Int], count: Int) {
        var partition = StatePartition(transitions, accepting)
        partition.refine()
        var numbers = [Int](repeating: -1, count: partition.ranges.count)
        var count = 0
        let found = partition.classes.map { own in
            if numbers[own] < 0 {
                numbers[own] = count
                count += 1
            }
            return numbers[own]
        }
        return (found, count)
    }

    private init(_ transitions: [[Int]], _ accepting: [Bool]) {
        self.transitions = transitions
        let others = accepting.indices.filter { !accepting[$0] }
        members = others + accepting.indices.filter { accepting[$0] }
        places = [Int](repeating: 0, count: members.count)
        for (place, state) in members.enumerated() { places[state] = place }
        classes = accepting.map { $0 ? 1 : 0 }
        ranges = [0..<others.count, others.count..<members.count]
        marked = [0, 0]
    }

    private mutating func refine() {
        let sources = Sources(transitions)
        var open = [0, 1]
        var isOpen = [true, true]
        while let splitter = open.popLast() {
            isOpen[splitter] = false
            // The class may itself be split on the way; what it was is what the others are compared with.
            let targets = Array(members[ranges[splitter]])
            for byte in 0..<sources.byteCount {
                var touched: [Int] = []
                for target in targets {
                    for source in sources[byte, target] {
                        if marked[classes[source]] == 0 { touched.append(classes[source]) }
                        mark(source)
                    }
                }
                for index in touched {
                    guard let added = split(index) else { continue }
                    isOpen.append(false)
                    let next = isOpen[index] || ranges[added].count < ranges[index].count ? added : index
                    isOpen[next] = true
                    open.append(next)
                }
            }
        }
    }

    /// Moves a state to the front of its class.
    private mutating func mark(_ state: Int) {
        let own = classes[state]
        let front = ranges[own].lowerBound + marked[own]
        let place = places[state]
        // Each state has one successor for a byte, so none is marked twice.
        members.swapAt(place, front)
        places[members[place]] = place
        places[state] = front
        marked[own] += 1
    }

    /// Makes the marked members a class of their own; nil where all are marked.
    private mutating func split(_ index: Int) -> Int? {
        let count = marked[index]
        marked[index] = 0
        let range = ranges[index]
        guard count < range.count else { return nil }
        let middle = range.lowerBound + count
        ranges[index] = middle..<range.upperBound
        ranges.append(range.lowerBound..<middle)
        marked.append(0)
        let added = ranges.count - 1
        for place in range.lowerBound..<middle { classes[members[place]] = added }
        return added
    }

    /// From which states a byte leads to a state.
    private struct Sources {
        let byteCount: Int
        private let stateCount: Int
        private var starts: [Int32]
        private var states: [Int]

        init(_ transitions: [[Int]]) {
            byteCount = transitions.first?.count ?? 0
            stateCount = transitions.count
            starts = [Int32](repeating: 0, count: byteCount * stateCount + 1)
            states = [Int](repeating: 0, count: byteCount * stateCount)
            for row in transitions {
                for (byte, target) in row.enumerated() { starts[byte * stateCount + target + 1] += 1 }
            }
            for index in 1..<starts.count { starts[index] += starts[index - 1] }
            var next = starts
            for (source, row) in transitions.enumerated() {
                for (byte, target) in row.enumerated() {
                    let slot = byte * stateCount + target
                    states[Int(next[slot])] = source
                    next[slot] += 1
                }
            }
        }

        subscript(_ byte: Int, _ target: Int) -> ArraySlice<Int> {
            let slot = byte * stateCount + target
            return states[Int(starts[slot])..<Int(starts[slot + 1])]
        }
    }
}
