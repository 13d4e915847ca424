/// URI templates (RFC 6570 §2).
enum TemplateFormat {
    static func accepts(_ text: FormatText) -> Bool {
        var place = 0
        while place < text.count {
            let byte = text[place]
            switch byte {
            case 0x7B:
                guard let end = text.firstIndex(of: 0x7D, from: place), isExpression(text[place + 1..<end]) else {
                    return false
                }
                place = end + 1
            case 0x25:
                guard FormatByte.isHexadecimal(text[place + 1]), FormatByte.isHexadecimal(text[place + 2]) else {
                    return false
                }
                place += 3
            // Controls, blank, " < > \ ^ ` | }
            case ..<0x21, 0x22, 0x3C, 0x3E, 0x5C, 0x5E, 0x60, 0x7C, 0x7D, 0x7F: return false
            default: place += 1
            }
        }
        return true
    }

    private static func isExpression(_ text: FormatText) -> Bool {
        guard text.count > 0 else { return false }
        var place = 0
        switch text[0] {
        // + # . / ; ? & and, kept for later, = , ! @ |
        case 0x2B, 0x23, 0x2E, 0x2F, 0x3B, 0x3F, 0x26, 0x3D, 0x2C, 0x21, 0x40, 0x7C: place = 1
        default: break
        }
        while true {
            guard isVariable(text, &place) else { return false }
            guard place < text.count else { return true }
            guard text[place] == 0x2C else { return false }
            place += 1
        }
    }

    /// A name, and `*` or `:` with a length behind it.
    private static func isVariable(_ text: FormatText, _ place: inout Int) -> Bool {
        var isBehindDot = true
        while place < text.count {
            let byte = text[place]
            if FormatByte.isAlphanumeric(byte) || byte == 0x5F {
                isBehindDot = false
                place += 1
            } else if byte == 0x25 {
                guard FormatByte.isHexadecimal(text[place + 1]), FormatByte.isHexadecimal(text[place + 2]) else {
                    return false
                }
                isBehindDot = false
                place += 3
            } else if byte == 0x2E, !isBehindDot {
                isBehindDot = true
                place += 1
            } else {
                break
            }
        }
        guard !isBehindDot else { return false }
        if text[place] == 0x2A {
            place += 1
        } else if text[place] == 0x3A {
            let start = place + 1
            place = start
            while FormatByte.isDigit(text[place]) { place += 1 }
            return place > start && place - start <= 4 && text[start] != 0x30
        }
        return true
    }
}
