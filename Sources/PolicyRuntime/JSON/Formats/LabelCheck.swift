import PolicyPlan

/// Labels of host names in Unicode (RFC 5891 §4.2, RFC 5892, RFC 5893).
enum LabelCheck {
    /// Checks a label that is written in Unicode; how many bytes its A-label has, or nil.
    static func international(
        _ text: FormatText,
        _ codePoints: CodePointTable,
        _ isBidirectional: Bool,
        _ foundRightToLeft: inout Bool
    ) -> Int? {
        var label = HostLabel()
        var place = 0
        while place < text.count {
            let (value, length) = text.scalar(at: place)
            guard label.append(value) else { return nil }
            place += length
        }
        guard check(label, codePoints, isBidirectional, &foundRightToLeft) else { return nil }
        let length = Punycode.encodedLength(label) + 4
        return length <= HostLabel.capacity ? length : nil
    }

    /// Checks what stands behind the prefix of an A-label.
    static func encoded(
        _ text: FormatText,
        _ codePoints: CodePointTable,
        _ isBidirectional: Bool,
        _ foundRightToLeft: inout Bool
    ) -> Bool {
        // An A-label stands for something beyond ASCII, and is the only way to write it.
        guard let label = Punycode.decode(text), label.contains({ $0 >= 0x80 }) else { return false }
        return check(label, codePoints, isBidirectional, &foundRightToLeft)
            && Punycode.encodedLength(label) == text.count
    }

    // MARK: Rules

    private static func check(
        _ label: HostLabel,
        _ table: CodePointTable,
        _ isBidirectional: Bool,
        _ foundRightToLeft: inout Bool
    ) -> Bool {
        guard label.count > 0, label[0] != 0x2D, label[label.count - 1] != 0x2D else { return false }
        if label.count >= 4, label[2] == 0x2D, label[3] == 0x2D { return false }
        guard !table.properties(of: label[0]).isMark else { return false }
        for index in 0..<label.count {
            let value = label[index]
            let properties = table.properties(of: value)
            switch properties.direction {
            case .right, .arabicLetter, .arabicNumber: foundRightToLeft = true
            default: break
            }
            switch properties.status {
            case .valid: break
            case .disallowed: return false
            case .contextual, .contextualOther:
                guard isInContext(index, label, table) else { return false }
            }
        }
        return !isBidirectional || keepsDirection(label, table)
    }

    /// RFC 5892, appendix A.
    private static func isInContext(_ index: Int, _ label: HostLabel, _ table: CodePointTable) -> Bool {
        let before = index > 0 ? label[index - 1] : 0
        let after = index + 1 < label.count ? label[index + 1] : 0
        switch label[index] {
        case 0x200C: return table.properties(of: before).isVirama || joins(index, label, table)
        case 0x200D: return table.properties(of: before).isVirama
        case 0xB7: return before == 0x6C && after == 0x6C
        case 0x375: return table.properties(of: after).script == .greek
        case 0x5F3, 0x5F4: return table.properties(of: before).script == .hebrew
        case 0x30FB:
            return label.contains { table.properties(of: $0).script == .japanese }
        case 0x660...0x669: return !label.contains { (0x6F0...0x6F9).contains($0) }
        case 0x6F0...0x6F9: return !label.contains { (0x660...0x669).contains($0) }
        default: return false
        }
    }

    /// Whether the letters on both sides of a non-joiner would join without it.
    private static func joins(_ index: Int, _ label: HostLabel, _ table: CodePointTable) -> Bool {
        var left = index - 1
        while left >= 0, table.properties(of: label[left]).joining == .transparent { left -= 1 }
        var right = index + 1
        while right < label.count, table.properties(of: label[right]).joining == .transparent { right += 1 }
        guard left >= 0, right < label.count else { return false }
        let before = table.properties(of: label[left]).joining
        let after = table.properties(of: label[right]).joining
        return (before == .left || before == .dual) && (after == .right || after == .dual)
    }

    /// RFC 5893 §2.
    private static func keepsDirection(_ label: HostLabel, _ table: CodePointTable) -> Bool {
        let first = table.properties(of: label[0]).direction
        let isRightToLeft = first == .right || first == .arabicLetter
        guard isRightToLeft || first == .left else { return false }
        var last = CodePointLayout.Direction.other
        var hasEuropean = false
        var hasArabic = false
        for index in 0..<label.count {
            let direction = table.properties(of: label[index]).direction
            switch direction {
            case .europeanNumber: hasEuropean = true
            case .arabicNumber:
                guard isRightToLeft else { return false }
                hasArabic = true
            case .right, .arabicLetter: guard isRightToLeft else { return false }
            case .left: guard !isRightToLeft else { return false }
            case .other: return false
            case .europeanSeparator, .commonSeparator, .europeanTerminator, .otherNeutral, .boundaryNeutral,
                .nonspacingMark:
                break
            }
            if direction != .nonspacingMark { last = direction }
        }
        guard isRightToLeft else { return last == .left || last == .europeanNumber }
        switch last {
        case .right, .arabicLetter, .europeanNumber, .arabicNumber: return !(hasEuropean && hasArabic)
        default: return false
        }
    }
}
