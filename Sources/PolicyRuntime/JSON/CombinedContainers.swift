import PolicyPlan

/// Objects and arrays that are met by several nodes at once.
extension CombinedCheck {
    func members(_ brace: BytePointer, _ frame: inout Frame, _ depth: Int) -> BytePointer {
        var place = BlankScan.skip(brace + 1)
        while place.byte == 0x22 {
            let quote = place
            let nameEnd = JSONSkim.string(at: quote)
            let row = addRow(&frame)
            let children = memory.entries.count
            let links = memory.links.count
            let mark = fast.scratch.mark
            var name = quote + 1
            var length = nameEnd - quote &- 2
            if StringScan.hasEscape(from: name, to: nameEnd + -1) {
                (name, length) = fast.scratch.unescape(from: name, to: nameEnd + -1)
            }
            for entry in frame.first..<frame.first + frame.count where isOpen(entry, frame) {
                member(entry, quote, name, length, children, row.map { $0 + entry - frame.first }, depth)
            }
            fast.scratch.reset(to: mark)
            place = BlankScan.skip(BlankScan.skip(nameEnd) + 1)
            place = BlankScan.skip(part(place, children, links, row, frame, depth))
            guard place.byte == 0x2C else { break }
            place = BlankScan.skip(place + 1)
        }
        var distinct = -1
        for entry in frame.first..<frame.first + frame.count where isOpen(entry, frame) {
            if !isComplete(entry, brace, &distinct) { memory.entries[entry].state = .fails }
        }
        return place + 1
    }

    /// What one entry says of a member: of its name at once, of its value by a link.
    func member(
        _ entry: Int,
        _ quote: BytePointer,
        _ name: BytePointer,
        _ length: Int,
        _ children: Int,
        _ mark: Int?,
        _ depth: Int
    ) {
        typealias Rule = Layout.ObjectRule
        let node = node(entry)
        let rule = program + node.word(Node.object)
        let names = rule.word(Rule.names)
        if names != 0, (program + names).word(Layout.ObjectNames.node) != Layout.none {
            let allowed = program + (program + names).word(Layout.ObjectNames.node)
            guard passes(quote, allowed, depth) else {
                memory.entries[entry].state = .fails
                return
            }
        }
        let child: UInt32
        let isDenied: Bool
        let isEvaluated: Bool
        let property = NameLookup.index(of: name, length, in: rule, program)
        if property >= 0 {
            let record = program + rule.word(Layout.NameTable.entries) + property &* Layout.NameEntry.size
            memory.words[memory.entries[entry].words + property / 64] |= 1 << UInt64(property % 64)
            child = record.word(Layout.NameEntry.target)
            isDenied = record.word(Layout.NameEntry.flags) & Layout.NameEntry.denied != 0
            isEvaluated = record.word(Layout.NameEntry.flags) & Layout.NameEntry.evaluated != 0
        } else {
            var outcome = 0
            if names != 0, (program + names).word(Layout.ObjectNames.automaton) != 0 {
                let automaton = program + (program + names).word(Layout.ObjectNames.automaton)
                outcome = AutomatonRun.outcome(automaton, name, length)
            }
            if outcome > 0, let found = MemberNames.child(outcome, program + names, program) {
                child = UInt32(truncatingIfNeeded: found.node - program)
                isDenied = found.isDenied
                isEvaluated = true
            } else {
                child = rule.word(Rule.additional)
                isDenied = rule.word(Rule.flags) & Rule.additionalDenied != 0
                isEvaluated = rule.word(Rule.flags) & Rule.additionalEvaluates != 0
            }
        }
        guard !isDenied else {
            memory.entries[entry].state = .fails
            return
        }
        link(entry, child, .required, children)
        if let mark, isEvaluated { memory.rows[mark] |= 1 }
        if let combination = combination(node) {
            let rest = combination.word(Combination.unevaluatedProperties)
            if rest != Layout.none { link(entry, rest, .unevaluated, children) }
        }
    }

    func isSeen(_ entry: Int, _ property: Int) -> Bool {
        memory.words[memory.entries[entry].words + property / 64] >> UInt64(property % 64) & 1 == 1
    }

    /// What an entry's own keywords say at the closing brace; `distinct` is the number of names once it is known.
    func isComplete(_ entry: Int, _ brace: BytePointer, _ distinct: inout Int) -> Bool {
        typealias Rule = Layout.ObjectRule
        let rule = program + node(entry).word(Node.object)
        let properties = Int(rule.word(Layout.NameTable.count))
        let isWide = rule.word(Rule.flags) & Rule.wide != 0
        let required = isWide ? program + rule.word(Rule.requiredWords) : rule + Rule.required
        for index in 0..<(properties &+ 63) / 64 {
            let mask = required.long(8 &* index)
            guard memory.words[memory.entries[entry].words + index] & mask == mask else { return false }
        }
        guard MemberNames.missing(of: rule, program, isSeen: { isSeen(entry, $0) }) == nil else { return false }
        guard rule.word(Rule.flags) & Rule.counted != 0 else { return true }
        if distinct < 0 { distinct = distinctNames(brace) }
        return distinct >= Int(rule.word(Rule.minimum)) && distinct <= Int(rule.word(Rule.maximum))
    }

    func distinctNames(_ brace: BytePointer) -> Int {
        let mark = fast.scratch.mark
        defer { fast.scratch.reset(to: mark) }
        var count = 0
        var object: UInt32 = 0
        var place = BlankScan.skip(brace + 1)
        while place.byte == 0x22 {
            let end = JSONSkim.string(at: place)
            var name = place + 1
            var length = end - place &- 2
            if !fast.isDistinct, StringScan.hasEscape(from: name, to: end + -1) {
                (name, length) = fast.scratch.unescape(from: name, to: end + -1)
            }
            if fast.isDistinct || fast.scratch.insert(name, length, base: mark.names, object: &object) { count += 1 }
            place = BlankScan.skip(BlankScan.skip(end) + 1)
            place = BlankScan.skip(JSONSkim.value(at: place))
            guard place.byte == 0x2C else { break }
            place = BlankScan.skip(place + 1)
        }
        return count
    }

    // MARK: Arrays

    func items(_ bracket: BytePointer, _ frame: inout Frame, _ depth: Int) -> BytePointer {
        typealias Rule = Layout.ArrayRule
        var place = BlankScan.skip(bracket + 1)
        var count = 0
        while place.byte != 0x5D {
            let row = addRow(&frame)
            let children = memory.entries.count
            let links = memory.links.count
            for entry in frame.first..<frame.first + frame.count where isOpen(entry, frame) {
                item(entry, count, children, row.map { $0 + entry - frame.first })
            }
            place = BlankScan.skip(part(place, children, links, row, frame, depth))
            count += 1
            guard place.byte == 0x2C else { break }
            place = BlankScan.skip(place + 1)
        }
        for entry in frame.first..<frame.first + frame.count where isOpen(entry, frame) {
            let rule = program + node(entry).word(Node.array)
            let holds =
                count >= Int(rule.word(Rule.minimum)) && count <= Int(rule.word(Rule.maximum))
                && (rule.word(Rule.flags) & Rule.unique == 0
                    || ValueComparison(scratch: fast.scratch).hasUniqueItems(bracket))
            if !holds { memory.entries[entry].state = .fails }
        }
        return place + 1
    }

    func item(_ entry: Int, _ index: Int, _ children: Int, _ mark: Int?) {
        typealias Rule = Layout.ArrayRule
        let node = node(entry)
        let rule = program + node.word(Node.array)
        var child = rule.word(Rule.items)
        var isDenied = rule.word(Rule.flags) & Rule.itemsDenied != 0
        var isEvaluated = rule.word(Rule.flags) & Rule.itemsEvaluate != 0
        if index < Int(rule.word(Rule.prefixCount)) {
            let record = program + rule.word(Rule.prefix) + index &* Layout.PrefixItem.size
            child = record.word(Layout.PrefixItem.node)
            isDenied = record.word(Layout.PrefixItem.flags) & Layout.PrefixItem.denied != 0
            isEvaluated = true
        }
        guard !isDenied else {
            memory.entries[entry].state = .fails
            return
        }
        link(entry, child, .required, children)
        if let mark, isEvaluated { memory.rows[mark] |= 1 }
        guard let combination = combination(node) else { return }
        let contains = program + combination.word(Combination.contains)
        for place in 0..<Int(combination.word(Combination.containsCount)) {
            let record = contains + place &* Layout.Contains.size
            link(entry, record.word(Layout.Contains.node), .contains(place), children)
        }
        let rest = combination.word(Combination.unevaluatedItems)
        if rest != Layout.none { link(entry, rest, .unevaluated, children) }
    }
}
