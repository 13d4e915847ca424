/// Mail addresses (RFC 5321 §4.1.2, RFC 6531).
enum MailFormat {
    static func accepts(_ text: FormatText, _ codePoints: CodePointTable?, isInternational: Bool) -> Bool {
        guard let at = separator(of: text) else { return false }
        let domain = text[(at + 1)..<text.count]
        guard isLocalPart(text[0..<at], isInternational) else { return false }
        guard domain[0] == 0x5B else {
            return HostFormat.accepts(domain, codePoints, isInternational: isInternational)
        }
        guard domain[domain.count - 1] == 0x5D, domain.count > 2 else { return false }
        let literal = domain[1..<(domain.count - 1)]
        // "IPv6:"
        let isV6 =
            literal.count > 5 && literal[0] | 0x20 == 0x69 && literal[1] | 0x20 == 0x70 && literal[2] | 0x20 == 0x76
            && literal[3] == 0x36 && literal[4] == 0x3A
        return isV6 ? AddressFormat.isV6(literal[5..<literal.count]) : AddressFormat.isV4(literal)
    }

    /// The `@` behind the local part, which may have others in quotes.
    private static func separator(of text: FormatText) -> Int? {
        guard text[0] == 0x22 else { return text.firstIndex(of: 0x40) }
        var place = 1
        while place < text.count, text[place] != 0x22 { place += text[place] == 0x5C ? 2 : 1 }
        return text[place] == 0x22 && text[place + 1] == 0x40 ? place + 1 : nil
    }

    private static func isLocalPart(_ text: FormatText, _ isInternational: Bool) -> Bool {
        guard text.count > 0, text.count <= 64 || isInternational else { return false }
        guard text[0] == 0x22 else { return isDotted(text, isInternational) }
        var place = 1
        while place < text.count - 1 {
            if text[place] == 0x5C { place += 1 }
            let byte = text[place]
            guard (byte >= 0x20 && byte < 0x7F) || (isInternational && byte >= 0x80) else { return false }
            place += 1
        }
        return place == text.count - 1
    }

    private static func isDotted(_ text: FormatText, _ isInternational: Bool) -> Bool {
        var isBehindDot = true
        for index in 0..<text.count {
            let byte = text[index]
            if byte == 0x2E {
                guard !isBehindDot else { return false }
                isBehindDot = true
            } else {
                guard isAtom(byte) || (isInternational && byte >= 0x80) else { return false }
                isBehindDot = false
            }
        }
        return !isBehindDot
    }

    private static func isAtom(_ byte: UInt8) -> Bool {
        switch byte {
        // ! # $ % & ' * + - / = ? ^ _ ` { | } ~
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2F, 0x3D, 0x3F, 0x5E...0x60, 0x7B...0x7E: true
        default: FormatByte.isAlphanumeric(byte)
        }
    }
}
