import PolicyPlan
import WebSocketProtocol

/// Objects and arrays of the slow pass: what opens, what closes, members and items.
extension ContentWalk {
    mutating func open(_ value: Value, _ place: inout Int) -> State? {
        let first = place
        let isObject = byte(first) == 0x7B
        place += 1
        let level = frames.count + 1
        if isBatch, level == 1 {
            frames.append(Frame(isObject: false, start: first, nodes: [], step: -1, isSkipped: false))
            return .firstItem
        }
        if isSkipping || level > depth {
            // The first container that is too deep is the fault; of those inside only a bounded number is followed.
            if isSkipping, level > ProgramLayout.maximumDepth { return unexpected(first) }
            if !isSkipping { report(.nestingTooDeep, at: first, inside: true) }
            for index in frames.indices { frames[index].hasSkipped = true }
            frames.append(Frame(isObject: isObject, start: first, nodes: [], step: -1, isSkipped: true))
            return isObject ? .firstMember : .firstItem
        }
        let leads = value.step >= 0 && self.leads(value.step, isObject)
        if value.step >= 0, !leads { reportNoType(at: first) }
        let nodes = admitted(isObject ? .object : .array, value, at: first)
        frames.append(
            Frame(isObject: isObject, start: first, nodes: nodes, step: leads ? value.step : -1, isSkipped: false)
        )
        if isObject { frames[frames.count - 1].properties = nodes.map { _ in [] } }
        return isObject ? .firstMember : .firstItem
    }

    func stepRecord(_ index: Int) -> RecordPointer {
        program + root.word(ProgramLayout.Root.steps) + index * ProgramLayout.Step.size
    }

    /// Whether the next step of the discriminator goes on in a container of this kind.
    func leads(_ step: Int, _ isObject: Bool) -> Bool {
        guard step < stepCount else { return false }
        let isMember = stepRecord(step).word(ProgramLayout.Step.kind) == ProgramLayout.Step.member
        return isMember == isObject
    }

    mutating func close(_ place: inout Int) -> State? {
        guard let frame = frames.last else { return unexpected(place) }
        if isBatch, frames.count == 1 {
            typeIndex = -1
            // Nobody sends nothing.
            if frame.count == 0 { report(.schemaMismatch, at: place, start: frame.start) }
        }
        if frame.step >= 0, !frame.stepIsFound { report(.unknownMessageType, at: place, start: frame.start) }
        for (index, node) in frame.nodes.enumerated() {
            if frame.isObject {
                closeObject(frame, index, node, at: place)
            } else {
                closeArray(frame, node, at: place)
            }
            let values = node.word(ProgramLayout.Node.values)
            if values != 0, !ConstantMatch(program: program).isListed(start + frame.start, program + values) {
                closingFault(.enumeration, frame, node, at: place)
            }
        }
        if !frame.hasSkipped { checkCombinations(frame.nodes, from: frame.start, at: place, inside: false) }
        frames.removeLast()
        place += 1
        return .after
    }

    mutating func closeArray(_ frame: Frame, _ node: RecordPointer, at place: Int) {
        typealias Rule = ProgramLayout.ArrayRule
        let rule = program + node.word(ProgramLayout.Node.array)
        if frame.count < Int(rule.word(Rule.minimum)) { closingFault(.minItems, frame, node, at: place) }
        if rule.word(Rule.flags) & Rule.unique != 0, !frame.hasSkipped,
            !ValueComparison(scratch: scratch).hasUniqueItems(start + frame.start)
        {
            closingFault(.uniqueItems, frame, node, at: place)
        }
    }

    mutating func closingFault(
        _ keyword: ContentKeyword,
        _ frame: Frame,
        _ node: RecordPointer,
        at place: Int,
        detail: UInt32 = 0
    ) {
        report(.schemaMismatch, at: place, node: node, keyword: keyword, detail: detail, start: frame.start)
    }

    mutating func closeObject(_ frame: Frame, _ index: Int, _ node: RecordPointer, at brace: Int) {
        typealias Rule = ProgramLayout.ObjectRule
        let rule = program + node.word(ProgramLayout.Node.object)
        let seen = frame.properties[index]
        let properties = Int(rule.word(ProgramLayout.NameTable.count))
        for property in 0..<properties where isRequired(property, rule, properties) && !seen.contains(property) {
            closingFault(.required, frame, node, at: brace, detail: UInt32(property))
            return
        }
        if let pair = MemberNames.missing(of: rule, program, isSeen: { seen.contains($0) }) {
            closingFault(.dependentRequired, frame, node, at: brace, detail: UInt32(pair))
        }
        if rule.word(Rule.flags) & Rule.counted != 0, frame.count < Int(rule.word(Rule.minimum)) {
            closingFault(.minProperties, frame, node, at: brace)
        }
    }

    func isRequired(_ index: Int, _ rule: RecordPointer, _ count: Int) -> Bool {
        typealias Rule = ProgramLayout.ObjectRule
        let isWide = rule.word(Rule.flags) & Rule.wide != 0
        let mask =
            isWide ? (program + rule.word(Rule.requiredWords)).long(8 * (index / 64)) : rule.long(Rule.required)
        return mask >> UInt64(index % 64) & 1 == 1
    }

    mutating func member(_ place: inout Int) -> State? {
        let quote = place
        guard byte(quote) == 0x22 else { return unexpected(quote) }
        guard let end = closingQuote(from: quote + 1) else { return nil }
        place = end + 1
        let name = unescaped(quote + 1, end)
        let last = frames.count - 1
        frames[last].current = .member(name)
        guard !frames[last].isSkipped else { return .colon(Value(nodes: [], step: -1)) }
        let isNew = frames[last].names.insert(name).inserted
        if isNew { frames[last].count += 1 }
        if !isNew, flags & ProgramLayout.Root.denyDuplicates != 0 {
            report(.duplicateKey, at: end, start: quote, inside: true)
        }
        checkForbidden(from: quote, to: end, isName: true)
        var value = Value(nodes: [], step: -1)
        for (index, node) in frames[last].nodes.enumerated() {
            if let child = memberNode(name, index, of: node, quote, end) { value.nodes.append(child) }
        }
        value.nodes = withConjuncts(value.nodes)
        let step = frames[last].step
        if step >= 0, !frames[last].stepIsFound, isStep(name, step) {
            frames[last].stepIsFound = true
            value.step = step + 1
        }
        return .colon(value)
    }

    func isStep(_ name: [UInt8], _ step: Int) -> Bool {
        let entry = stepRecord(step) + ProgramLayout.Step.name
        let text = Int(entry.word(ProgramLayout.NameEntry.text)) + 1
        guard Int(entry.word(ProgramLayout.NameEntry.length)) == name.count else { return false }
        return name.indices.allSatisfy { program.byte(text + $0) == name[$0] }
    }

    /// The schema of a member's value; nil after a fault.
    mutating func memberNode(
        _ name: [UInt8],
        _ place: Int,
        of node: RecordPointer,
        _ quote: Int,
        _ end: Int
    ) -> RecordPointer? {
        typealias Rule = ProgramLayout.ObjectRule
        typealias Entry = ProgramLayout.NameEntry
        let rule = program + node.word(ProgramLayout.Node.object)
        if rule.word(Rule.flags) & Rule.counted != 0, let frame = frames.last,
            frame.count > Int(rule.word(Rule.maximum))
        {
            mismatch(.maxProperties, of: node, at: end, start: quote)
        }
        checkName(of: node, rule, quote, end)
        let index = lookUp(name, in: rule)
        guard index >= 0 else {
            if let child = patternChild(name, rule) {
                guard !child.isDenied else {
                    mismatch(.property, of: node, at: end, start: quote, detail: ProgramLayout.none)
                    return nil
                }
                return child.node
            }
            guard rule.word(Rule.flags) & Rule.additionalDenied == 0 else {
                mismatch(.additionalProperties, of: node, at: end, start: quote)
                return nil
            }
            return program + rule.word(Rule.additional)
        }
        frames[frames.count - 1].properties[place].insert(index)
        let entry = program + rule.word(ProgramLayout.NameTable.entries) + index * Entry.size
        guard entry.word(Entry.flags) & Entry.denied == 0 else {
            mismatch(.property, of: node, at: end, start: quote, detail: UInt32(index))
            return nil
        }
        return program + entry.word(Entry.target)
    }

    /// What every name has to be.
    mutating func checkName(of node: RecordPointer, _ rule: RecordPointer, _ quote: Int, _ end: Int) {
        let offset = rule.word(ProgramLayout.ObjectRule.names)
        guard offset != 0 else { return }
        let allowed = (program + offset).word(ProgramLayout.ObjectNames.node)
        guard allowed != ProgramLayout.none else { return }
        let fast = FastCheck(program: program, scratch: scratch, flags: 0)
        guard fast.value(at: start + quote, program + allowed, 1) == nil else { return }
        mismatch(.propertyNames, of: node, at: end, start: quote)
    }

    func patternChild(_ name: [UInt8], _ rule: RecordPointer) -> MemberNames.Child? {
        let offset = rule.word(ProgramLayout.ObjectRule.names)
        guard offset != 0, (program + offset).word(ProgramLayout.ObjectNames.automaton) != 0 else { return nil }
        let automaton = program + (program + offset).word(ProgramLayout.ObjectNames.automaton)
        let outcome = withPadding(name) { AutomatonRun.outcome(automaton, $0, name.count) } ?? 0
        return MemberNames.child(outcome, program + offset, program)
    }

    mutating func item(_ place: inout Int) -> State? {
        if isBatch, frames.count == 1 { return batchItem(&place) }
        let first = place
        switch byte(first) {
        case 0x22, 0x7B, 0x5B, 0x74, 0x66, 0x6E, 0x2D, 0x30...0x39: break
        default: return unexpected(first)
        }
        let last = frames.count - 1
        let index = frames[last].count
        frames[last].count += 1
        frames[last].current = .item(index)
        var value = Value(nodes: [], step: -1)
        for node in frames[last].nodes {
            if let child = itemNode(index, of: node, first) { value.nodes.append(child) }
        }
        value.nodes = withConjuncts(value.nodes)
        let step = frames[last].step
        if step >= 0, stepRecord(step).word(ProgramLayout.Step.index) == index {
            frames[last].stepIsFound = true
            value.step = step + 1
        }
        return beginValue(value, &place)
    }

    /// The schema of an item; nil after a fault.
    mutating func itemNode(_ index: Int, of node: RecordPointer, _ first: Int) -> RecordPointer? {
        typealias Rule = ProgramLayout.ArrayRule
        let rule = program + node.word(ProgramLayout.Node.array)
        guard index < Int(rule.word(Rule.maximum)) else {
            mismatch(.maxItems, of: node, at: first, start: first)
            return nil
        }
        guard index >= Int(rule.word(Rule.prefixCount)) else {
            let entry = program + rule.word(Rule.prefix) + index * ProgramLayout.PrefixItem.size
            guard entry.word(ProgramLayout.PrefixItem.flags) & ProgramLayout.PrefixItem.denied == 0 else {
                mismatch(.prefixItem, of: node, at: first, start: first, detail: UInt32(index))
                return nil
            }
            return program + entry.word(ProgramLayout.PrefixItem.node)
        }
        guard rule.word(Rule.flags) & Rule.itemsDenied == 0 else {
            mismatch(.items, of: node, at: first, start: first)
            return nil
        }
        return program + rule.word(Rule.items)
    }
}
