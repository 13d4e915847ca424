import PolicyModel
import PolicyPlan

/// Bytes of a program section: little-endian, records aligned to 8, equal records written once.
struct ProgramWriter {
    private(set) var bytes: [UInt8] = []
    private var known: [[UInt8]: UInt32] = [:]
    /// Decimals, texts and names of what was written, for records that contain them.
    private var constants: [JSONConstant: UInt32] = [:]
    private var automata: [NameAutomaton: UInt32] = [:]

    /// Room for `count` bytes that are filled later; its offset.
    mutating func reserve(_ count: Int) -> Int {
        let offset = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: (count + 7) / 8 * 8))
        return offset
    }

    mutating func put(_ record: RecordBytes, at offset: Int) {
        bytes.replaceSubrange(offset..<offset + record.bytes.count, with: record.bytes)
    }

    /// The offset of an equal record, which is appended when there is none.
    mutating func intern(_ record: RecordBytes) -> UInt32 {
        var padded = record.bytes
        padded.append(contentsOf: repeatElement(0, count: (8 - padded.count % 8) % 8))
        if let offset = known[padded] { return offset }
        let offset = UInt32(bytes.count)
        bytes.append(contentsOf: padded)
        known[padded] = offset
        return offset
    }

    // MARK: Texts, numbers, constants

    /// A text with a quote on both sides and zeros behind; the offset of the first quote.
    mutating func text(_ text: ExactText) -> UInt32 {
        var record = RecordBytes()
        record.bytes = [0x22] + text.bytes + [0x22]
        record.bytes.append(contentsOf: repeatElement(0, count: ProgramLayout.textPadding))
        return intern(record)
    }

    mutating func decimal(_ number: ExactNumber) -> UInt32 {
        var record = RecordBytes()
        record.word(number.isNegative ? ProgramLayout.Decimal.negative : 0)
        record.word(UInt32(number.digits.count))
        record.long(UInt64(bitPattern: Int64(number.point)))
        record.bytes.append(contentsOf: number.digits.map { $0 + 0x30 })
        return intern(record)
    }

    /// A value with its parts, each of which stands before it.
    mutating func constant(_ constant: JSONConstant) -> UInt32 {
        typealias Constant = ProgramLayout.Constant
        if let offset = constants[constant] { return offset }
        var record = RecordBytes()
        switch constant {
        case .null: record.words(Constant.null, 0, 0, 0)
        case .bool(let value): record.words(value ? Constant.true : Constant.false, 0, 0, 0)
        case .number(let number): record.words(Constant.number, 0, decimal(number), 0)
        case .string(let text): record.words(Constant.string, UInt32(text.bytes.count), self.text(text), 0)
        case .array(let items):
            var list = RecordBytes()
            for item in items { list.word(self.constant(item)) }
            record.words(Constant.array, UInt32(items.count), items.isEmpty ? 0 : intern(list), 0)
        case .object(let members):
            var list = RecordBytes()
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                list.words(text(name), UInt32(name.bytes.count), self.constant(value), 0)
            }
            record.words(Constant.object, UInt32(members.count), members.isEmpty ? 0 : intern(list), 0)
        }
        // Not shared with equal bytes of another kind: a part must stand before the whole.
        let offset = UInt32(reserve(Constant.size))
        put(record, at: Int(offset))
        constants[constant] = offset
        return offset
    }

    /// An automaton's table; see `ProgramLayout.Automaton`.
    mutating func automaton(_ automaton: NameAutomaton) -> UInt32 {
        if let offset = automata[automaton] { return offset }
        var record = RecordBytes()
        record.words(UInt32(automaton.outcomes.count), UInt32(automaton.classCount), UInt32(automaton.start))
        record.word(automaton.settled.map { UInt32($0) } ?? ProgramLayout.none)
        record.bytes += automaton.classOf
        for outcome in automaton.outcomes { record.half(outcome) }
        record.bytes += [UInt8](repeating: 0, count: (8 - record.bytes.count % 8) % 8)
        for state in automaton.transitions { record.half(state) }
        let offset = intern(record)
        automata[automaton] = offset
        return offset
    }

    // MARK: Names

    /// A name entry's 48 bytes.
    mutating func nameEntry(_ name: ExactText, target: UInt32, flags: UInt32 = 0) -> RecordBytes {
        let words = NameWords(name.bytes)
        var record = RecordBytes()
        for word in [words.word0, words.word1, words.mask0, words.mask1] { record.long(word) }
        record.words(text(name), UInt32(name.bytes.count), target, flags)
        return record
    }

    /// A name table's 24 bytes; entries and slots are written.
    mutating func nameTable(_ entries: [(name: ExactText, target: UInt32, flags: UInt32)]) -> RecordBytes {
        var record = RecordBytes()
        guard !entries.isEmpty else {
            record.words(0, 0, 0, 0)
            record.long(0)
            return record
        }
        var list = RecordBytes()
        for entry in entries {
            list.append(nameEntry(entry.name, target: entry.target, flags: entry.flags))
        }
        let slots = NameSlots(entries.map(\.name))
        var slotBytes = RecordBytes()
        for slot in slots.slots { slotBytes.word(slot) }
        let entryOffset = intern(list)
        let slotOffset = intern(slotBytes)
        record.words(UInt32(entries.count), entryOffset, slotOffset, UInt32(slots.slots.count - 1))
        record.long(slots.seed)
        return record
    }
}

/// The bytes of one record in the making.
struct RecordBytes {
    var bytes: [UInt8] = []

    mutating func word(_ value: UInt32) {
        for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    mutating func half(_ value: UInt16) {
        bytes.append(UInt8(truncatingIfNeeded: value))
        bytes.append(UInt8(truncatingIfNeeded: value >> 8))
    }

    mutating func words(_ values: UInt32...) {
        for value in values { word(value) }
    }

    mutating func long(_ value: UInt64) {
        word(UInt32(truncatingIfNeeded: value))
        word(UInt32(truncatingIfNeeded: value >> 32))
    }

    mutating func append(_ other: RecordBytes) {
        bytes.append(contentsOf: other.bytes)
    }
}
