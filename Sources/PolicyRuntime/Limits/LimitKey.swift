package import WebSocketProtocol

/// What one counter of a table belongs to, as a keyed hash: a client cannot choose colliding ones.
package struct LimitKey: Sendable, Equatable {
    /// Of the key itself; neither 0 nor all ones, which mark slots that are free or being taken.
    @usableFromInline let fingerprint: UInt64
    /// Where an address counts by coarser blocks when the table is full; nil for all other keys.
    @usableFromInline let address: IPAddress?

    @inlinable
    init(fingerprint: UInt64, address: IPAddress?) {
        self.fingerprint = fingerprint
        self.address = address
    }
}

/// Makes keys with secrets of this process.
package struct LimitKeyMaker: Sendable {
    @usableFromInline let first: UInt64
    @usableFromInline let second: UInt64

    package init(seed: (UInt64, UInt64)) {
        first = Self.spread(seed.0)
        second = Self.spread(seed.1 ^ first) | 1
    }

    /// SplitMix64's last step, so that seeds with few bits do as well.
    private static func spread(_ seed: UInt64) -> UInt64 {
        var mixed = seed &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Of a client's address, by its network.
    @inlinable
    @inline(__always)
    package func address(_ address: IPAddress, v4Bits: Int, v6Bits: Int) -> LimitKey {
        let exact = address.masked(v4Length: v4Bits, v6Length: v6Bits)
        return LimitKey(fingerprint: hash(exact.high, exact.low, 1), address: address)
    }

    /// The hash of the block that an address shares a counter with when the table is full: at level 1 v4 /24 and v6 /48, at
    /// level 2 v4 /16 and v6 /32; never a finer one than the limit's own prefix.
    @inline(never)
    func block(of address: IPAddress, level: Int, v4Bits: Int, v6Bits: Int) -> UInt64 {
        let block = blockAddress(of: address, level, v4Bits, v6Bits)
        return hash(block.high, block.low, UInt64(truncatingIfNeeded: 1 &+ level))
    }

    /// The address of that block.
    func blockAddress(of address: IPAddress, _ level: Int, _ v4Bits: Int, _ v6Bits: Int) -> IPAddress {
        let bits = level == 1 ? (v4: 24, v6: 48) : (v4: 16, v6: 32)
        return address.masked(v4Length: min(bits.v4, v4Bits), v6Length: min(bits.v6, v6Bits))
    }

    /// Where a client has no address: all such share one counter.
    var unknownAddress: LimitKey { number(.max) }

    func number(_ value: UInt64) -> LimitKey {
        LimitKey(fingerprint: hash(value, 0, 4), address: nil)
    }

    func bytes(_ bytes: Span<UInt8>) -> LimitKey {
        var state = first ^ UInt64(bytes.count)
        var word: UInt64 = 0
        for index in bytes.indices {
            word = word &<< 8 | UInt64(bytes[index])
            if index & 7 == 7 {
                state = fold(state ^ word, second)
                word = 0
            }
        }
        return LimitKey(fingerprint: hash(fold(state ^ word, second), state, 5), address: nil)
    }

    @inlinable
    @inline(__always)
    func hash(_ high: UInt64, _ low: UInt64, _ domain: UInt64) -> UInt64 {
        let mixed = fold(high ^ first, low ^ second) ^ domain &* 0x9E37_79B9_7F4A_7C15
        let hash = fold(mixed ^ second, first | 1)
        return hash &+ 1 < 2 ? 1 : hash
    }

    @inlinable
    @inline(__always)
    func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
