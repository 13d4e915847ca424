/// A block of addresses (CIDR): `10.0.0.0/8`, `2001:db8::/32`.
///
/// A block in mapped form (`::ffff:10.0.0.0/104`) is the IPv4 block. A shorter IPv6 block never holds an IPv4 address, even
/// where the mapped range lies inside it: `::/0` is every IPv6 address and no IPv4 one.
package struct AddressPrefix: Hashable, Sendable {
    /// The first address of the block.
    package let base: IPAddress
    /// How many of the 128 bits are fixed; 96 more than what is written for IPv4.
    package let bitCount: Int
    /// Whether the text had bits set behind the prefix, as `10.0.0.1/8` does; `base` has them cleared.
    package let hasHostBits: Bool

    /// Makes a block of an address in it.
    ///
    /// - Parameters:
    ///   - address: any address of the block.
    ///   - length: as written: 0 to 32 for IPv4, 0 to 128 for IPv6; nil otherwise.
    package init?(_ address: IPAddress, length: Int) {
        guard length >= 0, length <= (address.isV4 ? 32 : 128) else { return nil }
        self.init(address, bitCount: address.isV4 ? 96 + length : length)
    }

    private init(_ address: IPAddress, bitCount: Int) {
        base = address.masked(toBits: bitCount)
        self.bitCount = bitCount
        hasHostBits = base != address
    }

    /// Reads `address/length`, or an address alone as the block of just it.
    ///
    /// The length is decimal without sign or leading zero. In mapped spelling it counts the 128 bits and must be at
    /// least 96.
    package init?(parsing text: String) {
        let bytes = text.utf8Span.span
        let slash = bytes.firstIndex(of: 0x2F, in: bytes.indices) ?? bytes.count
        guard let address = IPAddress(parsing: bytes, in: 0..<slash) else { return nil }
        let isWrittenAsV6 = bytes.firstIndex(of: 0x3A, in: 0..<slash) != nil
        guard slash < bytes.count else {
            self.init(address, bitCount: 128)
            return
        }
        guard let length = Self.length(bytes, in: (slash + 1)..<bytes.count) else { return nil }
        guard isWrittenAsV6 else {
            self.init(address, length: length)
            return
        }
        guard length <= 128, !address.isV4 || length >= 96 else { return nil }
        self.init(address, bitCount: length)
    }

    private static func length(_ bytes: Span<UInt8>, in range: Range<Int>) -> Int? {
        guard range.count >= 1, range.count <= 3, range.count == 1 || bytes[range.lowerBound] != 0x30 else {
            return nil
        }
        var value = 0
        for index in range {
            guard ASCII.isDigit(bytes[index]) else { return nil }
            value = value * 10 + Int(bytes[index] - 0x30)
        }
        return value
    }

    /// Whether the block is one of IPv4 addresses.
    package var isV4: Bool { bitCount >= 96 && base.isV4 }

    /// The length as it is written: 0 to 32 for IPv4, 0 to 128 for IPv6.
    package var length: Int { isV4 ? bitCount - 96 : bitCount }

    /// The last address of the block.
    package var last: IPAddress {
        IPAddress(high: base.high | UInt64.max >> bitCount, low: base.low | UInt64.max >> max(bitCount - 64, 0))
    }

    /// Whether `address` lies in the block.
    package func contains(_ address: IPAddress) -> Bool {
        address.isV4 == isV4 && address.masked(toBits: bitCount) == base
    }

    /// Whether every address of `other` lies in this block.
    package func contains(_ other: AddressPrefix) -> Bool {
        other.bitCount >= bitCount && contains(other.base) && other.isV4 == isV4
    }
}

extension AddressPrefix: CustomStringConvertible {
    /// The canonical text, as `10.0.0.0/8`.
    package var description: String { "\(base)/\(length)" }
}
