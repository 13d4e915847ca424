/// A pattern as a graph whose steps take bytes of UTF-8.
struct ByteGraph {
    enum Step {
        /// A byte of the range leads on.
        case bytes(ClosedRange<UInt8>, Int)
        /// Any of these, without a byte.
        case fork([Int])
        case textStart(Int)
        case textEnd(Int)
        case wordBoundary(Bool, Int)
        case match
    }

    private(set) var steps: [Step] = []
    private(set) var start = 0
    private(set) var hasWordBoundary = false
    private let limits: PatternLimits
    private let whole: Range<Int>

    /// The graph of a pattern that may begin anywhere in the text.
    static func build(_ node: PatternNode, limits: PatternLimits, whole: Range<Int>) throws(PatternFault) -> ByteGraph {
        var graph = ByteGraph(limits: limits, whole: whole)
        let match = try graph.add(.match, whole)
        let first = try graph.add(node, then: match, within: whole)
        // Anything may stand before: any byte, or, where it matters what lies between two code points, any of those.
        let skip = try graph.add(.fork([]), whole)
        let step =
            graph.hasWordBoundary
            ? try graph.add(ScalarSet([0...0x10FFFF]), then: skip, within: whole)
            : try graph.add(.bytes(0...0xFF, skip), whole)
        graph.steps[skip] = .fork([first, step])
        graph.start = skip
        return graph
    }

    private init(limits: PatternLimits, whole: Range<Int>) {
        self.limits = limits
        self.whole = whole
    }

    private mutating func add(_ step: Step, _ range: Range<Int>) throws(PatternFault) -> Int {
        guard steps.count < limits.steps else { throw PatternFault(.tooLarge(limit: limits.states), range) }
        steps.append(step)
        return steps.count - 1
    }

    /// The first step of a part behind which `then` follows; `range` is underlined where there are too many.
    private mutating func add(_ node: PatternNode, then: Int, within range: Range<Int>) throws(PatternFault) -> Int {
        switch node {
        case .scalar(let set): return try add(set, then: then, within: range)
        case .sequence(let nodes):
            var next = then
            for node in nodes.reversed() { next = try add(node, then: next, within: range) }
            return next
        case .alternatives(let nodes):
            var targets: [Int] = []
            for node in nodes { targets.append(try add(node, then: then, within: range)) }
            return try add(.fork(targets), range)
        case .repetition(let inner, let minimum, let maximum, let own):
            return try add(inner, minimum, maximum, then: then, within: own)
        case .textStart: return try add(.textStart(then), range)
        case .textEnd: return try add(.textEnd(then), range)
        case .wordBoundary(let wanted):
            hasWordBoundary = true
            return try add(.wordBoundary(wanted, then), range)
        }
    }

    private mutating func add(
        _ inner: PatternNode,
        _ minimum: Int,
        _ maximum: Int?,
        then: Int,
        within range: Range<Int>
    ) throws(PatternFault) -> Int {
        var next = then
        if let maximum {
            for _ in 0..<(maximum - minimum) {
                let once = try add(inner, then: next, within: range)
                next = try add(.fork([once, then]), range)
            }
        } else {
            let loop = try add(.fork([]), range)
            let again = try add(inner, then: loop, within: range)
            steps[loop] = .fork([again, then])
            next = loop
        }
        for _ in 0..<minimum { next = try add(inner, then: next, within: range) }
        return next
    }

    // MARK: Code points

    /// The bytes of a set's code points.
    private mutating func add(_ set: ScalarSet, then: Int, within range: Range<Int>) throws(PatternFault) -> Int {
        var targets: [Int] = []
        for part in UTF8Ranges.of(set) {
            var next = then
            for bytes in part.reversed() { next = try add(.bytes(bytes, next), range) }
            targets.append(next)
        }
        return targets.count == 1 ? targets[0] : try add(.fork(targets), range)
    }
}

/// Code points as sequences of byte ranges.
enum UTF8Ranges {
    /// The sequences of a set; surrogates are left out, since no text has them.
    static func of(_ set: ScalarSet) -> [[ClosedRange<UInt8>]] {
        var found: [[ClosedRange<UInt8>]] = []
        for range in set.ranges {
            for width in [0x0...0x7F, 0x80...0x7FF, 0x800...0xD7FF, 0xE000...0xFFFF, 0x10000...0x10FFFF]
                as [ClosedRange<UInt32>]
            {
                let low = max(range.lowerBound, width.lowerBound)
                let high = min(range.upperBound, width.upperBound)
                guard low <= high else { continue }
                // Texts are well-formed: where all code points of a length are in the set, the lead byte says it.
                if low == 0x80, high == 0x7FF {
                    found.append([0xC2...0xDF, 0x80...0xBF])
                } else if low == 0x10000, high == 0x10FFFF {
                    found.append([0xF0...0xF4, 0x80...0xBF, 0x80...0xBF, 0x80...0xBF])
                } else if low == 0x800, high == 0xD7FF, set.contains(0xE000), set.contains(0xFFFF),
                    range.contains(0xFFFF) || set.coversFrom(0xE000, to: 0xFFFF)
                {
                    found.append([0xE0...0xEF, 0x80...0xBF, 0x80...0xBF])
                } else if low == 0xE000, high == 0xFFFF, set.coversFrom(0x800, to: 0xD7FF) {
                    continue
                } else {
                    split(encoded(low), encoded(high), into: &found)
                }
            }
        }
        return found
    }

    private static func encoded(_ value: UInt32) -> [UInt8] {
        func tail(_ shift: UInt32) -> UInt8 { 0x80 | UInt8((value >> shift) & 0x3F) }
        if value < 0x80 { return [UInt8(value)] }
        if value < 0x800 { return [0xC0 | UInt8(value >> 6), tail(0)] }
        if value < 0x10000 { return [0xE0 | UInt8(value >> 12), tail(6), tail(0)] }
        return [0xF0 | UInt8(value >> 18), tail(12), tail(6), tail(0)]
    }

    /// Two codes of one length as sequences whose ranges are independent of each other.
    private static func split(_ low: [UInt8], _ high: [UInt8], into found: inout [[ClosedRange<UInt8>]]) {
        guard low.count > 1 else {
            found.append([low[0]...high[0]])
            return
        }
        if low[0] == high[0] {
            var rest: [[ClosedRange<UInt8>]] = []
            split(Array(low.dropFirst()), Array(high.dropFirst()), into: &rest)
            found += rest.map { [low[0]...low[0]] + $0 }
            return
        }
        var first = low[0]
        var last = high[0]
        let count = low.count - 1
        let lowest = [UInt8](repeating: 0x80, count: count)
        let highest = [UInt8](repeating: 0xBF, count: count)
        if Array(low.dropFirst()) != lowest {
            var rest: [[ClosedRange<UInt8>]] = []
            split(Array(low.dropFirst()), highest, into: &rest)
            found += rest.map { [first...first] + $0 }
            first += 1
        }
        var behind: [[ClosedRange<UInt8>]] = []
        if Array(high.dropFirst()) != highest {
            var rest: [[ClosedRange<UInt8>]] = []
            split(lowest, Array(high.dropFirst()), into: &rest)
            behind = rest.map { [last...last] + $0 }
            last -= 1
        }
        if first <= last { found.append([first...last] + [ClosedRange<UInt8>](repeating: 0x80...0xBF, count: count)) }
        found += behind
    }
}

extension ScalarSet {
    fileprivate func coversFrom(_ low: UInt32, to high: UInt32) -> Bool {
        ranges.contains { $0.lowerBound <= low && $0.upperBound >= high }
    }
}
