/// A host and a port in a byte buffer: what stands in a Host field, behind an origin's `://`, and in an absolute target.
///
/// Ranges lie in the buffer that was parsed; pass the same one to every method.
package struct HostAndPort: Equatable, Sendable {
    /// What the host is.
    package enum Kind: UInt8, Sendable {
        /// A registered name, or an app's own.
        case name
        /// Four strict decimal parts. Any other number-like name stays a name and equals only itself.
        case ipv4
        /// An address in brackets, equal to every other spelling of its 128 bits.
        case ipv6
    }

    package let kind: Kind
    /// The host as it was sent, in any case, without brackets.
    package let host: Range<Int>
    /// The first 64 bits of an IPv6 host, otherwise 0.
    package let high: UInt64
    /// The last 64 bits of an IPv6 host, the 32 of an IPv4 host, otherwise 0.
    ///
    /// Mapped addresses do not fold here: `[::ffff:192.0.2.1]` and `192.0.2.1` are different hosts to a browser.
    package let low: UInt64
    /// The port as it was sent; nil where none was.
    package let port: UInt16?

    /// Parses `host [":" port]`, all of `range`.
    ///
    /// A name consists of unreserved characters (RFC 3986 §2.3) in labels that are not empty; a trailing dot is allowed and
    /// makes another host. A port has one to five digits, the first not 0, up to 65535: port 0 is malformed, nobody can be
    /// reached there. An empty port, a zone id, an address in brackets that is not IPv6, user information, and any byte from
    /// 0x80 on are malformed.
    package init(parsing bytes: Span<UInt8>, in range: Range<Int>) throws(HostSyntaxError) {
        guard !range.isEmpty else { throw .emptyHost(offset: range.lowerBound) }
        var index = range.lowerBound
        if bytes[index] == 0x5B {
            guard let close = bytes.firstIndex(of: 0x5D, in: range),
                let bits = IPAddressText.v6(bytes, in: (index &+ 1)..<close)
            else { throw .malformedAddress(offset: index) }
            kind = .ipv6
            host = (index &+ 1)..<close
            (high, low) = bits
            index = close &+ 1
        } else {
            let end = try Self.nameEnd(bytes, in: range)
            host = index..<end
            high = 0
            // Most names end in a letter.
            if ASCII.isDigit(bytes[end &- 1]), let bits = IPAddressText.v4(bytes, in: host) {
                kind = .ipv4
                low = UInt64(bits)
            } else {
                kind = .name
                low = 0
            }
            index = end
        }
        if index == range.upperBound {
            port = nil
        } else {
            guard bytes[index] == 0x3A else { throw .unexpectedByte(offset: index) }
            port = try Self.port(bytes, in: (index &+ 1)..<range.upperBound)
        }
    }

    /// Where the labels end: at a colon or at the end of `range`.
    private static func nameEnd(_ bytes: Span<UInt8>, in range: Range<Int>) throws(HostSyntaxError) -> Int {
        // A block at a time; what is wrong, and what stands at the end of the buffer, byte by byte.
        let start = range.lowerBound
        let dot = ASCII.lanes(0x2E)
        var index = start
        while start > 0, bytes.count &- index >= 16 {
            let block = bytes.block(at: index)
            let count = ASCII.hostBytes(block)
            let end = min(index &+ count, range.upperBound)
            // A dot behind another one; what stands before the first byte does not matter, as that is looked at itself.
            let empty = ASCII.firstMark((block .== dot) .& (bytes.block(at: index &- 1) .== dot))
            guard empty >= end &- index, bytes[start] != 0x2E else { break }
            if end == range.upperBound { return end }
            guard count == 16 else {
                guard end > start, bytes[end] == 0x3A else { break }
                return end
            }
            index = end
        }
        return try nameEndByByte(bytes, in: range)
    }

    private static func nameEndByByte(_ bytes: Span<UInt8>, in range: Range<Int>) throws(HostSyntaxError) -> Int {
        var labelStart = range.lowerBound
        var index = range.lowerBound
        while index < range.upperBound {
            if bytes.count &- index >= 8 {
                index = min(index &+ ASCII.labelBytes(bytes.word(at: index)), range.upperBound)
                guard index < range.upperBound else { break }
            }
            let byte = bytes[index]
            if byte == 0x3A { break }
            if byte == 0x2E {
                guard index > labelStart else { throw .emptyLabel(offset: index) }
                labelStart = index &+ 1
            } else if !ASCII.isUnreserved(byte) {
                throw .unexpectedByte(offset: index)
            }
            index &+= 1
        }
        guard index > range.lowerBound else { throw .emptyHost(offset: index) }
        return index
    }

    private static func port(_ bytes: Span<UInt8>, in range: Range<Int>) throws(HostSyntaxError) -> UInt16 {
        guard !range.isEmpty, range.count <= 5, bytes[range.lowerBound] != 0x30 else {
            throw .malformedPort(offset: range.lowerBound)
        }
        var value: UInt32 = 0
        for index in range {
            guard ASCII.isDigit(bytes[index]) else { throw .malformedPort(offset: range.lowerBound) }
            value = value &* 10 &+ UInt32(bytes[index] &- 0x30)
        }
        guard let port = UInt16(exactly: value) else { throw .malformedPort(offset: range.lowerBound) }
        return port
    }
}

/// Why a host, or what follows it, is malformed; offsets are those of the buffer.
package enum HostSyntaxError: Error, Equatable {
    /// Nothing stands where a host is needed.
    case emptyHost(offset: Int)
    /// Two dots in a row, or one at the front.
    case emptyLabel(offset: Int)
    /// What stands in brackets is not an IPv6 address, or the bracket is not closed.
    case malformedAddress(offset: Int)
    /// A byte that no host has: a slash, an at sign, a space, a comma, one beyond ASCII.
    case unexpectedByte(offset: Int)
    /// An empty, zero-led, too large or non-decimal port.
    case malformedPort(offset: Int)

    /// Where it was noticed.
    package var offset: Int {
        switch self {
        case .emptyHost(let offset), .emptyLabel(let offset), .malformedAddress(let offset),
            .unexpectedByte(let offset), .malformedPort(let offset):
            offset
        }
    }
}

extension HostAndPort {
    /// A hash of the host alone, equal for equal hosts: lower case, IPv6 by address.
    package func hostHash(in bytes: Span<UInt8>, seed: UInt64) -> UInt64 {
        guard kind == .ipv6 else { return ByteHash.foldedHash(bytes, in: host, seed: seed) }
        // A name has no 128 bits; the constant keeps addresses apart from names that happen to hash alike.
        return ByteHash.combine(ByteHash.combine(ByteHash.combine(seed, 0x5B5D), high), low)
    }

    /// Whether the host is the one that `canonical` spells.
    ///
    /// `canonical` is a lower-case name or IPv4 address, or an IPv6 address as RFC 5952 writes it, in brackets: what
    /// `canonicalHost(in:)` makes.
    package func hostEquals(_ canonical: Span<UInt8>, in bytes: Span<UInt8>) -> Bool {
        guard kind == .ipv6 else { return bytes.equals(lowercase: canonical, in: host) }
        guard canonical.count >= 4, canonical[0] == 0x5B, canonical[canonical.count &- 1] == 0x5D,
            let bits = IPAddressText.v6(canonical, in: 1..<(canonical.count &- 1))
        else { return false }
        return bits.high == high && bits.low == low
    }

    /// Whether two hosts of the same buffer are equal: lower case, IPv6 by address.
    package func hostEquals(_ other: HostAndPort, in bytes: Span<UInt8>) -> Bool {
        guard kind == other.kind else { return false }
        guard kind == .name else { return high == other.high && low == other.low }
        guard host.count == other.host.count else { return false }
        for step in 0..<host.count
        where ASCII.lowercased(bytes[host.lowerBound &+ step]) != ASCII.lowercased(bytes[other.host.lowerBound &+ step])
        {
            return false
        }
        return true
    }

    /// The host in the one spelling that equal hosts share: lower case, IPv6 as RFC 5952 in brackets.
    package func canonicalHost(in bytes: Span<UInt8>) -> [UInt8] {
        var canonical: [UInt8] = []
        if kind == .ipv6 {
            let text = IPAddressText(v6High: high, low: low)
            canonical.append(0x5B)
            for index in 0..<text.count { canonical.append(text.bytes[index]) }
            canonical.append(0x5D)
        } else {
            for index in host { canonical.append(ASCII.lowercased(bytes[index])) }
        }
        return canonical
    }
}
