/// The address and port of a peer.
public struct SocketAddress: Hashable, Sendable {
    /// The peer's address.
    public let address: IPAddress
    /// The peer's port; nil where the text that it was read from had none.
    public let port: UInt16?

    /// Makes an address of its parts.
    ///
    /// - Parameters:
    ///   - address: the peer's address.
    ///   - port: the peer's port, where it is known.
    public init(address: IPAddress, port: UInt16? = nil) {
        self.address = address
        self.port = port
    }

    /// Reads `192.0.2.1:443`, `[2001:db8::1]:443`, or either address alone, the brackets then being optional.
    ///
    /// A zone id of an IPv6 address (`fe80::1%eth0`) is dropped: it names an interface of this machine and says nothing
    /// about the peer. Nil for anything else.
    public init?(parsing text: String) {
        let bytes = text.utf8Span.span
        let range = bytes.indices
        if bytes.firstIndex(of: 0x25, in: range) == nil {
            self.init(parsing: bytes, in: range)
        } else {
            self.init(droppingZoneOf: text)
        }
    }

    private init?(droppingZoneOf text: String) {
        guard let start = text.utf8.firstIndex(of: 0x25) else { return nil }
        let end = text.utf8[start...].firstIndex(of: 0x5D) ?? text.utf8.endIndex
        guard text.utf8.index(after: start) < end else { return nil }
        let rest = String(text[..<start]) + String(text[end...])
        let bytes = rest.utf8Span.span
        self.init(parsing: bytes, in: bytes.indices)
        guard !address.isV4 else { return nil }
    }

    /// Reads the same forms from the bytes in `range`, without zone ids; nil for anything else.
    package init?(parsing bytes: Span<UInt8>, in range: Range<Int>) {
        if let address = IPAddress(parsing: bytes, in: range) {
            self.init(address: address)
            return
        }
        guard range.count >= 4 else { return nil }
        if bytes[range.lowerBound] == 0x5B {
            guard let close = bytes.firstIndex(of: 0x5D, in: range),
                let bits = IPAddressText.v6(bytes, in: (range.lowerBound + 1)..<close)
            else { return nil }
            let address = IPAddress(high: bits.high, low: bits.low)
            let rest = (close + 1)..<range.upperBound
            guard !rest.isEmpty else {
                self.init(address: address)
                return
            }
            guard bytes[rest.lowerBound] == 0x3A,
                let port = Self.port(bytes, in: (rest.lowerBound + 1)..<rest.upperBound)
            else { return nil }
            self.init(address: address, port: port)
            return
        }
        guard let colon = bytes.firstIndex(of: 0x3A, in: range),
            let bits = IPAddressText.v4(bytes, in: range.lowerBound..<colon),
            let port = Self.port(bytes, in: (colon + 1)..<range.upperBound)
        else { return nil }
        self.init(address: IPAddress(v4: bits), port: port)
    }

    /// A port of one to five digits up to 65535, leading zeros and 0 allowed as the sender's operating system may have them.
    private static func port(_ bytes: Span<UInt8>, in range: Range<Int>) -> UInt16? {
        guard range.count >= 1, range.count <= 5 else { return nil }
        var value = 0
        for index in range {
            guard ASCII.isDigit(bytes[index]) else { return nil }
            value = value * 10 + Int(bytes[index] - 0x30)
        }
        return UInt16(exactly: value)
    }
}

extension SocketAddress: CustomStringConvertible {
    /// The text: `192.0.2.1:443`, `[2001:db8::1]:443`, or the address alone.
    public var description: String {
        guard let port else { return address.description }
        return address.isV4 ? "\(address):\(port)" : "[\(address)]:\(port)"
    }
}
