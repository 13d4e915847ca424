import PolicyPlan

/// Unions of which a member's or an item's value selects a branch.
extension FastCheck {
    /// A value against a dispatch by tag.
    func taggedValue(at place: BytePointer, _ dispatch: RecordPointer, _ depth: Int) -> BytePointer? {
        typealias Dispatch = Layout.Dispatch
        typealias Branch = Layout.Branch
        guard place.byte == 0x7B, depth > 0 else { return nil }
        let member = dispatch + Dispatch.member
        let name = BlankScan.skip(place + 1)
        guard NameLookup.matches(member, at: name, in: program) else {
            return taggedElsewhere(at: place, dispatch, depth)
        }
        let colon = BlankScan.skip(name + (Int(member.word(Layout.NameEntry.length)) &+ 2))
        guard colon.byte == 0x3A else { return nil }
        let tag = BlankScan.skip(colon + 1)
        guard let (branch, end) = branch(at: tag, dispatch) else { return nil }
        let node = program + branch.word(Branch.node)
        guard branch.word(Branch.flags) & Branch.inPlace != 0 else { return value(at: place, node, depth) }
        let rule = program + node.word(Layout.Node.object)
        let property = Int(branch.word(Branch.property))
        let seen: UInt64 = 1 &<< UInt64(truncatingIfNeeded: property)
        let next = BlankScan.skip(end + 1)
        if next.byte == 0x7D { return closedObject(at: next, rule, seen: seen, unknown: 0) }
        guard next.byte == 0x2C else { return nil }
        return members(at: BlankScan.skip(next + 1), rule, depth, seen: seen, next: property &+ 1)
    }

    /// The tag stands behind other members: it is found ahead, then the object is checked from its start.
    @inline(never)
    private func taggedElsewhere(at place: BytePointer, _ dispatch: RecordPointer, _ depth: Int) -> BytePointer? {
        typealias Entry = Layout.NameEntry
        let member = dispatch + Layout.Dispatch.member
        let text = Int(member.word(Entry.text)) &+ 1
        let length = Int(member.word(Entry.length))
        let found = JSONSkim.member(of: place) { JSONSkim.isEqual($0, $1, toText: text, length, in: program) }
        guard let found, let (branch, _) = branch(at: found, dispatch) else { return nil }
        return value(at: place, program + branch.word(Layout.Branch.node), depth)
    }

    /// An array against a dispatch by item; `node` is the union itself, for what is written in an unusual way.
    func selectedValue(
        at place: BytePointer,
        _ dispatch: RecordPointer,
        _ node: RecordPointer,
        _ depth: Int
    ) -> BytePointer? {
        typealias Dispatch = Layout.Dispatch
        guard place.byte == 0x5B, depth > 0, let item = JSONSkim.item(Int(dispatch.word(Dispatch.item)), of: place)
        else {
            return nil
        }
        let table: RecordPointer
        let index: Int
        if item.byte == 0x22 {
            guard let end = StringScan.closingQuote(from: item + 1) else { return nil }
            table = dispatch + Dispatch.strings
            index = lookUp(from: item + 1, to: end, in: table)
        } else {
            var end = item
            while end.byte &- 0x30 < 10 { end = end + 1 }
            // What has a point or an exponent may still be one of the integers.
            guard end.byte != 0x2E, end.byte | 0x20 != 0x65, item.byte != 0x2D else {
                return combinedValue(at: place, node, depth)
            }
            table = dispatch + Dispatch.integers
            index = NameLookup.index(of: item, end - item, in: table, program)
        }
        guard index >= 0 else { return nil }
        let entry = program + table.word(Layout.NameTable.entries) + index &* Layout.NameEntry.size
        let branches = program + dispatch.word(Dispatch.branches)
        let branch = branches + Int(entry.word(Layout.NameEntry.target)) &* Layout.Branch.size
        return value(at: place, program + branch.word(Layout.Branch.node), depth)
    }

    /// The branch that a tag selects, and the tag's closing quote.
    @inline(__always)
    private func branch(
        at tag: BytePointer,
        _ dispatch: RecordPointer
    ) -> (branch: RecordPointer, end: BytePointer)? {
        typealias Dispatch = Layout.Dispatch
        let values = dispatch + Dispatch.values
        guard let (index, end) = listedString(at: tag, in: values) else { return nil }
        let entry = program + values.word(Layout.NameTable.entries) + index &* Layout.NameEntry.size
        let target = Int(entry.word(Layout.NameEntry.target))
        return (program + dispatch.word(Dispatch.branches) + target &* Layout.Branch.size, end)
    }
}
