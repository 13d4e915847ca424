/// One entry of X-Forwarded-For or Forwarded: who sent the request to the hop that wrote it.
package enum ForwardedHop: Equatable, Sendable {
    /// An address, with or without a port.
    case address(IPAddress)
    /// `unknown`, or an identifier that hides the address (`_gazonk`, RFC 7239 §6.3).
    case hidden
    /// Anything else, an empty entry among them. It is never passed over: what stands left of it is anybody's text.
    case unreadable

    /// Reads `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`, `unknown` or `_name`.
    ///
    /// - Parameters:
    ///   - bytes: the buffer of the request.
    ///   - range: the entry, without blanks and quotes around it.
    package init(_ bytes: Span<UInt8>, in range: Range<Int>) {
        guard !range.isEmpty else {
            self = .unreadable
            return
        }
        let node = Self.withoutHiddenPort(bytes, range)
        if let address = SocketAddress(parsing: bytes, in: node) {
            self = .address(address.address)
            return
        }
        let end = bytes.firstIndex(of: 0x3A, in: node) ?? node.upperBound
        if bytes.equals(lowercase: "unknown", in: node.lowerBound..<end) {
            self = .hidden
        } else {
            self = Self.isHidden(bytes, node.lowerBound..<end) ? .hidden : .unreadable
        }
    }

    /// The entry without a port that is an identifier (`192.0.2.1:_p`).
    private static func withoutHiddenPort(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var index = range.upperBound
        while index > range.lowerBound, bytes[index &- 1] != 0x3A { index &-= 1 }
        guard index > range.lowerBound, isHidden(bytes, index..<range.upperBound) else { return range }
        return range.lowerBound..<(index &- 1)
    }

    /// Whether the bytes are an identifier of RFC 7239 §6.3: an underscore, then letters, digits, `.`, `_` or `-`.
    private static func isHidden(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count >= 2, bytes[range.lowerBound] == 0x5F else { return false }
        for index in range where !ASCII.isUnreserved(bytes[index]) || bytes[index] == 0x7E { return false }
        return true
    }
}
