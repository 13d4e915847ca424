import PolicyPlan

/// What is wrong inside of a union: the branch that the value itself selects says more than that none fits.
struct UnionFault {
    /// Unions in unions are followed so far.
    private static let limit = 16

    let view: ProgramView
    let root: UInt32
    let start: BytePointer
    let scratch: ScratchPointer

    /// The fault as the selected branch has it; the same one where no branch is selected.
    func deepest(_ fault: ContentFault) -> ContentFault {
        var found = fault
        for _ in 0..<Self.limit {
            guard found.keyword == .anyOf || found.keyword == .oneOf, let node = found.node,
                let branch = branch(of: node, at: found.start), let inner = self.fault(inside: branch, at: found)
            else { break }
            found = inner
        }
        return found
    }

    /// The first fault of a value against a branch; offsets and the way to it from the message's beginning.
    private func fault(inside branch: RecordPointer, at outer: ContentFault) -> ContentFault? {
        let place = start + outer.start
        scratch.reset(to: (0, 0))
        let walk = ContentWalk.run(
            program: view,
            root: root,
            node: branch,
            start: place,
            count: JSONSkim.value(at: place) - place,
            scratch: scratch
        )
        guard let inner = walk.verdictFault, inner.violation == outer.violation else { return nil }
        var found = ContentFault(
            violation: outer.violation,
            action: outer.action,
            offset: outer.offset,
            start: outer.start + inner.start
        )
        found.node = inner.node
        found.keyword = inner.keyword
        found.detail = inner.detail
        found.path = outer.path + inner.path
        return found
    }

    /// The branch that a value selects by its type, or by the value of a member or item.
    private func branch(of node: RecordPointer, at offset: Int) -> RecordPointer? {
        typealias Dispatch = ProgramLayout.Dispatch
        let program = RecordPointer(view)
        let combination = node.word(ProgramLayout.Node.combination)
        guard combination != 0 else { return nil }
        let dispatch = (program + combination).word(ProgramLayout.Combination.dispatch)
        guard dispatch != 0 else { return nil }
        let record = program + dispatch
        let place = start + offset
        switch record.word(Dispatch.kind) {
        case Dispatch.instead: return program + record.word(Dispatch.node)
        case Dispatch.byType:
            let target = record.word(typeField(place.byte))
            return target == ProgramLayout.none ? nil : program + target
        case Dispatch.byTag:
            guard place.byte == 0x7B else { return nil }
            let member = record + Dispatch.member
            let text = Int(member.word(ProgramLayout.NameEntry.text)) &+ 1
            let length = Int(member.word(ProgramLayout.NameEntry.length))
            let value = JSONSkim.member(of: place) { JSONSkim.isEqual($0, $1, toText: text, length, in: program) }
            guard let value, value.byte == 0x22 else { return nil }
            return target(string: value, in: record + Dispatch.values, record)
        default:
            guard place.byte == 0x5B, let item = JSONSkim.item(Int(record.word(Dispatch.item)), of: place) else {
                return nil
            }
            guard item.byte != 0x22 else { return target(string: item, in: record + Dispatch.strings, record) }
            var end = item
            while end.byte &- 0x30 < 10 { end = end + 1 }
            let integers = record + Dispatch.integers
            return target(NameLookup.index(of: item, end - item, in: integers, program), in: integers, record)
        }
    }

    private func typeField(_ byte: UInt8) -> Int {
        typealias Dispatch = ProgramLayout.Dispatch
        switch byte {
        case 0x22: return Dispatch.string
        case 0x7B: return Dispatch.object
        case 0x5B: return Dispatch.array
        case 0x74, 0x66: return Dispatch.boolean
        case 0x6E: return Dispatch.null
        default: return Dispatch.number
        }
    }

    private func target(string quote: BytePointer, in table: RecordPointer, _ dispatch: RecordPointer) -> RecordPointer?
    {
        let program = RecordPointer(view)
        let end = JSONSkim.string(at: quote) + -1
        guard StringScan.hasEscape(from: quote + 1, to: end) else {
            return target(NameLookup.index(of: quote + 1, end - quote &- 1, in: table, program), in: table, dispatch)
        }
        let plain = scratch.unescape(from: quote + 1, to: end)
        defer { scratch.forget(plain.length) }
        return target(NameLookup.index(of: plain.start, plain.length, in: table, program), in: table, dispatch)
    }

    private func target(_ index: Int, in table: RecordPointer, _ dispatch: RecordPointer) -> RecordPointer? {
        guard index >= 0 else { return nil }
        let program = RecordPointer(view)
        let entry =
            program + table.word(ProgramLayout.NameTable.entries) + index * ProgramLayout.NameEntry.size
        let branches = program + dispatch.word(ProgramLayout.Dispatch.branches)
        let branch = branches + Int(entry.word(ProgramLayout.NameEntry.target)) * ProgramLayout.Branch.size
        return program + branch.word(ProgramLayout.Branch.node)
    }
}
