/// Walks a content program once, so that running it needs no checks.
///
/// Every record that a root reaches lies in the section and is aligned, kinds and operations are known, tables have an empty
/// slot and entries in range, the words by which names are compared belong to the names, constants have no cycle. Nodes may
/// form cycles (recursive schemas): every step of one consumes a container, and a root bounds their depth.
package struct ProgramVerifier {
    enum Record: UInt8 {
        case node, stringRule, numberRule, arrayRule, objectRule, constant, automaton
    }

    private struct Visit {
        let record: Record
        let offset: Int
    }

    let view: ProgramView
    /// For each eight bytes the kinds of record that were found to begin there, a bit each.
    private var seen: [UInt8]
    private var open: [Visit] = []
    /// Elements of tables that may still be looked at.
    ///
    /// Damaged programs whose tables overlap must not cost much more than their size; whole ones share little, and stay far
    /// below.
    private var budget: Int
    /// Of each node with a combination, the nodes that look at the same value.
    var inPlace: [Int: [Int]] = [:]

    private init(_ view: ProgramView) {
        self.view = view
        self.budget = 16 * view.byteCount
        self.seen = [UInt8](repeating: 0, count: view.byteCount / 8 + 1)
    }

    /// Throws unless `view` can be run from each of its roots.
    package static func verify(_ view: ProgramView) throws(ProgramDamage) {
        var verifier = ProgramVerifier(view)
        try verifier.verifyHeader()
        for root in view.roots { try verifier.verifyRoot(Int(root)) }
        while let next = verifier.open.popLast() { try verifier.verify(next) }
        try verifier.verifyInPlace()
    }

    // MARK: Header and roots

    private mutating func verifyHeader() throws(ProgramDamage) {
        guard view.byteCount >= ProgramLayout.headerBytes, view.byteCount < Int(Int32.max) else {
            throw ProgramDamage("the section has no header", at: 0)
        }
        guard view.word(at: 0) == ProgramLayout.magic else { throw ProgramDamage("not a content program", at: 0) }
        guard view.word(at: 4) == ProgramLayout.version else { throw ProgramDamage("unknown version", at: 4) }
        guard Int(view.word(at: 8)) == view.byteCount else { throw ProgramDamage("the length is wrong", at: 8) }
        try require(Int(view.word(at: 16)), Int(view.word(at: 12)), 4, "list of roots")
        try visit(.node, view.word(at: ProgramLayout.anyNode))
        try verifyCodePoints(Int(view.word(at: ProgramLayout.codePoints)))
    }

    private mutating func verifyRoot(_ offset: Int) throws(ProgramDamage) {
        typealias Root = ProgramLayout.Root
        try require(offset, 1, Root.size, "root")
        let flags = view.word(at: offset + Root.flags)
        guard flags & ~Root.allFlags == 0 else { throw ProgramDamage("unknown flags of a root", at: offset) }
        let depth = view.word(at: offset + Root.depth)
        guard (1...ProgramLayout.maximumDepth).contains(depth) else {
            throw ProgramDamage("the depth is out of range", at: offset)
        }
        for index in 0..<8 where ContentAction(rawValue: view.byte(at: offset + Root.actions + index)) == nil {
            throw ProgramDamage("unknown action", at: offset)
        }
        guard view.word(at: offset + Root.batchItems) <= ProgramLayout.mostBatchItems else {
            throw ProgramDamage("a batch has too many items", at: offset)
        }
        try visit(.node, view.word(at: offset + Root.node))
        guard flags & Root.namesInPass == 0 || view.word(at: offset + Root.forbid) != 0 else {
            throw ProgramDamage("names are looked at, and none is forbidden", at: offset)
        }
        try verifyForbid(Int(view.word(at: offset + Root.forbid)))
        try verifySteps(of: offset, flags)
        try verifyTypes(of: offset, flags)
    }

    private mutating func verifySteps(of root: Int, _ flags: UInt32) throws(ProgramDamage) {
        typealias Root = ProgramLayout.Root
        let count = Int(view.word(at: root + Root.stepCount))
        let steps = Int(view.word(at: root + Root.steps))
        try require(steps, count, ProgramLayout.Step.size, "steps of a discriminator")
        for index in 0..<count {
            let step = steps + index * ProgramLayout.Step.size
            switch view.word(at: step) {
            case ProgramLayout.Step.member: try verifyName(step + ProgramLayout.Step.name)
            case ProgramLayout.Step.item: break
            default: throw ProgramDamage("unknown step", at: step)
            }
        }
        guard flags & Root.hasDiscriminator != 0 || count == 0 else {
            throw ProgramDamage("steps without a discriminator", at: root)
        }
        guard flags & Root.dispatchInPlace != 0 else { return }
        guard flags & Root.hasDiscriminator != 0, count == 1, view.word(at: steps) == ProgramLayout.Step.member else {
            throw ProgramDamage("only a member of the outermost object is dispatched in place", at: root)
        }
    }

    private mutating func verifyTypes(of root: Int, _ flags: UInt32) throws(ProgramDamage) {
        typealias Root = ProgramLayout.Root
        typealias Record = ProgramLayout.TypeRecord
        let count = Int(view.word(at: root + Root.typeCount))
        let types = Int(view.word(at: root + Root.types))
        try require(types, count, Record.size, "types")
        try verifyTable(root + Root.typeNames)
        var place = 0
        try verifyTargets(of: root + Root.typeNames) { (target, entry) throws(ProgramDamage) in
            guard target < count else { throw ProgramDamage("a type's name without type", at: entry) }
            guard target == place else { throw ProgramDamage("a type's name at another place", at: entry) }
            place += 1
        }
        for index in 0..<count {
            let record = types + index * Record.size
            let node = view.word(at: record + Record.node)
            try visit(.node, node)
            guard view.word(at: record + Record.action) <= 2 else {
                throw ProgramDamage("unknown action of a type", at: record)
            }
            let property = view.word(at: record + Record.property)
            guard property != ProgramLayout.none else {
                guard view.word(at: record + Record.flags) == 0 else {
                    throw ProgramDamage("a type in place without its member", at: record)
                }
                continue
            }
            // `visit` has shown that the node lies in the section; its rule is looked at before it is verified.
            let rule = Int(view.word(at: Int(node) + ProgramLayout.Node.object))
            try require(rule, 1, ProgramLayout.ObjectRule.size, "object rule")
            guard property < view.word(at: rule), view.word(at: rule) <= 64 else {
                throw ProgramDamage("a type's member is out of range", at: record)
            }
            for place in stride(from: 0, to: ProgramLayout.ObjectRule.size, by: 8) {
                guard view.longWord(at: rule + place) == view.longWord(at: record + Record.rule + place) else {
                    throw ProgramDamage("a type's rule is not its node's", at: record)
                }
            }
        }
    }

    // MARK: Nodes and rules

    private mutating func verify(_ visit: Visit) throws(ProgramDamage) {
        switch visit.record {
        case .node: try verifyNode(visit.offset)
        case .stringRule, .numberRule, .automaton: break
        case .arrayRule: try verifyArrayRule(visit.offset)
        case .objectRule: try verifyObjectRule(visit.offset)
        case .constant: try verifyConstant(visit.offset)
        }
    }

    private mutating func verifyNode(_ offset: Int) throws(ProgramDamage) {
        typealias Node = ProgramLayout.Node
        guard view.byte(at: offset + Node.types) <= ValueTypes.all.rawValue else {
            throw ProgramDamage("unknown types of a node", at: offset)
        }
        guard view.byte(at: offset + Node.flags) & ~Node.allFlags == 0 else {
            throw ProgramDamage("unknown flags of a node", at: offset)
        }
        let combination = Int(view.word(at: offset + Node.combination))
        if combination != 0 { try verifyCombination(combination, of: offset) }
        let string = view.word(at: offset + Node.string)
        if string != 0 { try self.visit(.stringRule, string) }
        let number = view.word(at: offset + Node.number)
        if number != 0 { try self.visit(.numberRule, number) }
        try self.visit(.arrayRule, view.word(at: offset + Node.array))
        try self.visit(.objectRule, view.word(at: offset + Node.object))
        let values = Int(view.word(at: offset + Node.values))
        if values != 0 {
            try require(values, 1, 8, "values of a node")
            let count = Int(view.word(at: values))
            try require(values + 8, count, 4, "values of a node")
            for index in 0..<count { try self.visit(.constant, view.word(at: values + 8 + 4 * index)) }
        }
        guard view.byte(at: offset) == view.operation(ofNodeAt: offset).rawValue else {
            throw ProgramDamage("the operation does not belong to the node", at: offset)
        }
    }

    private mutating func verifyNumberRule(_ offset: Int) throws(ProgramDamage) {
        typealias Rule = ProgramLayout.NumberRule
        let flags = view.word(at: offset + Rule.flags)
        let multipleCount = Int(view.word(at: offset + Rule.multipleCount))
        let multiples = Int(view.word(at: offset + Rule.multiples))
        try require(multiples, multipleCount, ProgramLayout.Multiple.size, "multiples")
        for index in 0..<multipleCount {
            let multiple = multiples + index * ProgramLayout.Multiple.size
            guard (1..<(1 << 63)).contains(view.longWord(at: multiple)) else {
                throw ProgramDamage("a coefficient out of range", at: multiple)
            }
        }
        let low = Int64(bitPattern: view.longWord(at: offset + Rule.low))
        let high = Int64(bitPattern: view.longWord(at: offset + Rule.high))
        guard view.word(at: offset + Rule.sureDigits) == Rule.sureDigits(low: low, high: high) else {
            throw ProgramDamage("digits that do not belong to the bounds", at: offset)
        }
        if flags & Rule.hasLower != 0 { try verifyDecimal(view.word(at: offset + Rule.lower)) }
        if flags & Rule.hasUpper != 0 { try verifyDecimal(view.word(at: offset + Rule.upper)) }
        let values = Int(view.word(at: offset + Rule.values))
        let valueCount = Int(view.word(at: offset + Rule.valueCount))
        try require(values, valueCount, 4, "listed numbers")
        for index in 0..<valueCount { try verifyDecimal(view.word(at: values + 4 * index)) }
    }

    private mutating func verifyDecimal(_ word: UInt32) throws(ProgramDamage) {
        let offset = Int(word)
        try require(offset, 1, ProgramLayout.Decimal.digits, "decimal")
        let count = Int(view.word(at: offset + ProgramLayout.Decimal.digitCount))
        guard count <= view.byteCount - offset - ProgramLayout.Decimal.digits else {
            throw ProgramDamage("digits: outside of the section", at: offset)
        }
        try spend(count / 8, at: offset)
        let point = Int64(bitPattern: view.longWord(at: offset + ProgramLayout.Decimal.point))
        guard (-(1 << 40)...(1 << 40)).contains(point) else {
            throw ProgramDamage("an exponent out of range", at: offset)
        }
        for index in 0..<count {
            let digit = view.byte(at: offset + ProgramLayout.Decimal.digits + index)
            guard (0x30...0x39).contains(digit) else { throw ProgramDamage("a digit that is none", at: offset) }
        }
        guard count > 0 else { return }
        guard view.byte(at: offset + ProgramLayout.Decimal.digits) != 0x30,
            view.byte(at: offset + ProgramLayout.Decimal.digits + count - 1) != 0x30
        else { throw ProgramDamage("a decimal with outer zeros", at: offset) }
    }

    private mutating func verifyArrayRule(_ offset: Int) throws(ProgramDamage) {
        typealias Rule = ProgramLayout.ArrayRule
        let prefix = Int(view.word(at: offset + Rule.prefix))
        let count = Int(view.word(at: offset + Rule.prefixCount))
        try require(prefix, count, ProgramLayout.PrefixItem.size, "prefix items")
        for index in 0..<count { try visit(.node, view.word(at: prefix + index * ProgramLayout.PrefixItem.size)) }
        try visit(.node, view.word(at: offset + Rule.items))
    }

    private mutating func verifyObjectRule(_ offset: Int) throws(ProgramDamage) {
        typealias Rule = ProgramLayout.ObjectRule
        try verifyTable(offset)
        try visit(.node, view.word(at: offset + Rule.additional))
        let count = Int(view.word(at: offset))
        let entries = Int(view.word(at: offset + ProgramLayout.NameTable.entries))
        for index in 0..<count {
            let entry = entries + index * ProgramLayout.NameEntry.size
            try visit(.node, view.word(at: entry + ProgramLayout.NameEntry.target))
        }
        let flags = view.word(at: offset + Rule.flags)
        guard (flags & Rule.wide != 0) == (count > 64) else {
            throw ProgramDamage("the width of a rule does not belong to its properties", at: offset)
        }
        let names = Int(view.word(at: offset + Rule.names))
        guard (flags & Rule.named != 0) == (names != 0) else {
            throw ProgramDamage("rules for names that are there or not", at: offset)
        }
        if names != 0 { try verifyNames(names, properties: count) }
        guard count > 64 else { return }
        try require(Int(view.word(at: offset + Rule.requiredWords)), (count + 63) / 64, 8, "required members")
    }

    // MARK: Names and constants

    mutating func verifyTable(_ offset: Int) throws(ProgramDamage) {
        typealias Table = ProgramLayout.NameTable
        let count = Int(view.word(at: offset + Table.count))
        guard count > 0 else { return }
        let entries = Int(view.word(at: offset + Table.entries))
        try require(entries, count, ProgramLayout.NameEntry.size, "names")
        for index in 0..<count { try verifyName(entries + index * ProgramLayout.NameEntry.size) }
        let slots = Int(view.word(at: offset + Table.slots))
        let slotCount = Int(view.word(at: offset + Table.slotMask)) + 1
        guard slotCount & (slotCount - 1) == 0 else {
            throw ProgramDamage("a table that is no power of two", at: offset)
        }
        try require(slots, slotCount, 4, "slots")
        var hasEmptySlot = false
        for index in 0..<slotCount {
            let slot = view.word(at: slots + 4 * index)
            if slot == ProgramLayout.none {
                hasEmptySlot = true
            } else if Int(slot) >= count {
                throw ProgramDamage("a slot without name", at: slots)
            }
        }
        guard hasEmptySlot else { throw ProgramDamage("a full table", at: offset) }
    }

    func verifyTargets(
        of table: Int,
        _ check: (_ target: Int, _ entry: Int) throws(ProgramDamage) -> Void
    ) throws(ProgramDamage) {
        let entries = Int(view.word(at: table + ProgramLayout.NameTable.entries))
        for index in 0..<Int(view.word(at: table)) {
            let entry = entries + index * ProgramLayout.NameEntry.size
            try check(Int(view.word(at: entry + ProgramLayout.NameEntry.target)), entry)
        }
    }

    mutating func verifyName(_ offset: Int) throws(ProgramDamage) {
        typealias Entry = ProgramLayout.NameEntry
        let text = Int(view.word(at: offset + Entry.text))
        let length = Int(view.word(at: offset + Entry.length))
        try verifyText(text, length)
        let words = NameWords(view, quotedAt: text, length: length)
        guard view.longWord(at: offset + Entry.word0) == words.word0,
            view.longWord(at: offset + Entry.word1) == words.word1,
            view.longWord(at: offset + Entry.mask0) == words.mask0,
            view.longWord(at: offset + Entry.mask1) == words.mask1
        else { throw ProgramDamage("the words of a name do not belong to it", at: offset) }
    }

    private mutating func verifyText(_ text: Int, _ length: Int) throws(ProgramDamage) {
        guard text >= ProgramLayout.headerBytes, length < view.byteCount,
            text + length + 2 + ProgramLayout.textPadding <= view.byteCount
        else { throw ProgramDamage("a text outside of the section", at: text) }
        try spend(1 + length / 8, at: text)
        guard view.byte(at: text) == 0x22, view.byte(at: text + length + 1) == 0x22 else {
            throw ProgramDamage("a text without its quotes", at: text)
        }
    }

    private mutating func verifyConstant(_ offset: Int) throws(ProgramDamage) {
        typealias Constant = ProgramLayout.Constant
        let count = Int(view.word(at: offset + Constant.count))
        let reference = Int(view.word(at: offset + Constant.reference))
        switch view.word(at: offset + Constant.kind) {
        case Constant.null, Constant.false, Constant.true: break
        case Constant.number: try verifyDecimal(UInt32(reference))
        case Constant.string: try verifyText(reference, count)
        case Constant.array:
            try require(reference, count, 4, "items of a constant")
            for index in 0..<count { try visitConstant(view.word(at: reference + 4 * index), below: offset) }
        case Constant.object:
            try require(reference, count, Constant.memberSize, "members of a constant")
            for index in 0..<count {
                let member = reference + index * Constant.memberSize
                try verifyText(Int(view.word(at: member)), Int(view.word(at: member + 4)))
                try visitConstant(view.word(at: member + 8), below: offset)
            }
        default: throw ProgramDamage("unknown kind of constant", at: offset)
        }
    }

    /// A part of a constant: it stands before the constant, so there is no cycle.
    private mutating func visitConstant(_ part: UInt32, below whole: Int) throws(ProgramDamage) {
        guard part < whole else { throw ProgramDamage("a constant that contains itself", at: whole) }
        try visit(.constant, part)
    }

    // MARK: Ranges

    mutating func visit(_ record: Record, _ word: UInt32) throws(ProgramDamage) {
        let offset = Int(word)
        let bit: UInt8 = 1 << record.rawValue
        // What lies outside or unaligned is refused below.
        guard offset / 8 >= seen.count || offset % 8 != 0 || seen[offset / 8] & bit == 0 else { return }
        switch record {
        case .node: try require(offset, 1, ProgramLayout.Node.size, "node")
        case .stringRule: try require(offset, 1, ProgramLayout.StringRule.size, "string rule")
        case .numberRule: try require(offset, 1, ProgramLayout.NumberRule.size, "number rule")
        case .arrayRule: try require(offset, 1, ProgramLayout.ArrayRule.size, "array rule")
        case .objectRule: try require(offset, 1, ProgramLayout.ObjectRule.size, "object rule")
        case .constant: try require(offset, 1, ProgramLayout.Constant.size, "constant")
        case .automaton: try require(offset, 1, ProgramLayout.Automaton.outcomes, "automaton")
        }
        seen[offset / 8] |= bit
        switch record {
        // Leaves, which a node's operation follows from.
        case .stringRule: try verifyStringRule(offset)
        case .automaton: try verifyAutomaton(offset)
        case .numberRule: try verifyNumberRule(offset)
        case .node, .arrayRule, .objectRule, .constant: open.append(Visit(record: record, offset: offset))
        }
    }

    /// `count` elements of `size` bytes at an aligned offset behind the header.
    mutating func require(_ offset: Int, _ count: Int, _ size: Int, _ what: String) throws(ProgramDamage) {
        guard count > 0 else { return }
        guard offset >= ProgramLayout.headerBytes, offset % 8 == 0, count <= view.byteCount,
            offset <= view.byteCount - count * size
        else { throw ProgramDamage("\(what): outside of the section", at: offset) }
        try spend(count, at: offset)
    }

    mutating func spend(_ count: Int, at offset: Int) throws(ProgramDamage) {
        budget -= count
        guard budget >= 0 else { throw ProgramDamage("tables that overlap", at: offset) }
    }
}
