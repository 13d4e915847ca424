import PolicyPlan

/// Finds values without checking anything: strings and brackets only.
///
/// It stops at the end of any text, well-formed or not; what it finds counts only when the text is checked besides.
enum JSONSkim {
    /// Behind the closing quote of the string that begins at `quote`; at a zero byte when it does not end.
    static func string(at quote: BytePointer) -> BytePointer {
        var place = quote + 1
        while true {
            let block = place.block
            let stop = (block .== Lanes.all(0x22)) .| (block .== Lanes.all(0x5C)) .| (block .== Lanes.all(0))
            let index = stop.firstIndex
            place = place + index
            guard index != 16 else { continue }
            guard place.byte == 0x5C else { return place.byte == 0 ? place : place + 1 }
            guard place.byte(at: 1) != 0 else { return place + 1 }
            place = place + 2
        }
    }

    /// Behind the value at `start`, which is no blank.
    static func value(at start: BytePointer) -> BytePointer {
        var place = start
        var depth = 0
        while true {
            switch place.byte {
            case 0x22:
                place = string(at: place)
            case 0x7B, 0x5B:
                depth &+= 1
                place = place + 1
                continue
            case 0x7D, 0x5D:
                guard depth > 0 else { return place }
                depth &-= 1
                place = place + 1
            case 0: return place
            case 0x20, 0x09, 0x0A, 0x0D, 0x2C, 0x3A:
                guard depth > 0 else { return place }
                place = place + 1
                continue
            default:
                place = place + 1
                // The rest of a number or of a word.
                while isScalarByte(place.byte) { place = place + 1 }
            }
            if depth == 0 { return place }
        }
    }

    @inline(__always)
    private static func isScalarByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x61...0x7A, 0x45, 0x2B, 0x2D, 0x2E: true
        default: false
        }
    }

    /// The value of the first member whose name passes, in the object that opens at `brace`.
    @inline(__always)
    static func member(
        of brace: BytePointer,
        where matches: (_ name: BytePointer, _ end: BytePointer) -> Bool
    ) -> BytePointer? {
        var place = BlankScan.skip(brace + 1)
        while place.byte == 0x22 {
            let name = place + 1
            place = string(at: place)
            let isWanted = place - name >= 1 && matches(name, place + -1)
            place = BlankScan.skip(place)
            guard place.byte == 0x3A else { return nil }
            place = BlankScan.skip(place + 1)
            if isWanted { return place }
            place = BlankScan.skip(value(at: place))
            guard place.byte == 0x2C else { return nil }
            place = BlankScan.skip(place + 1)
        }
        return nil
    }

    /// The item at `index` of the array that opens at `bracket`.
    static func item(_ index: Int, of bracket: BytePointer) -> BytePointer? {
        var place = BlankScan.skip(bracket + 1)
        guard place.byte != 0x5D else { return nil }
        for _ in 0..<index {
            place = BlankScan.skip(value(at: place))
            guard place.byte == 0x2C else { return nil }
            place = BlankScan.skip(place + 1)
        }
        return place
    }

    /// Whether a string between its quotes is `length` bytes of text in a program, after unescaping.
    static func isEqual(
        _ start: BytePointer,
        _ end: BytePointer,
        toText text: Int,
        _ length: Int,
        in program: RecordPointer
    ) -> Bool {
        guard end - start >= length else { return false }
        guard StringScan.hasEscape(from: start, to: end) else {
            return end - start == length && NameLookup.equalText(start, program, text, from: 0, to: length)
        }
        // A name that is not well-formed is refused elsewhere; here it must only be passed over safely.
        guard let close = StringScan.closingQuote(from: start), close == end else { return false }
        var index = 0
        var isEqual = true
        StringScan.unescape(from: start, to: end) { byte in
            isEqual = isEqual && index < length && program.byte(text &+ index) == byte
            index &+= 1
        }
        return isEqual && index == length
    }

    /// The discriminator's value, along a root's steps.
    static func discriminator(from start: BytePointer, root: RecordPointer, in program: RecordPointer) -> BytePointer? {
        typealias Step = ProgramLayout.Step
        typealias Entry = ProgramLayout.NameEntry
        var place = start
        let steps = program + root.word(ProgramLayout.Root.steps)
        for index in 0..<Int(root.word(ProgramLayout.Root.stepCount)) {
            let step = steps + index &* Step.size
            let found: BytePointer?
            if step.word(Step.kind) == Step.member {
                guard place.byte == 0x7B else { return nil }
                let text = Int(step.word(Step.name &+ Entry.text)) &+ 1
                let length = Int(step.word(Step.name &+ Entry.length))
                found = member(of: place) { isEqual($0, $1, toText: text, length, in: program) }
            } else {
                guard place.byte == 0x5B else { return nil }
                found = item(Int(step.word(Step.index)), of: place)
            }
            guard let found else { return nil }
            place = found
        }
        return place
    }
}
