/// Regular expressions by the grammar of ECMA-262 for the `u` flag; only whether they are ones.
///
/// It reads from left to right with a counter for open groups, so nesting costs nothing.
struct RegexFormat {
    private let text: FormatText
    private var place = 0
    private var open = 0
    /// Something stands before that may be repeated.
    private var isRepeatable = false

    static func accepts(_ text: FormatText) -> Bool {
        var format = RegexFormat(text: text)
        return format.read()
    }

    private init(text: FormatText) {
        self.text = text
    }

    private mutating func read() -> Bool {
        while place < text.count {
            let byte = text[place]
            place += 1
            switch byte {
            // ^ $ |
            case 0x5E, 0x24, 0x7C: isRepeatable = false
            case 0x28: guard group() else { return false }
            case 0x29:
                guard open > 0 else { return false }
                open -= 1
                isRepeatable = true
            case 0x2A, 0x2B, 0x3F: guard quantifier() else { return false }
            case 0x7B: guard counts(), quantifier() else { return false }
            // } ]
            case 0x7D, 0x5D: return false
            case 0x5B:
                guard characterClass() else { return false }
                isRepeatable = true
            case 0x5C:
                // \b \B
                let isBoundary = text[place] | 0x20 == 0x62 && place < text.count
                if isBoundary { place += 1 }
                guard isBoundary || escape(inClass: false) != nil else { return false }
                isRepeatable = !isBoundary
            default: isRepeatable = true
            }
        }
        return open == 0
    }

    /// Behind `(`.
    private mutating func group() -> Bool {
        open += 1
        isRepeatable = false
        guard text[place] == 0x3F else { return true }
        place += 1
        switch text[place] {
        // : = !
        case 0x3A, 0x3D, 0x21:
            place += 1
            return true
        case 0x3C:
            place += 1
            if text[place] == 0x3D || text[place] == 0x21 {
                place += 1
                return true
            }
            return groupName()
        default: return false
        }
    }

    /// A name up to its `>`.
    private mutating func groupName() -> Bool {
        let start = place
        while place < text.count, text[place] != 0x3E {
            let byte = text[place]
            let isPart = FormatByte.isAlphanumeric(byte) || byte == 0x5F || byte == 0x24 || byte >= 0x80
            guard isPart, place > start || !FormatByte.isDigit(byte) else { return false }
            place += 1
        }
        guard place < text.count, place > start else { return false }
        place += 1
        return true
    }

    private mutating func quantifier() -> Bool {
        guard isRepeatable else { return false }
        isRepeatable = false
        if text[place] == 0x3F { place += 1 }
        return true
    }

    /// `{m}`, `{m,}` or `{m,n}` behind its brace.
    private mutating func counts() -> Bool {
        let first = number()
        guard !first.isEmpty else { return false }
        if text[place] == 0x2C {
            place += 1
            let second = number()
            guard second.isEmpty || !isLess(second, first) else { return false }
        }
        guard text[place] == 0x7D else { return false }
        place += 1
        return true
    }

    /// Digits without leading zeros.
    private mutating func number() -> Range<Int> {
        var start = place
        while FormatByte.isDigit(text[place]) { place += 1 }
        while start + 1 < place, text[start] == 0x30 { start += 1 }
        return start..<place
    }

    private func isLess(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        if left.count != right.count { return left.count < right.count }
        for offset in 0..<left.count {
            let (low, high) = (text[left.lowerBound + offset], text[right.lowerBound + offset])
            if low != high { return low < high }
        }
        return false
    }

    // MARK: Classes and escapes

    private mutating func characterClass() -> Bool {
        if text[place] == 0x5E { place += 1 }
        while place < text.count, text[place] != 0x5D {
            guard let low = classAtom() else { return false }
            guard text[place] == 0x2D, text[place + 1] != 0x5D, place + 1 < text.count else { continue }
            place += 1
            guard let high = classAtom(), low >= 0, high >= low else { return false }
        }
        guard place < text.count else { return false }
        place += 1
        return true
    }

    /// One code point of a class, -1 for a class in it; nil where it is neither.
    private mutating func classAtom() -> Int? {
        guard place < text.count else { return nil }
        if text[place] == 0x5C {
            place += 1
            return escape(inClass: true)
        }
        let (value, length) = text.scalar(at: place)
        place += length
        return Int(value)
    }

    /// The code point of an escape behind its backslash, -1 for a class or a reference; nil where it is none.
    private mutating func escape(inClass: Bool) -> Int? {
        guard place < text.count else { return nil }
        let byte = text[place]
        place += 1
        switch byte {
        // d D s S w W
        case 0x64, 0x44, 0x73, 0x53, 0x77, 0x57: return -1
        // p P
        case 0x70, 0x50: return property() ? -1 : nil
        // f n r t v
        case 0x66: return 0x0C
        case 0x6E: return 0x0A
        case 0x72: return 0x0D
        case 0x74: return 0x09
        case 0x76: return 0x0B
        case 0x62 where inClass: return 0x08
        case 0x2D where inClass: return 0x2D
        case 0x30: return FormatByte.isDigit(text[place]) ? nil : 0
        case 0x31...0x39 where !inClass:
            while FormatByte.isDigit(text[place]) { place += 1 }
            return -1
        case 0x6B where !inClass:
            guard text[place] == 0x3C else { return nil }
            place += 1
            return groupName() ? -1 : nil
        case 0x63:
            guard FormatByte.isLetter(text[place]) else { return nil }
            place += 1
            return Int(text[place - 1] % 32)
        case 0x78: return hexadecimal(2)
        case 0x75: return codePoint()
        // ^ $ \ . * + ? ( ) [ ] { } | /
        case 0x5E, 0x24, 0x5C, 0x2E, 0x2A, 0x2B, 0x3F, 0x28, 0x29, 0x5B, 0x5D, 0x7B, 0x7D, 0x7C, 0x2F: return Int(byte)
        default: return nil
        }
    }

    private mutating func hexadecimal(_ count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let digit = StringScan.hexadecimalDigit(text[place]) else { return nil }
            value = 16 * value + Int(digit)
            place += 1
        }
        return value
    }

    private mutating func codePoint() -> Int? {
        guard text[place] == 0x7B else {
            guard let first = hexadecimal(4) else { return nil }
            guard (0xD800...0xDBFF).contains(first), text[place] == 0x5C, text[place + 1] == 0x75 else { return first }
            let before = place
            place += 2
            if let second = hexadecimal(4), (0xDC00...0xDFFF).contains(second) {
                return 0x10000 + (first - 0xD800) * 0x400 + second - 0xDC00
            }
            place = before
            return first
        }
        place += 1
        let start = place
        var value = 0
        while let digit = StringScan.hexadecimalDigit(text[place]), value <= 0x10FFFF {
            value = 16 * value + Int(digit)
            place += 1
        }
        guard place > start, value <= 0x10FFFF, text[place] == 0x7D else { return nil }
        place += 1
        return value
    }

    /// `{Name}` or `{Name=Value}`; which names there are is for whoever uses the expression.
    private mutating func property() -> Bool {
        guard text[place] == 0x7B else { return false }
        place += 1
        let start = place
        var hasSign = false
        while place < text.count, text[place] != 0x7D {
            let byte = text[place]
            if byte == 0x3D, !hasSign, place > start {
                hasSign = true
            } else if !(FormatByte.isAlphanumeric(byte) || byte == 0x5F) {
                return false
            }
            place += 1
        }
        guard place < text.count, place > start, text[place - 1] != 0x3D else { return false }
        place += 1
        return true
    }
}
