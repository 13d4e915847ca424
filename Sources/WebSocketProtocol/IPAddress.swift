/// An IPv4 or IPv6 address, both in one space of 128 bits.
///
/// An IPv4 address stands where its mapped form stands, so that `::ffff:192.0.2.1`, in any spelling, is the same value as
/// `192.0.2.1`. Neither `::192.0.2.1` nor `64:ff9b::192.0.2.1` folds.
public struct IPAddress: Hashable, Sendable {
    /// The first eight bytes.
    @usableFromInline package let high: UInt64
    /// The last eight bytes; of an IPv4 address 0x0000ffff and its four bytes.
    @usableFromInline package let low: UInt64

    /// Makes an address of its 128 bits.
    ///
    /// - Parameters:
    ///   - high: the first eight bytes.
    ///   - low: the last eight bytes.
    @inlinable
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Makes an IPv4 address of its 32 bits, `192.0.2.1` being 0xC0000201.
    @inlinable
    package init(v4 bits: UInt32) {
        self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(bits))
    }

    /// Makes an address of its bytes in network order.
    ///
    /// - Parameter bytes: four bytes of an IPv4 or sixteen of an IPv6 address; any other count gives nil.
    public init?(bytes: [UInt8]) {
        switch bytes.count {
        case 4: self.init(v4: bytes.reduce(0) { $0 << 8 | UInt32($1) })
        case 16:
            self.init(
                high: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
                low: bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
            )
        default: return nil
        }
    }

    /// Reads an address as text, without brackets, port or zone.
    ///
    /// Strict: four decimal parts without leading zeros, or the forms of RFC 4291 §2.2. Octal, hexadecimal and short IPv4
    /// forms, zone ids and blanks give nil.
    public init?(parsing text: String) {
        let bytes = text.utf8Span.span
        self.init(parsing: bytes, in: bytes.indices)
    }

    /// Reads an address from the bytes in `range`, without brackets, port or zone; nil where they are none.
    package init?(parsing bytes: Span<UInt8>, in range: Range<Int>) {
        if let bits = IPAddressText.v4(bytes, in: range) {
            self.init(v4: bits)
        } else if let bits = IPAddressText.v6(bytes, in: range) {
            self.init(high: bits.high, low: bits.low)
        } else {
            return nil
        }
    }

    /// Whether this is an IPv4 address.
    @inlinable
    public var isV4: Bool { high == 0 && low &>> 32 == 0xFFFF }

    /// The 32 bits of an IPv4 address; of an IPv6 address its last 32.
    @inlinable
    package var v4Bits: UInt32 { UInt32(truncatingIfNeeded: low) }

    /// The address with all but its first bits cleared.
    ///
    /// - Parameters:
    ///   - v4Length: how many bits of an IPv4 address stay; above 32 is 32, below 0 is 0.
    ///   - v6Length: how many bits of an IPv6 address stay; above 128 is 128, below 0 is 0.
    /// - Returns: the first address of the block that this one lies in.
    @inlinable
    @inline(__always)
    package func masked(v4Length: Int, v6Length: Int) -> IPAddress {
        let length = isV4 ? 96 &+ Swift.min(Swift.max(v4Length, 0), 32) : Swift.min(Swift.max(v6Length, 0), 128)
        return masked(toBits: length)
    }

    /// The first `length` of the 128 bits, the rest cleared.
    @inlinable
    @inline(__always)
    package func masked(toBits length: Int) -> IPAddress {
        // A smart shift by 64 or more clears everything.
        IPAddress(high: high & ~(UInt64.max >> length), low: low & ~(UInt64.max >> Swift.max(length &- 64, 0)))
    }
}

extension IPAddress: Comparable {
    /// Whether `left` comes first in the space of 128 bits.
    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        left.high == right.high ? left.low < right.low : left.high < right.high
    }
}

extension IPAddress: CustomStringConvertible {
    /// The canonical text: dotted decimal, or RFC 5952.
    public var description: String {
        isV4 ? IPAddressText(v4: v4Bits).string : IPAddressText(v6High: high, low: low).string
    }
}
