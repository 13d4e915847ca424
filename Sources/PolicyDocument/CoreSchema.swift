/// What a plain scalar means: the core schema of YAML 1.2.2 §10.3.2, numbers in decimal only.
///
/// `0o14` and `0x1F` are numbers by that schema and strings here: no key of a policy takes one, and a reader of YAML 1.1
/// takes the first for a string.
enum CoreSchema {
    static func resolve(_ text: String) -> Node.Scalar {
        switch text {
        case "", "~", "null", "Null", "NULL": .null
        case "true", "True", "TRUE": .bool(true)
        case "false", "False", "FALSE": .bool(false)
        default: number(text) ?? .string(text)
        }
    }

    private static func number(_ text: String) -> Node.Scalar? {
        var rest = Substring(text).utf8
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
        switch String(Substring(rest)) {
        case ".inf", ".Inf", ".INF": return .float(text)
        case ".nan", ".NaN", ".NAN": return rest.count == text.utf8.count ? .float(text) : nil
        default: break
        }
        let whole = dropDigits(&rest)
        if rest.isEmpty { return whole > 0 ? .integer(text) : nil }
        var fraction = 0
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            fraction = dropDigits(&rest)
        }
        guard whole + fraction > 0 else { return nil }
        guard let letter = rest.first else { return .float(text) }
        guard letter == UInt8(ascii: "e") || letter == UInt8(ascii: "E") else { return nil }
        rest = rest.dropFirst()
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
        return dropDigits(&rest) > 0 && rest.isEmpty ? .float(text) : nil
    }

    /// Drops the leading decimal digits and says how many there were.
    private static func dropDigits(_ rest: inout Substring.UTF8View) -> Int {
        let before = rest.count
        rest = rest.drop { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return before - rest.count
    }
}
