import PolicyPlan

extension FastCheck {
    /// The outermost value of a message with a type; `type` becomes the type's index.
    @inline(__always)
    func typedValue(at place: BytePointer, _ root: RecordPointer, _ depth: Int, _ type: inout Int) -> BytePointer? {
        typealias Root = ProgramLayout.Root
        if root.word(Root.flags) & Root.dispatchInPlace != 0, place.byte == 0x7B {
            let name = BlankScan.skip(place + 1)
            let step = program + root.word(Root.steps) + ProgramLayout.Step.name
            if NameLookup.matches(step, at: name, in: program) {
                let colon = BlankScan.skip(name + (Int(step.word(ProgramLayout.NameEntry.length)) &+ 2))
                guard colon.byte == 0x3A else { return nil }
                if let end = typedMembers(at: BlankScan.skip(colon + 1), root, depth, &type) { return end.result }
            }
        }
        return typedValueElsewhere(at: place, root, depth, &type)
    }

    private struct Decided {
        let result: BytePointer?
    }

    /// The rest of an object whose first member is the discriminator, from that member's value on.
    ///
    /// Nil when the type cannot be dispatched here; the object is then looked at from its start.
    @inline(__always)
    private func typedMembers(
        at place: BytePointer,
        _ root: RecordPointer,
        _ depth: Int,
        _ type: inout Int
    ) -> Decided? {
        typealias Root = ProgramLayout.Root
        typealias Record = ProgramLayout.TypeRecord
        guard let (index, end) = listedString(at: place, in: root + Root.typeNames) else {
            return Decided(result: nil)
        }
        let record = typeRecord(index, root)
        guard record.word(Record.flags) & Record.inPlace != 0 else { return nil }
        type = index
        let rule = record + Record.rule
        let property = Int(record.word(Record.property))
        let seen: UInt64 = 1 &<< UInt64(truncatingIfNeeded: property)
        let next = BlankScan.skip(end + 1)
        if next.byte == 0x7D { return Decided(result: closedObject(at: next, rule, seen: seen, unknown: 0)) }
        guard next.byte == 0x2C else { return Decided(result: nil) }
        return Decided(
            result: members(at: BlankScan.skip(next + 1), rule, depth, seen: seen, next: property &+ 1)
        )
    }

    /// A message whose discriminator is not its first member: found ahead, then the message is checked from its start.
    @inline(never)
    private func typedValueElsewhere(
        at place: BytePointer,
        _ root: RecordPointer,
        _ depth: Int,
        _ type: inout Int
    ) -> BytePointer? {
        typealias Root = ProgramLayout.Root
        guard let found = JSONSkim.discriminator(from: place, root: root, in: program),
            let (index, _) = listedString(at: found, in: root + Root.typeNames)
        else { return nil }
        let record = typeRecord(index, root)
        type = index
        return value(at: place, program + record.word(ProgramLayout.TypeRecord.node), depth)
    }

    /// The record of the type whose name is at `index` in a root's table.
    @inline(__always)
    private func typeRecord(_ index: Int, _ root: RecordPointer) -> RecordPointer {
        program + root.word(ProgramLayout.Root.types) + index &* ProgramLayout.TypeRecord.size
    }
}
