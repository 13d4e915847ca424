import WebSocketProtocol

/// What draft 7 says of a string's content: base64 (RFC 4648 §4), a JSON text (RFC 8259), or the one in the other.
enum ContentText {
    static func isBase64(_ text: FormatText) -> Bool {
        decode(text) { _ in true }
    }

    static func isJSON(_ text: FormatText) -> Bool {
        var machine = JSONMachine()
        for index in 0..<text.count where !machine.take(text[index]) { return false }
        return machine.isComplete()
    }

    static func isJSONInBase64(_ text: FormatText) -> Bool {
        var machine = JSONMachine()
        var utf8 = UTF8Stream()
        let isDecoded = decode(text) { byte in
            let bytes: InlineArray<1, UInt8> = [byte]
            return utf8.append(bytes.span) == nil && machine.take(byte)
        }
        return isDecoded && utf8.finish() == nil && machine.isComplete()
    }

    /// Hands each byte that base64 stands for to `take`; false where `take` is, or where the text is no base64.
    ///
    /// Padding is required, and bits that stand for nothing are zero: a value is written in one way.
    private static func decode(_ text: FormatText, _ take: (UInt8) -> Bool) -> Bool {
        guard text.count.isMultiple(of: 4) else { return false }
        var index = 0
        while index < text.count {
            let isLast = index + 4 == text.count
            let padding = !isLast || text[index + 3] != 0x3D ? 0 : text[index + 2] != 0x3D ? 1 : 2
            var bits: UInt32 = 0
            for place in 0..<4 {
                guard place < 4 - padding else {
                    bits <<= 6
                    continue
                }
                guard let value = sextet(text[index + place]) else { return false }
                bits = bits << 6 | value
            }
            guard padding == 0 || bits & (padding == 1 ? 0xFF : 0xFFFF) == 0 else { return false }
            for place in 0..<3 - padding {
                guard take(UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * place))) else { return false }
            }
            index += 4
        }
        return true
    }

    private static func sextet(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x41...0x5A: UInt32(byte - 0x41)
        case 0x61...0x7A: UInt32(byte - 0x61 + 26)
        case 0x30...0x39: UInt32(byte - 0x30 + 52)
        case 0x2B: 62
        case 0x2F: 63
        default: nil
        }
    }
}

/// The grammar of JSON, a byte at a time and without memory: containers nest 128 deep at most.
///
/// The bytes are UTF-8; whoever hands them over knows it.
struct JSONMachine {
    private enum State {
        /// A value, or, right behind `[`, its end.
        case value, valueOrEnd
        /// A name, or, right behind `{`, its end.
        case name, nameOrEnd
        case colon, behindValue
        case string, escape
        /// So many hexadecimal digits are still to come.
        case hexadecimal(Int)
        /// The second half of a pair of surrogates is to come, from its backslash on, or from its letter on.
        case secondHalf, secondLetter
        /// These bytes are still to come, the next one lowest.
        case word(UInt64)
        case minus, zero, whole, point, fraction, exponent, exponentSign, exponentDigits
    }

    private var state = State.value
    private var isName = false
    /// The code unit that an escape writes, as far as it was taken, and whether it is the second one of a pair.
    private var unit: UInt16 = 0
    private var isSecondHalf = false
    /// Of each open container a bit: whether it is an object, the innermost lowest.
    private var objects: UInt128 = 0
    private var depth = 0

    /// Whether what was taken is a whole text.
    mutating func isComplete() -> Bool {
        // A number ends with the text.
        endNumber()
        guard case .behindValue = state else { return false }
        return depth == 0
    }

    /// Takes the next byte; false where no JSON text goes on with it.
    mutating func take(_ byte: UInt8) -> Bool {
        switch state {
        case .string: return takeString(byte)
        case .escape:
            switch byte {
            case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: state = .string
            case 0x75: state = .hexadecimal(4)
            default: return false
            }
            return true
        case .hexadecimal(let left): return takeDigit(byte, left)
        case .secondHalf:
            state = .secondLetter
            return byte == 0x5C
        case .secondLetter:
            state = .hexadecimal(4)
            isSecondHalf = true
            return byte == 0x75
        case .word(let rest):
            guard UInt64(byte) == rest & 0xFF else { return false }
            state = rest >> 8 == 0 ? .behindValue : .word(rest >> 8)
            return true
        default: break
        }
        if takeNumber(byte) { return true }
        endNumber()
        if byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            switch state {
            case .value, .valueOrEnd, .name, .nameOrEnd, .colon, .behindValue: return true
            default: return false
            }
        }
        return takeToken(byte)
    }

    private mutating func takeString(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x22: state = isName ? .colon : .behindValue
        case 0x5C: state = .escape
        default: return byte >= 0x20
        }
        return true
    }

    /// One of the `left` digits of an escape that are still to come; a half of a pair alone stands for nothing.
    private mutating func takeDigit(_ byte: UInt8, _ left: Int) -> Bool {
        guard let digit = StringScan.hexadecimalDigit(byte) else { return false }
        unit = unit << 4 | UInt16(digit)
        guard left == 1 else {
            state = .hexadecimal(left - 1)
            return true
        }
        let isFirst = (0xD800...0xDBFF).contains(unit)
        let isSecond = (0xDC00...0xDFFF).contains(unit)
        guard isSecond == isSecondHalf else { return false }
        state = isFirst ? .secondHalf : .string
        isSecondHalf = false
        return true
    }

    /// Whether the byte goes on with a number.
    private mutating func takeNumber(_ byte: UInt8) -> Bool {
        let isDigit = FormatByte.isDigit(byte)
        switch (state, byte) {
        case (.minus, 0x30): state = .zero
        case (.minus, _) where isDigit, (.whole, _) where isDigit: state = .whole
        case (.zero, 0x2E), (.whole, 0x2E): state = .point
        case (.point, _) where isDigit, (.fraction, _) where isDigit: state = .fraction
        case (.zero, 0x45), (.zero, 0x65), (.whole, 0x45), (.whole, 0x65), (.fraction, 0x45), (.fraction, 0x65):
            state = .exponent
        case (.exponent, 0x2B), (.exponent, 0x2D): state = .exponentSign
        case (.exponent, _) where isDigit, (.exponentSign, _) where isDigit, (.exponentDigits, _) where isDigit:
            state = .exponentDigits
        default: return false
        }
        return true
    }

    /// A number that may end here has ended.
    private mutating func endNumber() {
        switch state {
        case .zero, .whole, .fraction, .exponentDigits: state = .behindValue
        default: break
        }
    }

    private mutating func takeToken(_ byte: UInt8) -> Bool {
        switch (state, byte) {
        case (.name, 0x22), (.nameOrEnd, 0x22): begin(.string, isName: true)
        case (.colon, 0x3A): state = .value
        case (.behindValue, 0x2C) where depth > 0: state = objects & 1 == 1 ? .name : .value
        case (.behindValue, 0x7D) where depth > 0 && objects & 1 == 1, (.nameOrEnd, 0x7D): close()
        case (.behindValue, 0x5D) where depth > 0 && objects & 1 == 0, (.valueOrEnd, 0x5D): close()
        case (.value, _), (.valueOrEnd, _): return takeFirst(byte)
        default: return false
        }
        return true
    }

    /// The first byte of a value.
    private mutating func takeFirst(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x22: begin(.string, isName: false)
        case 0x7B, 0x5B:
            guard depth < 128 else { return false }
            depth += 1
            objects = objects << 1 | (byte == 0x7B ? 1 : 0)
            state = byte == 0x7B ? .nameOrEnd : .valueOrEnd
        case 0x2D: state = .minus
        case 0x30: state = .zero
        case 0x31...0x39: state = .whole
        // What is left of `true`, `false` and `null`.
        case 0x74: state = .word(0x65_7572)
        case 0x66: state = .word(0x6573_6C61)
        case 0x6E: state = .word(0x6C_6C75)
        default: return false
        }
        return true
    }

    private mutating func begin(_ next: State, isName: Bool) {
        state = next
        self.isName = isName
    }

    private mutating func close() {
        depth -= 1
        objects >>= 1
        state = .behindValue
    }
}
