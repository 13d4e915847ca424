/// The hash of the plan's text tables: FNV-1a with 64 bits over the bytes, folded.
///
/// It needs no key: the tables are fixed at compile time, and what a client sends only ever looks up.
@usableFromInline package enum TextHash {
    @inlinable package static var seed: UInt64 { 0xCBF2_9CE4_8422_2325 }
    @inlinable package static var prime: UInt64 { 0x0000_0100_0000_01B3 }

    /// One more byte.
    @inlinable
    package static func adding(_ byte: UInt8, to hash: UInt64) -> UInt64 {
        (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }

    /// The value that picks a slot, from all bytes' hash.
    @inlinable
    package static func finished(_ hash: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: hash ^ (hash &>> 32))
    }

    /// The slot hash of a whole text.
    package static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var hash = seed
        for byte in bytes { hash = adding(byte, to: hash) }
        return finished(hash)
    }
}

/// The hash of origin tables.
///
/// The host is hashed from its last byte to its first, so that one walk over a header's host meets the hash of every
/// suffix; scheme and port are mixed in at the end.
@usableFromInline package enum OriginHash {
    /// `TextHash.adding` over the bytes of `https`, the scheme of most origins.
    @inlinable package static var https: UInt64 { 0xBAB5_49C9_25B2_8802 }

    /// The value that picks a slot.
    ///
    /// - Parameters:
    ///   - reversedHost: `TextHash.adding` over the lower-case host bytes (of a wildcard: the suffix after its dot), last
    ///     byte first, from `TextHash.seed`.
    ///   - scheme: `TextHash.adding` over the lower-case scheme bytes, first byte first, from `TextHash.seed`.
    ///   - port: the port or its code in `OriginSlot`.
    /// - Returns: what is compared with `OriginSlot.hash`, and masked to the first slot to probe.
    @inlinable
    package static func slot(reversedHost: UInt64, scheme: UInt64, port: UInt32) -> UInt32 {
        var mixed = (reversedHost ^ (scheme &* 0x9E37_79B9_7F4A_7C15)) &+ UInt64(port)
        mixed = (mixed ^ (mixed &>> 29)) &* 0xBF58_476D_1CE4_E5B9
        return UInt32(truncatingIfNeeded: mixed ^ (mixed &>> 32))
    }
}
