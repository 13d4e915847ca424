import PolicyPlan

/// The members of an object with more than 64 properties: what was seen stands in the scratch instead of a register.
struct WideObject {
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
            var node = check.program + rule.word(ProgramLayout.ObjectRule.additional)
            guard let name = name(at: place, expecting: next, base, &object) else { return nil }
            if name.property >= 0 {
                let isNew = scratch.setBit(name.property, base: words)
                guard isNew || !check.denyDuplicates else { return nil }
                known &+= isNew ? 1 : 0
                node = check.program + entry(name.property).word(ProgramLayout.NameEntry.target)
                next = name.property &+ 1
            } else {
                unknown &+= name.isNew ? 1 : 0
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

    private func closed(at brace: BytePointer, _ words: Int, known: Int, unknown: Int) -> BytePointer? {
        typealias Rule = ProgramLayout.ObjectRule
        let count = Int(rule.word(ProgramLayout.NameTable.count))
        let required = check.program + rule.word(Rule.requiredWords)
        for index in 0..<(count &+ 63) / 64 {
            let mask = required.long(8 &* index)
            guard check.scratch.word(words &+ index) & mask == mask else { return nil }
        }
        let distinct = known &+ unknown
        guard distinct >= Int(rule.word(Rule.minimum)), distinct <= Int(rule.word(Rule.maximum)) else { return nil }
        return brace + 1
    }
}
