import PolicyPlan

/// Strings of the fast pass.
extension FastCheck {
    @inline(__always)
    func boundedString(at place: BytePointer, _ rule: RecordPointer) -> BytePointer? {
        guard place.byte == 0x22, let scanned = StringScan.scan(from: place + 1),
            hasLength(scanned, from: place + 1, rule)
        else { return nil }
        return scanned.end + 1
    }

    /// Whether a string's code points lie within the rule's bounds.
    @inline(__always)
    func hasLength(_ scanned: StringScan.Scanned, from start: BytePointer, _ rule: RecordPointer) -> Bool {
        let minimum = Int(rule.word(Layout.StringRule.minimum))
        let maximum = Int(rule.word(Layout.StringRule.maximum))
        let bytes = scanned.end - start
        if scanned.isPlain { return bytes >= minimum && bytes <= maximum }
        // A code point has at most four bytes, or twelve where it is written as two escapes; a byte is at most one.
        if bytes <= maximum, minimum <= 1 ? bytes >= minimum : bytes >= 12 &* minimum { return true }
        guard bytes >= minimum else { return false }
        let count = StringScan.codePointCount(from: start, to: scanned.end)
        return count >= minimum && count <= maximum
    }

    /// A string whose bytes are compared with a shape; one that is written in another way takes the longer one.
    @inline(__always)
    func shapedString(at place: BytePointer, _ rule: RecordPointer) -> BytePointer? {
        typealias Shape = Layout.Shape
        let shape = program + rule.word(Layout.StringRule.shape)
        let length = Int(shape.word(Shape.length))
        guard place.byte == 0x22 else { return nil }
        var block = shape + Shape.blocks
        var left = length
        var text = place + 1
        while true {
            let bytes = text.block
            let isFirst = (bytes .> block.block(0)) .& (bytes .< block.block(16))
            let isSecond = (bytes .> block.block(32)) .& (bytes .< block.block(48))
            guard (isFirst .| isSecond).isFull else { return ruledString(at: place, rule) }
            left &-= 16
            guard left > 0 else { break }
            text = text + 16
            block = block + Shape.blockSize
        }
        let end = place + (length &+ 1)
        return end.byte == 0x22 ? end + 1 : ruledString(at: place, rule)
    }

    @inline(__always)
    func shortString(at place: BytePointer, _ rule: RecordPointer) -> BytePointer? {
        typealias Entry = Layout.NameEntry
        var entry = program + rule.word(Layout.NameTable.entries)
        var left = rule.word(Layout.NameTable.count)
        let low = place.word(at: 0)
        let high = place.word(at: 8)
        // All of them are compared: which one it is changes from message to message, and a branch would be guessed wrong.
        var found = program
        while left != 0 {
            let difference =
                ((low ^ entry.long(Entry.word0)) & entry.long(Entry.mask0))
                | ((high ^ entry.long(Entry.word1)) & entry.long(Entry.mask1))
            found = difference == 0 ? entry : found
            entry = entry + Entry.size
            left &-= 1
        }
        // As in `NameLookup.matches`: the words of a value that is always written with an escape are met by raw zeros.
        guard found == program || place.byte != 0x22 else { return place + (Int(found.word(Entry.length)) &+ 2) }
        return ruledString(at: place, rule)
    }

    /// A string against a rule with listed values, patterns or formats.
    @inline(__always)
    func ruledString(at place: BytePointer, _ rule: RecordPointer) -> BytePointer? {
        if rule.word(Layout.StringRule.flags) & Layout.StringRule.listed != 0 {
            // A value that passed once passes again.
            let key = UInt32(truncatingIfNeeded: rule - program)
            if let passed = predictedString(at: place, in: rule, key) { return passed.end + 1 }
        }
        return unpredictedString(at: place, rule)
    }

    /// The value that came last with the same first bytes, where it stands there again.
    @inline(__always)
    func predictedString(
        at quote: BytePointer,
        in table: RecordPointer,
        _ key: UInt32
    ) -> (index: Int, end: BytePointer)? {
        typealias Table = Layout.NameTable
        let index = scratch.prediction(key, quote.word(at: 0) ^ quote.word(at: 8))
        guard index >= 0, index < Int(table.word(Table.count)) else { return nil }
        let entry = program + table.word(Table.entries) + index &* Layout.NameEntry.size
        guard NameLookup.matches(entry, at: quote, in: program) else { return nil }
        return (index, quote + (Int(entry.word(Layout.NameEntry.length)) &+ 1))
    }

    @inline(never)
    func unpredictedString(at place: BytePointer, _ rule: RecordPointer) -> BytePointer? {
        let isListed = rule.word(Layout.StringRule.flags) & Layout.StringRule.listed != 0
        guard place.byte == 0x22, let scanned = StringScan.scan(from: place + 1),
            hasLength(scanned, from: place + 1, rule)
        else { return nil }
        var start = place + 1
        var length = scanned.end - start
        if scanned.hasEscape { (start, length) = scratch.unescape(from: start, to: scanned.end) }
        defer { if scanned.hasEscape { scratch.forget(length) } }
        let index = isListed ? NameLookup.index(of: start, length, in: rule, program) : -1
        guard !isListed || index >= 0 else { return nil }
        let hasTexts = rule.word(Layout.StringRule.patternCount) | rule.word(Layout.StringRule.formats) != 0
        guard !hasTexts || StringForm.fault(of: start, length, rule, in: program) == nil else { return nil }
        if isListed {
            let key = UInt32(truncatingIfNeeded: rule - program)
            scratch.predict(index, at: key, place.word(at: 0) ^ place.word(at: 8))
        }
        return scanned.end + 1
    }

    /// A string of a name table: the index of its value, and its closing quote; nil where it is not one of them.
    @inline(__always)
    func listedString(at quote: BytePointer, in table: RecordPointer) -> (index: Int, end: BytePointer)? {
        let key = UInt32(truncatingIfNeeded: table - program)
        if let predicted = predictedString(at: quote, in: table, key) { return predicted }
        return unpredictedString(at: quote, in: table, key)
    }

    @inline(never)
    func unpredictedString(
        at quote: BytePointer,
        in table: RecordPointer,
        _ key: UInt32
    ) -> (index: Int, end: BytePointer)? {
        guard quote.byte == 0x22, let scanned = StringScan.scan(from: quote + 1) else { return nil }
        let end = scanned.end
        let index =
            scanned.isPlain
            ? NameLookup.index(ofQuoted: quote, to: end, in: table, program)
            : lookUp(from: quote + 1, to: end, in: table)
        guard index >= 0 else { return nil }
        scratch.predict(index, at: key, quote.word(at: 0) ^ quote.word(at: 8))
        return (index, end)
    }

    /// The index of a string's value in a name table, or -1.
    func lookUp(from start: BytePointer, to end: BytePointer, in table: RecordPointer) -> Int {
        guard StringScan.hasEscape(from: start, to: end) else {
            return NameLookup.index(of: start, end - start, in: table, program)
        }
        let plain = scratch.unescape(from: start, to: end)
        defer { scratch.forget(plain.length) }
        return NameLookup.index(of: plain.start, plain.length, in: table, program)
    }
}
