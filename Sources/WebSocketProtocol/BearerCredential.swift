/// The value of an Authorization field as a bearer credential (RFC 6750 §2.1, RFC 9110 §11.4).
package enum BearerCredential: Equatable, Sendable {
    /// The token, a range of the request's bytes.
    case token(Range<Int>)
    /// The scheme is Bearer, but nothing follows it.
    case empty
    /// Another scheme, or an empty value.
    case otherScheme
    /// The scheme is Bearer, and what follows is no token68.
    case malformed

    /// Reads the value in `range`.
    ///
    /// The scheme compares without case, one or more spaces follow it; the token is a token68: letters, digits, `-._~+/`,
    /// then equals signs.
    package init(_ bytes: Span<UInt8>, in range: Range<Int>) {
        let schemeEnd = range.lowerBound &+ 6
        guard range.count >= 6, bytes.equals(lowercase: "bearer", in: range.lowerBound..<schemeEnd) else {
            self = .otherScheme
            return
        }
        guard schemeEnd < range.upperBound else {
            self = .empty
            return
        }
        guard !ASCII.isTokenCharacter(bytes[schemeEnd]) else {
            self = .otherScheme
            return
        }
        var start = schemeEnd
        while start < range.upperBound, bytes[start] == 0x20 { start &+= 1 }
        let token = start..<range.upperBound
        if token.isEmpty {
            self = .empty
        } else {
            self = start > schemeEnd && Self.isToken68(bytes, in: token) ? .token(token) : .malformed
        }
    }

    private static func isToken68(_ bytes: Span<UInt8>, in range: Range<Int>) -> Bool {
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            guard ASCII.isUnreserved(byte) || byte == 0x2B || byte == 0x2F else { break }
            index &+= 1
        }
        guard index > range.lowerBound else { return false }
        while index < range.upperBound, bytes[index] == 0x3D { index &+= 1 }
        return index == range.upperBound
    }
}
