/// One level's client lists.
@usableFromInline package enum ClientsRecord {
    /// `AddressTable`s or `none`.
    @inlinable package static var allow: Int { 0 }
    @inlinable package static var deny: Int { 1 }
    /// Where a client that no entry of `allow` holds is refused.
    @inlinable package static var allowSource: Int { 2 }
    @inlinable package static var wordCount: Int { 3 }
}

/// A set of addresses as disjoint intervals.
///
/// IPv4: `v4Count` pairs (first address, source or `none`), ascending, the first pair at 0.0.0.0; an interval ends before
/// the next begins. IPv6: `v6Count` runs of five words (four of the first address, most significant first, then the
/// source or `none`), ascending, the first at `::`. `none` as the source: the interval is not in the set.
@usableFromInline package enum AddressTable {
    @inlinable package static var v4List: Int { 0 }
    @inlinable package static var v4Count: Int { 1 }
    @inlinable package static var v6List: Int { 2 }
    @inlinable package static var v6Count: Int { 3 }
    @inlinable package static var wordCount: Int { 4 }
}
