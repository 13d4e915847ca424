/// One level's origins.
@usableFromInline package enum OriginsRecord {
    /// Bits: 0 every site, 1 same origin, 2 `null` is listed, 3 `file:` is listed, 4 the table holds wildcards.
    @inlinable package static var flags: Int { 0 }
    /// 0 deny, 1 allowWithoutCookies, 2 allow.
    @inlinable package static var absent: Int { 1 }
    @inlinable package static var absentSource: Int { 2 }
    /// Slots of `OriginSlot.wordCount` words; their number is a power of two, at least twice the entries.
    @inlinable package static var slotList: Int { 3 }
    @inlinable package static var slotCount: Int { 4 }
    @inlinable package static var wordCount: Int { 5 }

    @inlinable package static var everySite: UInt32 { 1 }
    @inlinable package static var sameOrigin: UInt32 { 2 }
    @inlinable package static var null: UInt32 { 4 }
    @inlinable package static var file: UInt32 { 8 }
    @inlinable package static var wildcards: UInt32 { 16 }
}

/// One entry of an origin table, found by linear probing from `OriginHash`.
///
/// The hash covers scheme, host and the port's code; a wildcard is found by the hash of its suffix.
@usableFromInline package enum OriginSlot {
    /// Low 32 bits of the hash.
    @inlinable package static var hash: Int { 0 }
    /// Lower case, without `://`.
    @inlinable package static var schemeOffset: Int { 1 }
    @inlinable package static var schemeLength: Int { 2 }
    /// Lower-case host, IPv6 in brackets; of a wildcard the suffix after its dot; empty for `scheme://*`.
    @inlinable package static var hostOffset: Int { 3 }
    @inlinable package static var hostLength: Int { 4 }
    /// 0–65535; `portNone` where the scheme has no default and none is given; `portAny`.
    @inlinable package static var port: Int { 5 }
    /// `Kind`; 0 in an empty slot.
    @inlinable package static var kind: Int { 6 }
    @inlinable package static var source: Int { 7 }
    @inlinable package static var wordCount: Int { 8 }

    @inlinable package static var portNone: UInt32 { 0x1_0000 }
    @inlinable package static var portAny: UInt32 { 0x1_0001 }

    @usableFromInline package enum Kind {
        @inlinable package static var empty: UInt32 { 0 }
        @inlinable package static var exact: UInt32 { 1 }
        @inlinable package static var oneLabel: UInt32 { 2 }
        @inlinable package static var labels: UInt32 { 3 }
        @inlinable package static var every: UInt32 { 4 }
        /// A whole origin that this table refuses; its source is the list that does not hold it.
        ///
        /// Looking it up like a foreign origin decides right, but names the table's own list.
        @inlinable package static var refused: UInt32 { 5 }
    }
}
