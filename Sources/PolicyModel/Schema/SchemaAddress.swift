/// What names a schema resource: a file that was read, or an absolute URI that an `$id` states.
enum SchemaAddress: Hashable {
    case file(String)
    /// Without fragment.
    case uri(String)

    /// Resolves a reference against this address.
    ///
    /// - Parameter reference: a URI reference, or a path as an author writes it.
    /// - Returns: the resource that it names, and the fragment behind `#`; the fragment is nil when there is none.
    func resolve(_ reference: String) -> (address: SchemaAddress, fragment: String?) {
        let parts = reference.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let fragment = parts.count > 1 ? String(parts[1]) : nil
        let rest = String(parts.first ?? "")
        guard !rest.isEmpty else { return (self, fragment) }
        if URIReference(rest).scheme != nil {
            return (.uri(URIReference(rest).normalized.text), fragment)
        }
        switch self {
        case .file(let path):
            let plain = PercentText.decoded(rest[...]) ?? rest
            return (.file(RelativePath.resolved(plain, against: path)), fragment)
        case .uri(let base):
            return (.uri(URIReference(rest).resolved(against: URIReference(base)).text), fragment)
        }
    }
}

/// Percent-encoding (RFC 3986 §2.1).
enum PercentText {
    /// The text behind percent-encoding; nil where an escape or the UTF-8 that it makes is broken.
    static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
