/// Hash tables: linear probing ends, and finds what is there.
extension RecordWalk {
    /// Throws unless a table's slots lie in the words, are a power of two, and one is empty, so that probing ends.
    mutating func requireTable(
        _ slots: Int,
        _ count: Int,
        size: Int,
        isEmpty: (RecordWalk, _ slot: Int) -> Bool
    ) throws(PlanError) {
        try require(slots, count, size: size, "table")
        guard count > 0, count & (count - 1) == 0 else { throw error("a table's size is no power of two", at: slots) }
        for place in 0..<count where isEmpty(self, slots + place * size) { return }
        throw error("a table without an empty slot", at: slots)
    }

    /// Throws unless probing from a hash finds the slot: no empty one stands between.
    mutating func requireReachable(
        _ slots: Int,
        _ count: Int,
        _ place: Int,
        size: Int,
        hash: UInt32,
        isEmpty: (RecordWalk, _ slot: Int) -> Bool
    ) throws(PlanError) {
        var probe = Int(hash) & (count - 1)
        while probe != place {
            try spend(1, at: slots)
            guard !isEmpty(self, slots + probe * size) else {
                throw error("an entry that no look-up finds", at: slots + place * size)
            }
            probe = (probe + 1) & (count - 1)
        }
    }

    /// Verifies a `TextTable`.
    ///
    /// - Parameters:
    ///   - table: its word index.
    ///   - value: looks at the slot of one entry; its value is the fourth word.
    /// - Throws: `PlanError` for what is wrong with the table or an entry.
    mutating func verifyTextTable(
        _ table: Int,
        value: (inout RecordWalk, _ slot: Int) throws(PlanError) -> Void
    ) throws(PlanError) {
        try require(table, size: TextTable.wordCount, "table of texts")
        let slots = index(table + TextTable.slotList)
        let count = index(table + TextTable.slotCount)
        let size = TextTable.slotWordCount
        try requireTable(slots, count, size: size) { $0.word($1 + 2) == none }
        for place in 0..<count {
            let slot = slots + place * size
            guard word(slot + 2) != none else { continue }
            try requireText(slot + 1, "text of a table")
            let offset = index(slot + 1)
            var hash = TextHash.seed
            for place in offset..<(offset + index(slot + 2)) { hash = TextHash.adding(byte(place), to: hash) }
            guard word(slot) == TextHash.finished(hash) else { throw error("the hash of a text is wrong", at: slot) }
            try requireReachable(slots, count, place, size: size, hash: word(slot)) { $0.word($1 + 2) == none }
            try value(&self, slot)
        }
    }

    /// Verifies a path trie.
    mutating func verifyPath(_ root: Int) throws(PlanError) {
        var open = [root]
        while let node = open.popLast() {
            try require(node, size: PathNode.wordCount, "node of the paths")
            guard isNew(.path, node) else { continue }
            for field in [PathNode.route, PathNode.rest] where word(node + field) != none {
                guard index(node + field) < routeCount else { throw error("no such route", at: node + field) }
            }
            if word(node + PathNode.parameter) != none {
                let child = index(node + PathNode.parameter)
                guard child < node else { throw error("a path's child behind its parent", at: node) }
                open.append(child)
            }
            guard word(node + PathNode.literals) != none else { continue }
            try verifyTextTable(index(node + PathNode.literals)) { (walk, slot) throws(PlanError) in
                let child = walk.index(slot + 3)
                guard child < node else { throw walk.error("a path's child behind its parent", at: slot) }
                open.append(child)
            }
        }
    }
}
