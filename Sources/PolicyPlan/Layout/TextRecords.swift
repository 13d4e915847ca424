/// A hash table of texts: linear probing from `TextHash`, a power of two of slots, at least twice the entries.
@usableFromInline package enum TextTable {
    @inlinable package static var slotList: Int { 0 }
    @inlinable package static var slotCount: Int { 1 }
    @inlinable package static var wordCount: Int { 2 }

    /// A slot: low 32 bits of the hash, offset, length (`none` in an empty slot), value.
    @inlinable package static var slotWordCount: Int { 4 }
}

/// One level's accepted Host names.
@usableFromInline package enum HostsRecord {
    /// `TextTable` of lower-case names; the value is a port list: word index of (count, then that many pairs of port and
    /// source); port `none` is any port.
    @inlinable package static var table: Int { 0 }
    @inlinable package static var wordCount: Int { 1 }
}

/// One level's subprotocols.
@usableFromInline package enum SubprotocolsRecord {
    /// `TextTable`, case-sensitive; the value is the place in the order of preference.
    @inlinable package static var table: Int { 0 }
    /// 0 allow, 1 deny.
    @inlinable package static var absent: Int { 1 }
    @inlinable package static var absentSource: Int { 2 }
    @inlinable package static var wordCount: Int { 3 }
}
