/// A request target taken apart: origin form (`/path?query`) or absolute form (`http://host/path?query`), RFC 9112 §3.2.
package struct RequestTarget: Equatable, Sendable {
    /// The path, percent-encoded as it was sent; empty in an absolute form without one, which means `/`.
    package let path: Range<Int>
    /// The query behind the first question mark; nil where there is none.
    package let query: Range<Int>?
    /// The host and port of an absolute form; nil in origin form.
    package let authority: HostAndPort?
    /// The default port of an absolute form's scheme.
    package let defaultPort: UInt16?

    /// Parses a target; nil where it is malformed.
    ///
    /// Malformed are: a control character, a space, a byte from 0x80 on (a target is ASCII), a `#`, the forms of CONNECT and
    /// OPTIONS, and an absolute form whose scheme is none of http, https, ws, wss or whose host is malformed. Characters
    /// that RFC 3986 wants encoded but browsers send in queries (`|`, `{`, `"` …) are let through.
    package init?(_ bytes: Span<UInt8>, in range: Range<Int>) {
        guard !range.isEmpty else { return nil }
        guard ASCII.isTarget(bytes, in: range) else { return nil }
        let question = bytes.firstIndex(of: 0x3F, in: range)
        let end = question ?? range.upperBound
        query = question.map { ($0 &+ 1)..<range.upperBound }
        if bytes[range.lowerBound] == 0x2F {
            path = range.lowerBound..<end
            authority = nil
            defaultPort = nil
            return
        }
        guard let colon = bytes.firstIndex(of: 0x3A, in: range.lowerBound..<end), colon &+ 3 <= end,
            let port = OriginParts.defaultPort(bytes, scheme: range.lowerBound..<colon),
            bytes.equals("://", in: colon..<(colon &+ 3))
        else { return nil }
        let start = colon &+ 3
        let slash = bytes.firstIndex(of: 0x2F, in: start..<end) ?? end
        guard let authority = HostField.parse(bytes, in: start..<slash) else { return nil }
        path = slash..<end
        self.authority = authority
        defaultPort = port
    }

    /// Whether an absolute form names the host and port of the Host field; an origin form always agrees.
    ///
    /// A port that is not written is the default port of the target's scheme, on both sides.
    package func agrees(with host: HostAndPort, in bytes: Span<UInt8>) -> Bool {
        guard let authority else { return true }
        return authority.hostEquals(host, in: bytes)
            && (authority.port ?? defaultPort) == (host.port ?? defaultPort)
    }
}
