import PolicyPlan

extension FastCheck {
    /// A batch: an array of at most so many items as its root says, each of which is a message.
    ///
    /// The array itself counts as one level of nesting. Returns the end; nil where something is wrong.
    @inline(never)
    func batch(at bracket: BytePointer, _ root: RecordPointer, _ depth: Int) -> BytePointer? {
        typealias Root = ProgramLayout.Root
        let most = Int(root.word(Root.batchItems))
        let hasTypes = root.word(Root.flags) & Root.hasDiscriminator != 0
        let node = program + root.word(Root.node)
        var place = BlankScan.skip(bracket + 1)
        var count = 0
        scratch.beginBatch()
        while count < most {
            var type = -1
            let end = hasTypes ? typedValue(at: place, root, depth &- 1, &type) : value(at: place, node, depth &- 1)
            guard let end else { return nil }
            scratch.addItem(type)
            count &+= 1
            place = BlankScan.skip(end)
            if place.byte == 0x5D { return place + 1 }
            guard place.byte == 0x2C else { return nil }
            place = BlankScan.skip(place + 1)
        }
        return nil
    }
}
