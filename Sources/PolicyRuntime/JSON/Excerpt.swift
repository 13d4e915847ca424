/// A part of a message that is fit for a log: bounded, and without characters that could forge a line or hide text.
enum Excerpt {
    /// At most `limit` characters of UTF-8 bytes, with `…` where something is left out.
    static func of(_ bytes: some Collection<UInt8>, limit: Int) -> String {
        // Four bytes a character are enough to fill the limit.
        let head = String(decoding: bytes.prefix(4 * limit + 4), as: UTF8.self)
        var text = ""
        var left = limit
        for scalar in head.unicodeScalars {
            let piece = piece(scalar)
            guard left >= piece.unicodeScalars.count else { return text + "…" }
            text += piece
            left -= piece.unicodeScalars.count
        }
        return bytes.count > 4 * limit + 4 ? text + "…" : text
    }

    private static func piece(_ scalar: Unicode.Scalar) -> String {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
            return "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        default: return scalar == "`" ? "\\u{60}" : String(scalar)
        }
    }
}
