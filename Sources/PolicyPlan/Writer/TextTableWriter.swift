extension PlanWriter {
    /// Writes a `TextTable`.
    ///
    /// - Parameter entries: texts and values; of equal texts the first stays.
    /// - Returns: the table's word index.
    package mutating func textTable(_ entries: [(text: [UInt8], value: UInt32)]) -> UInt32 {
        var known: Set<[UInt8]> = []
        let entries = entries.filter { known.insert($0.text).inserted }
        let slots = HashSlots(entries.map { TextHash.of($0.text) })
        var words: [UInt32] = []
        for entry in slots.places {
            guard let entry else {
                words += [0, 0, none, 0]
                continue
            }
            let text = text(entries[entry].text)
            words += [TextHash.of(entries[entry].text), text.offset, text.length, entries[entry].value]
        }
        var record = RecordWords(TextTable.wordCount)
        record[TextTable.slotList] = run(words)
        record[TextTable.slotCount] = UInt32(slots.places.count)
        return self.record(record)
    }
}

/// Where the entries of a hash table stand: linear probing over a power of two of slots, at least twice the entries.
package struct HashSlots {
    /// For each slot the entry in it.
    package private(set) var places: [Int?]

    /// Places entries by their hashes, in order.
    package init(_ hashes: [UInt32]) {
        var count = 2
        while count < 2 * hashes.count { count *= 2 }
        places = [Int?](repeating: nil, count: count)
        for (entry, hash) in hashes.enumerated() {
            var slot = Int(hash) & (count - 1)
            while places[slot] != nil { slot = (slot + 1) & (count - 1) }
            places[slot] = entry
        }
    }
}
