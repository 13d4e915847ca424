/// JSON Pointers (RFC 6901) and relative ones.
enum PointerFormat {
    static func accepts(_ text: FormatText) -> Bool {
        guard text.count > 0 else { return true }
        guard text[0] == 0x2F else { return false }
        for index in 0..<text.count where text[index] == 0x7E {
            guard text[index + 1] == 0x30 || text[index + 1] == 0x31 else { return false }
        }
        return true
    }

    /// A number without leading zeros, then a pointer or `#`.
    static func acceptsRelative(_ text: FormatText) -> Bool {
        var place = 0
        while FormatByte.isDigit(text[place]) { place += 1 }
        guard place > 0, place == 1 || text[0] != 0x30 else { return false }
        if text[place] == 0x23 { return place + 1 == text.count }
        return accepts(text[place..<text.count])
    }
}
