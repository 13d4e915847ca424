/// Scans of JSON strings: UTF-8, escapes, and where the string ends.
enum StringScan {
    /// A well-formed string from its first content byte on.
    struct Scanned {
        /// The closing quote.
        let end: BytePointer
        let hasEscape: Bool
        /// ASCII without escapes: each byte is a character.
        var isPlain = false
    }

    /// The closing quote of the string whose first content byte is `start`; nil when the string is not well-formed.
    @inline(__always)
    static func closingQuote(from start: BytePointer) -> BytePointer? {
        scan(from: start)?.end
    }

    /// As above, and whether the string has an escape.
    @inline(__always)
    static func scan(from start: BytePointer) -> Scanned? {
        var place = start
        while true {
            let stops = place.stringStops
            guard stops != 0 else {
                place = place + 16
                continue
            }
            place = place + stops.trailingZeroBitCount
            return place.byte == 0x22 ? Scanned(end: place, hasEscape: false, isPlain: true) : slowScan(from: place)
        }
    }

    /// As above, from a byte that is neither plain ASCII nor the quote.
    @inline(never)
    private static func slowScan(from start: BytePointer) -> Scanned? {
        var place = start
        var hasEscape = false
        while true {
            let byte = place.byte
            if byte >= 0x80 {
                if BytePointer.hasStringStop {
                    guard let stop = place.stringStop else { return nil }
                    place = stop
                    continue
                }
                place = UTF8Scan.skip(place)
                guard place.byte < 0x80 else { return nil }
            } else if byte == 0x5C {
                let length = escapeLength(at: place)
                guard length != 0 else { return nil }
                hasEscape = true
                place = place + length
            } else if byte == 0x22 {
                return Scanned(end: place, hasEscape: hasEscape)
            } else if byte < 0x20 {
                return nil
            } else {
                place = place + DigitRun.firstBit(place.stringStops)
            }
        }
    }

    /// Bytes of the escape at a backslash, both halves of a surrogate pair; 0 when there is none that JSON can have.
    static func escapeLength(at backslash: BytePointer) -> Int {
        switch backslash.byte(at: 1) {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: return 2
        case 0x75:
            guard let unit = hexadecimal(at: backslash + 2) else { return 0 }
            guard unit & 0xF800 == 0xD800 else { return 6 }
            guard unit < 0xDC00, backslash.byte(at: 6) == 0x5C, backslash.byte(at: 7) == 0x75,
                let low = hexadecimal(at: backslash + 8), low & 0xFC00 == 0xDC00
            else { return 0 }
            return 12
        default: return 0
        }
    }

    /// The four hexadecimal digits at `place`.
    static func hexadecimal(at place: BytePointer) -> UInt32? {
        var value: UInt32 = 0
        for index in 0..<4 {
            guard let digit = hexadecimalDigit(place.byte(at: index)) else { return nil }
            value = (value &<< 4) | digit
        }
        return value
    }

    @inline(__always)
    static func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte &- 0x30)
        case 0x41...0x46: UInt32(byte &- 0x37)
        case 0x61...0x66: UInt32(byte &- 0x57)
        default: nil
        }
    }

    /// Whether a well-formed string has an escape.
    static func hasEscape(from start: BytePointer, to end: BytePointer) -> Bool {
        var place = start
        while true {
            let index = (place.block .== Lanes.all(0x5C)).firstIndex
            let left = end - place
            guard index == 16 else { return index < left }
            guard left > 16 else { return false }
            place = place + 16
        }
    }

    /// Code points of a well-formed string.
    static func codePointCount(from start: BytePointer, to end: BytePointer) -> Int {
        var count = 0
        var place = start
        while place != end {
            let byte = place.byte
            if byte == 0x5C {
                place = place + escapeLength(at: place)
                count &+= 1
            } else {
                count &+= byte & 0xC0 == 0x80 ? 0 : 1
                place = place + 1
            }
        }
        return count
    }

    /// Calls `emit` with each byte of a well-formed string's value.
    @inline(__always)
    static func unescape(from start: BytePointer, to end: BytePointer, emit: (UInt8) -> Void) {
        var place = start
        while place != end {
            let byte = place.byte
            guard byte == 0x5C else {
                emit(byte)
                place = place + 1
                continue
            }
            let length = escapeLength(at: place)
            switch place.byte(at: 1) {
            case 0x62: emit(0x08)
            case 0x66: emit(0x0C)
            case 0x6E: emit(0x0A)
            case 0x72: emit(0x0D)
            case 0x74: emit(0x09)
            case 0x75:
                var scalar = hexadecimal(at: place + 2) ?? 0
                if length == 12 {
                    let low = hexadecimal(at: place + 8) ?? 0
                    scalar = 0x10000 &+ ((scalar & 0x3FF) &<< 10) &+ (low & 0x3FF)
                }
                emitUTF8(scalar, emit)
            default: emit(place.byte(at: 1))
            }
            place = place + max(length, 1)
        }
    }

    @inline(__always)
    private static func emitUTF8(_ scalar: UInt32, _ emit: (UInt8) -> Void) {
        func tail(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: (scalar &>> shift) & 0x3F) }
        if scalar < 0x80 {
            emit(UInt8(truncatingIfNeeded: scalar))
        } else if scalar < 0x800 {
            emit(0xC0 | UInt8(truncatingIfNeeded: scalar &>> 6))
            emit(tail(0))
        } else if scalar < 0x10000 {
            emit(0xE0 | UInt8(truncatingIfNeeded: scalar &>> 12))
            emit(tail(6))
            emit(tail(0))
        } else {
            emit(0xF0 | UInt8(truncatingIfNeeded: scalar &>> 18))
            emit(tail(12))
            emit(tail(6))
            emit(tail(0))
        }
    }
}

/// Well-formed UTF-8 (RFC 3629).
enum UTF8Scan {
    /// Behind a run of bytes beyond ASCII; at a byte of it where it is ill-formed.
    ///
    /// Most texts stay in one alphabet: two sequences of two or three bytes are looked at together.
    @inline(__always)
    static func skip(_ start: BytePointer) -> BytePointer {
        var place = start
        while true {
            let word = place.word(at: 0)
            // Two of three bytes each: lead, tail, tail. Neither E0 nor ED, whose second bytes are bounded more narrowly.
            if word & 0xC0C0_F0C0_C0F0 == 0x8080_E080_80E0, word & 0x0F != 0, word & 0x0F != 0x0D,
                word & 0x0F00_0000 != 0, word & 0x0F00_0000 != 0x0D00_0000
            {
                place = place + 6
                continue
            }
            // Four of two bytes each: C2 to DF, tail.
            if word & 0xC0E0_C0E0_C0E0_C0E0 == 0x80C0_80C0_80C0_80C0,
                ((word & 0x001E_001E_001E_001E) &+ 0x007E_007E_007E_007E) & 0x0080_0080_0080_0080
                    == 0x0080_0080_0080_0080
            {
                place = place + 8
                continue
            }
            guard word & 0x80 != 0 else { return place }
            let length = sequenceLength(at: place)
            guard length != 0 else { return place }
            place = place + length
        }
    }

    /// Bytes of the well-formed sequence that begins with a byte beyond ASCII; 0 when it is ill-formed.
    static func sequenceLength(at place: BytePointer) -> Int {
        let first = place.byte
        guard first >= 0xC2, first < 0xF5 else { return 0 }
        let second = place.byte(at: 1)
        guard second & 0xC0 == 0x80 else { return 0 }
        guard first >= 0xE0 else { return 2 }
        guard place.byte(at: 2) & 0xC0 == 0x80 else { return 0 }
        if first < 0xF0 {
            // Overlong forms and surrogates.
            if first == 0xE0, second < 0xA0 { return 0 }
            if first == 0xED, second >= 0xA0 { return 0 }
            return 3
        }
        guard place.byte(at: 3) & 0xC0 == 0x80 else { return 0 }
        if first == 0xF0, second < 0x90 { return 0 }
        if first == 0xF4, second >= 0x90 { return 0 }
        return 4
    }
}
