/// Internet addresses (RFC 2673 §3.2, RFC 4291 §2.2) and UUIDs (RFC 4122 §3).
enum AddressFormat {
    /// Four decimal numbers up to 255 without leading zeros.
    static func isV4(_ text: FormatText) -> Bool {
        guard text.count <= 15 else { return false }
        var place = 0
        for part in 0..<4 {
            if part > 0 {
                guard text[place] == 0x2E else { return false }
                place += 1
            }
            let start = place
            var value = 0
            while FormatByte.isDigit(text[place]), place - start < 3 {
                value = 10 * value + Int(text[place] &- 0x30)
                place += 1
            }
            guard place > start, value < 256, place - start == 1 || text[start] != 0x30 else { return false }
        }
        return place == text.count
    }

    /// Eight groups of hexadecimal digits, `::` for some of them, an IPv4 address for the last two; no zone.
    static func isV6(_ text: FormatText) -> Bool {
        guard text.count >= 2, text.count <= 45 else { return false }
        var place = 0
        var groups = 0
        var isShortened = false
        if text[0] == 0x3A {
            guard text[1] == 0x3A else { return false }
            isShortened = true
            place = 2
        }
        while place < text.count {
            let start = place
            while FormatByte.isHexadecimal(text[place]), place - start < 4 { place += 1 }
            if text[place] == 0x2E {
                guard isV4(text[start..<text.count]) else { return false }
                groups += 2
                place = text.count
                break
            }
            guard place > start else { return false }
            groups += 1
            guard place < text.count else { break }
            guard text[place] == 0x3A else { return false }
            place += 1
            if text[place] == 0x3A {
                guard !isShortened else { return false }
                isShortened = true
                place += 1
            } else if place == text.count {
                return false
            }
        }
        return isShortened ? groups < 8 : groups == 8
    }

    static func isUUID(_ text: FormatText) -> Bool {
        guard text.count == 36 else { return false }
        for index in 0..<36 {
            let isDash = index == 8 || index == 13 || index == 18 || index == 23
            guard isDash ? text[index] == 0x2D : FormatByte.isHexadecimal(text[index]) else { return false }
        }
        return true
    }
}
