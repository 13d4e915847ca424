/// The version of a request (RFC 9112 §2.3): `HTTP/` and two digits with a dot between.
package struct HTTPVersion: Equatable, Sendable {
    package let major: UInt8
    package let minor: UInt8

    /// Reads the version in `range`, its name with case; nil where it has another form.
    package init?(_ bytes: Span<UInt8>, in range: Range<Int>) {
        guard range.count == 8 else { return nil }
        let start = range.lowerBound
        guard bytes.equals("HTTP/", in: start..<(start &+ 5)), bytes[start &+ 6] == 0x2E,
            ASCII.isDigit(bytes[start &+ 5]), ASCII.isDigit(bytes[start &+ 7])
        else { return nil }
        major = bytes[start &+ 5] &- 0x30
        minor = bytes[start &+ 7] &- 0x30
    }

    /// Whether this is HTTP/1.1 or higher, as RFC 6455 §4.2.1 needs it.
    package var allowsUpgrade: Bool { major > 1 || (major == 1 && minor >= 1) }
}
