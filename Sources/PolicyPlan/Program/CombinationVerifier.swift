/// Combinations, rules for names, and automata of a content program.
extension ProgramVerifier {
    /// How many nodes may look at one value one after the other.
    private static let inPlaceLimit = 1_000

    mutating func verifyStringRule(_ offset: Int) throws(ProgramDamage) {
        typealias Rule = ProgramLayout.StringRule
        try verifyTable(offset + Rule.values)
        let count = Int(view.word(at: offset + Rule.patternCount))
        let patterns = Int(view.word(at: offset + Rule.patterns))
        try require(patterns, count, 4, "patterns")
        for index in 0..<count {
            let automaton = view.word(at: patterns + 4 * index)
            try visit(.automaton, automaton)
            try verifyOutcomes(Int(automaton), below: 2)
        }
        var formats = view.word(at: offset + Rule.formats)
        while formats != 0 {
            let raw = UInt8(formats.trailingZeroBitCount)
            guard ContentFormat(rawValue: raw) != nil else { throw ProgramDamage("unknown format", at: offset) }
            formats &= formats - 1
        }
        let shape = Int(view.word(at: offset + Rule.shape))
        guard shape != 0 else { return }
        guard count == 1, view.word(at: offset + Rule.formats) == 0, view.word(at: offset + Rule.flags) == 0 else {
            throw ProgramDamage("a shape beside other rules", at: offset)
        }
        try verifyShape(shape)
    }

    /// Every place must refuse the zero behind a message, since nothing else ends the comparison there.
    private mutating func verifyShape(_ offset: Int) throws(ProgramDamage) {
        typealias Shape = ProgramLayout.Shape
        try require(offset, 1, Shape.blocks, "shape")
        let length = Int(view.word(at: offset + Shape.length))
        guard (1...Shape.maximumLength).contains(length) else {
            throw ProgramDamage("a shape of no length", at: offset)
        }
        try require(offset + Shape.blocks, (length + 15) / 16, Shape.blockSize, "shape")
        for place in 0..<length {
            let lane = offset + Shape.blocks + place / 16 * Shape.blockSize + place % 16
            guard view.byte(at: lane) < 0x80, view.byte(at: lane + 32) < 0x80 else {
                throw ProgramDamage("a shape that a zero fits", at: lane)
            }
        }
    }

    mutating func verifyCodePoints(_ offset: Int) throws(ProgramDamage) {
        guard offset != 0 else { return }
        typealias Layout = CodePointLayout
        try require(offset, 1, Layout.ranges, "table of code points")
        let count = Int(view.word(at: offset))
        try require(offset + Layout.ranges, count, Layout.rangeSize, "table of code points")
        for index in 1..<max(count, 1) {
            let range = offset + Layout.ranges + index * Layout.rangeSize
            guard view.word(at: range) > view.word(at: range - Layout.rangeSize) else {
                throw ProgramDamage("code points out of order", at: range)
            }
        }
    }

    mutating func verifyForbid(_ offset: Int) throws(ProgramDamage) {
        guard offset != 0 else { return }
        typealias Forbid = ProgramLayout.Forbid
        try require(offset, 1, Forbid.size, "what is forbidden")
        for field in [Forbid.keyCount, Forbid.stringCount] {
            let count = Int(view.word(at: offset + field))
            let list = Int(view.word(at: offset + field + 4))
            try require(list, count, Forbid.entrySize, "what is forbidden")
            for index in 0..<count {
                let automaton = view.word(at: list + index * Forbid.entrySize)
                let sources = Int(view.word(at: list + index * Forbid.entrySize + 4))
                try require(sources, 1, Forbid.firstSource, "sources of what is forbidden")
                let sourceCount = Int(view.word(at: sources))
                try require(sources + Forbid.firstSource, sourceCount, 4, "sources of what is forbidden")
                try visit(.automaton, automaton)
                try verifyOutcomes(Int(automaton), below: sourceCount + 1)
            }
        }
    }

    mutating func verifyAutomaton(_ offset: Int) throws(ProgramDamage) {
        typealias Automaton = ProgramLayout.Automaton
        let states = Int(view.word(at: offset + Automaton.stateCount))
        let classes = Int(view.word(at: offset + Automaton.classCount))
        let settled = view.word(at: offset + Automaton.settled)
        guard (1...0xFFFF).contains(states), (1...256).contains(classes),
            Int(view.word(at: offset + Automaton.start)) < states,
            settled == ProgramLayout.none || Int(settled) < states
        else { throw ProgramDamage("the size of an automaton is out of range", at: offset) }
        for byte in 0..<256 where Int(view.byte(at: offset + Automaton.classes + byte)) >= classes {
            throw ProgramDamage("a class of an automaton is out of range", at: offset)
        }
        try require(offset + Automaton.outcomes, states, 2, "outcomes of an automaton")
        let transitions = offset + Automaton.transitions(states)
        try require(transitions, states * classes, 2, "transitions of an automaton")
        for index in 0..<states * classes where half(at: transitions + 2 * index) >= states {
            throw ProgramDamage("a state of an automaton is out of range", at: offset)
        }
    }

    private func half(at offset: Int) -> Int {
        Int(view.byte(at: offset)) | Int(view.byte(at: offset + 1)) << 8
    }

    private func verifyOutcomes(_ automaton: Int, below limit: Int) throws(ProgramDamage) {
        let states = Int(view.word(at: automaton + ProgramLayout.Automaton.stateCount))
        for state in 0..<states where half(at: automaton + ProgramLayout.Automaton.outcomes + 2 * state) >= limit {
            throw ProgramDamage("an outcome of an automaton is out of range", at: automaton)
        }
    }

    mutating func verifyNames(_ offset: Int, properties: Int) throws(ProgramDamage) {
        typealias Names = ProgramLayout.ObjectNames
        try require(offset, 1, Names.size, "rules for names")
        let node = view.word(at: offset + Names.node)
        if node != ProgramLayout.none { try visit(.node, node) }
        let count = Int(view.word(at: offset + Names.childCount))
        let children = Int(view.word(at: offset + Names.children))
        try require(children, count, ProgramLayout.PrefixItem.size, "schemas by name")
        for index in 0..<count { try visit(.node, view.word(at: children + index * ProgramLayout.PrefixItem.size)) }
        let automaton = view.word(at: offset + Names.automaton)
        if automaton != 0 {
            try visit(.automaton, automaton)
            try verifyOutcomes(Int(automaton), below: count + 1)
        }
        let pairCount = Int(view.word(at: offset + Names.pairCount))
        let pairs = Int(view.word(at: offset + Names.pairs))
        try require(pairs, pairCount, 8, "required members")
        for index in 0..<2 * pairCount where Int(view.word(at: pairs + 4 * index)) >= properties {
            throw ProgramDamage("a required member is out of range", at: offset)
        }
    }

    // MARK: Combinations

    mutating func verifyCombination(_ offset: Int, of node: Int) throws(ProgramDamage) {
        typealias Combination = ProgramLayout.Combination
        try require(offset, 1, Combination.size, "combination")
        guard view.word(at: offset + Combination.flags) & ~Combination.allFlags == 0 else {
            throw ProgramDamage("unknown flags of a combination", at: offset)
        }
        inPlace[node] = []
        let count = Int(view.word(at: offset + Combination.applicatorCount))
        let applicators = Int(view.word(at: offset + Combination.applicators))
        try require(applicators, count, ProgramLayout.Applicator.size, "applicators")
        for index in 0..<count { try verifyApplicator(applicators + index * ProgramLayout.Applicator.size, of: node) }
        let containsCount = Int(view.word(at: offset + Combination.containsCount))
        let contains = Int(view.word(at: offset + Combination.contains))
        try require(contains, containsCount, ProgramLayout.Contains.size, "what an array contains")
        for index in 0..<containsCount {
            try visit(.node, view.word(at: contains + index * ProgramLayout.Contains.size))
        }
        for field in [Combination.unevaluatedItems, Combination.unevaluatedProperties] {
            let rest = view.word(at: offset + field)
            if rest != ProgramLayout.none { try visit(.node, rest) }
        }
        let dispatch = Int(view.word(at: offset + Combination.dispatch))
        if dispatch != 0 { try verifyDispatch(dispatch, of: node) }
    }

    /// A node for the same value as another.
    private mutating func visit(_ target: UInt32, inPlaceOf node: Int) throws(ProgramDamage) {
        try visit(.node, target)
        inPlace[node]?.append(Int(target))
    }

    private mutating func verifyApplicator(_ offset: Int, of node: Int) throws(ProgramDamage) {
        typealias Applicator = ProgramLayout.Applicator
        let kind = view.word(at: offset + Applicator.kind)
        let count = Int(view.word(at: offset + Applicator.count))
        let list = Int(view.word(at: offset + Applicator.list))
        guard kind <= Applicator.dependent else { throw ProgramDamage("unknown applicator", at: offset) }
        let isUnion = kind == Applicator.any || kind == Applicator.one
        let wanted = kind == Applicator.conditional ? 3 : 1
        guard isUnion ? count > 0 : count == wanted else {
            throw ProgramDamage("the schemas of an applicator are not as many as it takes", at: offset)
        }
        try require(list, count, 4, "schemas of an applicator")
        for index in 0..<count {
            let target = view.word(at: list + 4 * index)
            if target == ProgramLayout.none, kind == Applicator.conditional, index > 0 { continue }
            try visit(target, inPlaceOf: node)
        }
        guard kind == Applicator.dependent else { return }
        // The node's rule is looked at before it is verified itself.
        let rule = Int(view.word(at: node + ProgramLayout.Node.object))
        try require(rule, 1, ProgramLayout.ObjectRule.size, "object rule")
        guard view.word(at: offset + Applicator.property) < view.word(at: rule) else {
            throw ProgramDamage("a member that brings a schema is out of range", at: offset)
        }
    }

    private mutating func verifyDispatch(_ offset: Int, of node: Int) throws(ProgramDamage) {
        typealias Dispatch = ProgramLayout.Dispatch
        try require(offset, 1, Dispatch.typeSize, "dispatch")
        switch view.word(at: offset) {
        case Dispatch.instead: try visit(view.word(at: offset + Dispatch.node), inPlaceOf: node)
        case Dispatch.byType:
            for index in 1...6 {
                let target = view.word(at: offset + 4 * index)
                if target != ProgramLayout.none { try visit(target, inPlaceOf: node) }
            }
        case Dispatch.byTag: try verifyTags(offset, of: node)
        case Dispatch.byItem: try verifyItems(offset, of: node)
        default: throw ProgramDamage("unknown dispatch", at: offset)
        }
    }

    private mutating func verifyTags(_ offset: Int, of node: Int) throws(ProgramDamage) {
        typealias Dispatch = ProgramLayout.Dispatch
        typealias Branch = ProgramLayout.Branch
        try require(offset, 1, Dispatch.tagSize, "dispatch")
        try verifyName(offset + Dispatch.member)
        let count = Int(view.word(at: offset + Dispatch.branchCount))
        let branches = Int(view.word(at: offset + Dispatch.branches))
        try require(branches, count, Branch.size, "branches")
        try verifyTable(offset + Dispatch.values)
        try verifyTargets(of: offset + Dispatch.values) { (target, entry) throws(ProgramDamage) in
            guard target < count else { throw ProgramDamage("a value without branch", at: entry) }
        }
        for index in 0..<count {
            let branch = branches + index * Branch.size
            let target = view.word(at: branch + Branch.node)
            try visit(target, inPlaceOf: node)
            guard view.word(at: branch + Branch.flags) & Branch.inPlace != 0 else { continue }
            let rule = Int(view.word(at: Int(target) + ProgramLayout.Node.object))
            try require(rule, 1, ProgramLayout.ObjectRule.size, "object rule")
            guard view.word(at: branch + Branch.property) < view.word(at: rule), view.word(at: rule) <= 64 else {
                throw ProgramDamage("a branch's member is out of range", at: branch)
            }
        }
    }

    private mutating func verifyItems(_ offset: Int, of node: Int) throws(ProgramDamage) {
        typealias Dispatch = ProgramLayout.Dispatch
        try require(offset, 1, Dispatch.itemSize, "dispatch")
        let count = Int(view.word(at: offset + Dispatch.branchCount))
        let branches = Int(view.word(at: offset + Dispatch.branches))
        try require(branches, count, ProgramLayout.Branch.size, "branches")
        for table in [offset + Dispatch.strings, offset + Dispatch.integers] {
            try verifyTable(table)
            try verifyTargets(of: table) { (target, entry) throws(ProgramDamage) in
                guard target < count else { throw ProgramDamage("a value without branch", at: entry) }
            }
        }
        for index in 0..<count {
            try visit(view.word(at: branches + index * ProgramLayout.Branch.size), inPlaceOf: node)
        }
    }

    /// No node may look at a value in place of itself, and no chain of them may be too long for a stack.
    func verifyInPlace() throws(ProgramDamage) {
        var heights: [Int: Int] = [:]
        for start in inPlace.keys.sorted() where heights[start] == nil {
            var stack: [(node: Int, next: Int, height: Int)] = [(start, 0, 0)]
            // -1 marks what is open.
            heights[start] = -1
            while let (node, next, height) = stack.last {
                let inner = inPlace[node] ?? []
                guard next < inner.count else {
                    heights[node] = height
                    stack.removeLast()
                    if let last = stack.indices.last { stack[last].height = max(stack[last].height, height + 1) }
                    guard height < Self.inPlaceLimit else {
                        throw ProgramDamage("too many schemas for one value, one in the other", at: node)
                    }
                    continue
                }
                stack[stack.count - 1].next += 1
                let target = inner[next]
                if let known = heights[target] {
                    guard known >= 0 else { throw ProgramDamage("a schema in place of itself", at: node) }
                    stack[stack.count - 1].height = max(height, known + 1)
                } else {
                    heights[target] = -1
                    stack.append((target, 0, 0))
                }
            }
        }
    }
}
