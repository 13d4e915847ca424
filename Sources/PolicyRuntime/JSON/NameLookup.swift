import PolicyPlan

/// Finds names in a program's name tables.
enum NameLookup {
    /// Whether the bytes at `place`, quotes included, are the name of `entry` as it stands in a message.
    @inline(__always)
    static func matches(_ entry: RecordPointer, at place: BytePointer, in program: RecordPointer) -> Bool {
        typealias Entry = ProgramLayout.NameEntry
        let low = (place.word(at: 0) ^ entry.long(Entry.word0)) & entry.long(Entry.mask0)
        let high = (place.word(at: 8) ^ entry.long(Entry.word1)) & entry.long(Entry.mask1)
        // Words that stand for a name which is always written with an escape are met by raw zeros alone.
        guard low | high == 0, place.byte == 0x22 else { return false }
        let length = Int(entry.word(Entry.length))
        guard length > Entry.shortLength else { return true }
        // The first 16 bytes are equal; the closing quote is part of the rest.
        return equalText(place, program, Int(entry.word(Entry.text)), from: 16, to: length &+ 2)
    }

    /// Compares a message with a text of the program; every byte before `from` is known to be equal.
    @inline(__always)
    static func equalText(
        _ place: BytePointer,
        _ program: RecordPointer,
        _ text: Int,
        from: Int,
        to: Int
    ) -> Bool {
        var index = from
        while to &- index >= 8 {
            guard place.word(at: index) == program.textWord(text &+ index) else { return false }
            index &+= 8
        }
        guard index < to else { return true }
        let difference = place.word(at: index) ^ program.textWord(text &+ index)
        return difference &<< UInt64(truncatingIfNeeded: 64 &- 8 &* (to &- index)) == 0
    }

    /// The index of a name as it stands in a message, from its quote to the closing one, without escapes; -1 when it is not there.
    ///
    /// Compares with the entries' words alone where names are short: their texts lie elsewhere.
    @inline(__always)
    static func index(
        ofQuoted quote: BytePointer,
        to end: BytePointer,
        in table: RecordPointer,
        _ program: RecordPointer
    ) -> Int {
        find(quote + 1, end - quote &- 1, in: table, program) { matches($0, at: quote, in: program) }
    }

    /// The index of an unescaped name in a table; -1 when it is not there.
    static func index(of name: BytePointer, _ length: Int, in table: RecordPointer, _ program: RecordPointer) -> Int {
        typealias Entry = ProgramLayout.NameEntry
        return find(name, length, in: table, program) { entry in
            Int(entry.word(Entry.length)) == length
                && equalText(name, program, Int(entry.word(Entry.text)) &+ 1, from: 0, to: length)
        }
    }

    /// The first entry from the name's slot on that is the one; -1 where a free slot comes before it.
    @inline(__always)
    private static func find(
        _ name: BytePointer,
        _ length: Int,
        in table: RecordPointer,
        _ program: RecordPointer,
        isFound: (RecordPointer) -> Bool
    ) -> Int {
        typealias Table = ProgramLayout.NameTable
        guard table.word(Table.count) > 0 else { return -1 }
        let mask = table.word(Table.slotMask)
        let slots = program + table.word(Table.slots)
        let entries = program + table.word(Table.entries)
        var slot = UInt32(truncatingIfNeeded: hash(name, length, seed: table.long(Table.seed))) & mask
        while true {
            let index = slots.word(4 &* Int(slot))
            guard index != ProgramLayout.none else { return -1 }
            if isFound(entries + Int(index) &* ProgramLayout.NameEntry.size) { return Int(index) }
            slot = (slot &+ 1) & mask
        }
    }

    /// `NameHash` of bytes in a message.
    @inline(__always)
    static func hash(_ name: BytePointer, _ length: Int, seed: UInt64) -> UInt64 {
        guard length > 8 else { return NameHash.short(head(name.word(at: 0), length), seed: seed) }
        var hash = NameHash.start(length: length, seed: seed)
        var index = 0
        while length &- index > 16 {
            hash = NameHash.mix(hash, name.word(at: index), name.word(at: index &+ 8))
            index &+= 16
        }
        return NameHash.mix(hash, name.word(at: max(0, length &- 16)), name.word(at: length &- 8))
    }

    /// The first `count` bytes (0…8) of a word.
    @inline(__always)
    static func head(_ word: UInt64, _ count: Int) -> UInt64 {
        count >= 8 ? word : word & ((1 &<< UInt64(truncatingIfNeeded: 8 &* count)) &- 1)
    }
}
