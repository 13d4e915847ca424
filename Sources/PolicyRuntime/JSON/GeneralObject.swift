import PolicyPlan

/// The members of an object with more than 64 properties, or with rules for names.
///
/// What was seen stands in the scratch instead of a register.
struct GeneralObject {
    typealias Rule = ProgramLayout.ObjectRule
    typealias Names = ProgramLayout.ObjectNames

    let check: FastCheck
    let rule: RecordPointer

    /// From behind the opening brace.
    func members(at start: BytePointer, _ depth: Int) -> BytePointer? {
        let count = Int(rule.word(ProgramLayout.NameTable.count))
        let scratch = check.scratch
        let words = scratch.openWords((count &+ 63) / 64)
        defer { scratch.closeWords(words) }
        var known = 0
        var unknown = 0
        if start.byte == 0x7D { return closed(at: start, words, known: 0, unknown: 0) }
        let base = scratch.nameCount
        defer { scratch.close(base) }
        var object: UInt32 = 0
        var next = 0
        var place = start
        while true {
            let node: RecordPointer
            guard let name = name(at: place, expecting: next, base, &object), isAllowedName(at: place, depth) else {
                return nil
            }
            if name.property >= 0 {
                let isNew = scratch.setBit(name.property, base: words)
                guard isNew || !check.denyDuplicates else { return nil }
                known &+= isNew ? 1 : 0
                node = check.program + entry(name.property).word(ProgramLayout.NameEntry.target)
                next = name.property &+ 1
            } else {
                unknown &+= name.isNew ? 1 : 0
                guard let other = other(at: place, name.end) else { return nil }
                node = other
            }
            place = BlankScan.skip(name.end)
            guard place.byte == 0x3A, let end = check.value(at: BlankScan.skip(place + 1), node, depth &- 1) else {
                return nil
            }
            place = BlankScan.skip(end)
            guard place.byte == 0x2C else { break }
            place = BlankScan.skip(place + 1)
        }
        guard place.byte == 0x7D else { return nil }
        return closed(at: place, words, known: known, unknown: unknown)
    }

    private func entry(_ property: Int) -> RecordPointer {
        check.program + rule.word(ProgramLayout.NameTable.entries) + property &* ProgramLayout.NameEntry.size
    }

    private func name(
        at place: BytePointer,
        expecting next: Int,
        _ base: Int,
        _ object: inout UInt32
    ) -> FastCheck.Name? {
        if next < Int(rule.word(ProgramLayout.NameTable.count)),
            NameLookup.matches(entry(next), at: place, in: check.program)
        {
            let end = place + (Int(entry(next).word(ProgramLayout.NameEntry.length)) &+ 2)
            return FastCheck.Name(end: end, property: next, isNew: false)
        }
        return check.name(at: place, rule, base, &object)
    }

    /// Whether the name whose quote is `place` is what every name has to be.
    private func isAllowedName(at place: BytePointer, _ depth: Int) -> Bool {
        let names = rule.word(Rule.names)
        guard names != 0 else { return true }
        let node = (check.program + names).word(Names.node)
        return node == ProgramLayout.none || check.value(at: place, check.program + node, depth) != nil
    }

    /// The node of a member without a property; nil where it is denied.
    private func other(at quote: BytePointer, _ end: BytePointer) -> RecordPointer? {
        let program = check.program
        let names = rule.word(Rule.names)
        if names != 0, (program + names).word(Names.automaton) != 0 {
            let found = MemberNames.child(of: quote, end, program + names, program, check.scratch)
            if let found { return found.isDenied ? nil : found.node }
        }
        guard rule.word(Rule.flags) & Rule.additionalDenied == 0 else { return nil }
        return program + rule.word(Rule.additional)
    }

    private func closed(at brace: BytePointer, _ words: Int, known: Int, unknown: Int) -> BytePointer? {
        let count = Int(rule.word(ProgramLayout.NameTable.count))
        let isWide = rule.word(Rule.flags) & Rule.wide != 0
        let required = isWide ? check.program + rule.word(Rule.requiredWords) : rule + Rule.required
        for index in 0..<(count &+ 63) / 64 {
            let mask = required.long(8 &* index)
            guard check.scratch.word(words &+ index) & mask == mask else { return nil }
        }
        let missing = MemberNames.missing(of: rule, check.program) { property in
            check.scratch.word(words &+ (property &>> 6)) &>> UInt64(truncatingIfNeeded: property & 63) & 1 == 1
        }
        guard missing == nil else { return nil }
        let distinct = known &+ unknown
        guard distinct >= Int(rule.word(Rule.minimum)), distinct <= Int(rule.word(Rule.maximum)) else { return nil }
        return brace + 1
    }
}

/// What an object's rules for names say.
enum MemberNames {
    typealias Names = ProgramLayout.ObjectNames

    struct Child {
        let node: RecordPointer
        let isDenied: Bool
    }

    /// The schema for a name that patterns match, from its quote to behind its closing one; nil where none does.
    static func child(
        of quote: BytePointer,
        _ end: BytePointer,
        _ names: RecordPointer,
        _ program: RecordPointer,
        _ scratch: ScratchPointer
    ) -> Child? {
        let outcome: Int
        let automaton = program + names.word(Names.automaton)
        if StringScan.hasEscape(from: quote + 1, to: end + -1) {
            let plain = scratch.unescape(from: quote + 1, to: end + -1)
            outcome = AutomatonRun.outcome(automaton, plain.start, plain.length)
            scratch.forget(plain.length)
        } else {
            outcome = AutomatonRun.outcome(automaton, quote + 1, end - quote &- 2)
        }
        return child(outcome, names, program)
    }

    /// The schema that belongs to an automaton's outcome.
    static func child(_ outcome: Int, _ names: RecordPointer, _ program: RecordPointer) -> Child? {
        guard outcome > 0 else { return nil }
        let record = program + names.word(Names.children) + (outcome &- 1) &* ProgramLayout.PrefixItem.size
        return Child(
            node: program + record.word(ProgramLayout.PrefixItem.node),
            isDenied: record.word(ProgramLayout.PrefixItem.flags) & ProgramLayout.PrefixItem.denied != 0
        )
    }

    /// The index of the first pair of which the object has the member and not the one that it requires.
    static func missing(
        of rule: RecordPointer,
        _ program: RecordPointer,
        isSeen: (_ property: Int) -> Bool
    ) -> Int? {
        let offset = rule.word(ProgramLayout.ObjectRule.names)
        guard offset != 0 else { return nil }
        let names = program + offset
        let pairs = program + names.word(Names.pairs)
        return (0..<Int(names.word(Names.pairCount))).first { index in
            isSeen(Int(pairs.word(8 &* index))) && !isSeen(Int(pairs.word(8 &* index &+ 4)))
        }
    }
}
