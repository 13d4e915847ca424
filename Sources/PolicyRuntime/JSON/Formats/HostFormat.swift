/// Host names (RFC 1123 §2.1, RFC 5890): labels of letters, digits and hyphens, A-labels that stand for something, and,
/// where Unicode is allowed, U-labels.
struct HostFormat {
    private static let longestLabel = 63
    private static let longestName = 253

    private let text: FormatText
    private let codePoints: CodePointTable
    private let isInternational: Bool

    static func accepts(_ text: FormatText, _ codePoints: CodePointTable?, isInternational: Bool) -> Bool {
        guard let codePoints, text.count > 0, text.count <= 4 * longestName else { return false }
        let format = HostFormat(text: text, codePoints: codePoints, isInternational: isInternational)
        // Whether one label is written from right to left decides what the others may be.
        var isBidirectional = false
        guard format.checkLabels(isBidirectional: false, &isBidirectional) else { return false }
        var again = false
        return !isBidirectional || format.checkLabels(isBidirectional: true, &again)
    }

    /// Labels of letters, digits and inner hyphens, whatever they stand for.
    static func acceptsPlain(_ text: FormatText) -> Bool {
        guard text.count > 0, text.count <= longestName else { return false }
        var length = 0
        for index in 0...text.count {
            guard index < text.count, text[index] != 0x2E else {
                guard length > 0, text[index - 1] != 0x2D else { return false }
                length = 0
                continue
            }
            let isInner = FormatByte.isAlphanumeric(text[index]) || (text[index] == 0x2D && length > 0)
            guard isInner, length < longestLabel else { return false }
            length += 1
        }
        return true
    }

    /// Every label by itself; `foundRightToLeft` is set where one has right-to-left characters.
    private func checkLabels(isBidirectional: Bool, _ foundRightToLeft: inout Bool) -> Bool {
        var place = 0
        var total = 0
        while true {
            var end = place
            var separator = 0
            while end < text.count {
                separator = separatorLength(at: end)
                if separator > 0 { break }
                end += 1
            }
            guard let length = check(text[place..<end], isBidirectional, &foundRightToLeft) else { return false }
            total += length
            guard end < text.count else { return total <= Self.longestName }
            total += 1
            place = end + separator
            guard place <= text.count else { return false }
        }
    }

    /// A full stop, or one of those that IDNA takes for it.
    private func separatorLength(at place: Int) -> Int {
        if text[place] == 0x2E { return 1 }
        guard isInternational, text[place] == 0xE3 || text[place] == 0xEF else { return 0 }
        let (value, length) = text.scalar(at: place)
        return value == 0x3002 || value == 0xFF0E || value == 0xFF61 ? length : 0
    }

    /// How many bytes the label has as an A-label; nil where it is none.
    private func check(_ label: FormatText, _ isBidirectional: Bool, _ foundRightToLeft: inout Bool) -> Int? {
        guard label.count > 0 else { return nil }
        guard label.allSatisfy({ $0 < 0x80 }) else {
            guard isInternational else { return nil }
            return LabelCheck.international(label, codePoints, isBidirectional, &foundRightToLeft)
        }
        guard label.count <= Self.longestLabel, label[0] != 0x2D, label[label.count - 1] != 0x2D,
            label.allSatisfy({ FormatByte.isAlphanumeric($0) || $0 == 0x2D })
        else { return nil }
        // A hyphen in third and fourth place marks labels that mean something else.
        guard label[2] == 0x2D, label[3] == 0x2D else {
            // In a name with right-to-left labels a label begins with a letter.
            return isBidirectional && FormatByte.isDigit(label[0]) ? nil : label.count
        }
        guard label[0] | 0x20 == 0x78, label[1] | 0x20 == 0x6E else { return nil }
        let holds = LabelCheck.encoded(label[4..<label.count], codePoints, isBidirectional, &foundRightToLeft)
        return holds ? label.count : nil
    }
}
