/// One counter.
@usableFromInline package enum LimitRecord {
    /// 0 enforce, 1 observe.
    @inlinable package static var mode: Int { 0 }
    /// 0 connection, 1 clientAddress, 2 subject, 3 route, 4 server, 5 claim.
    @inlinable package static var per: Int { 1 }
    /// Prefix lengths for clientAddress.
    @inlinable package static var v4Bits: Int { 2 }
    @inlinable package static var v6Bits: Int { 3 }
    /// Reference tokens of a claim's pointer: pairs of offset and length.
    @inlinable package static var claimList: Int { 4 }
    @inlinable package static var claimCount: Int { 5 }
    /// 0 rate (GCRA), 1 atMost, 2 concurrent.
    @inlinable package static var quantity: Int { 6 }
    /// 64 bits, at least 1.
    @inlinable package static var countLow: Int { 7 }
    @inlinable package static var countHigh: Int { 8 }
    /// Nanoseconds, 64 bits, at least 1; unused for concurrent.
    @inlinable package static var periodLow: Int { 9 }
    @inlinable package static var periodHigh: Int { 10 }
    /// 64 bits, at least 1; for rate.
    @inlinable package static var burstLow: Int { 11 }
    @inlinable package static var burstHigh: Int { 12 }
    /// Keys; unused per connection.
    @inlinable package static var tableSize: Int { 13 }
    @inlinable package static var source: Int { 14 }
    /// 1: all instances count together.
    @inlinable package static var shared: Int { 15 }
    @inlinable package static var wordCount: Int { 16 }
}
