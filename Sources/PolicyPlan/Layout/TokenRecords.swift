/// The token check of one mode.
@usableFromInline package enum TokenRecord {
    /// `TokenSourceRecord`s.
    @inlinable package static var sourceList: Int { 0 }
    @inlinable package static var sourceCount: Int { 1 }
    /// 0 deny, 1 allow.
    @inlinable package static var absent: Int { 2 }
    @inlinable package static var absentSource: Int { 3 }
    /// Bit n: the algorithm with raw place n of the language's list (HS256 = bit 0, HS384 = 1, …, EdDSA = 12).
    @inlinable package static var algorithms: Int { 4 }
    @inlinable package static var algorithmsSource: Int { 5 }
    /// `TokenKeyRecord`s.
    @inlinable package static var keyList: Int { 6 }
    @inlinable package static var keyCount: Int { 7 }
    @inlinable package static var keysSource: Int { 8 }
    /// Offset `none`: no issuer is required.
    @inlinable package static var issuerOffset: Int { 9 }
    @inlinable package static var issuerLength: Int { 10 }
    @inlinable package static var issuerSource: Int { 11 }
    /// Pairs of offset and length; count `none`: a token with an `aud` is refused.
    @inlinable package static var audienceList: Int { 12 }
    @inlinable package static var audienceCount: Int { 13 }
    @inlinable package static var audienceSource: Int { 14 }
    /// 1: `exp` is required.
    @inlinable package static var expiryRequired: Int { 15 }
    @inlinable package static var expirySource: Int { 16 }
    /// Nanoseconds, 64 bits.
    @inlinable package static var clockSkewLow: Int { 17 }
    @inlinable package static var clockSkewHigh: Int { 18 }
    /// Nanoseconds, 64 bits; all ones: unlimited.
    @inlinable package static var lifetimeLow: Int { 19 }
    @inlinable package static var lifetimeHigh: Int { 20 }
    @inlinable package static var lifetimeSource: Int { 21 }
    /// Reference tokens of the pointer: pairs of offset and length.
    @inlinable package static var subjectList: Int { 22 }
    @inlinable package static var subjectCount: Int { 23 }
    @inlinable package static var subjectSource: Int { 24 }
    /// Root in the program section, or `none`.
    @inlinable package static var claimsRoot: Int { 25 }
    /// 1: the connection closes at exp + clockSkew.
    @inlinable package static var closesAtExpiry: Int { 26 }
    @inlinable package static var closesSource: Int { 27 }
    /// Limit indices that failed verifications take from.
    @inlinable package static var attemptsList: Int { 28 }
    @inlinable package static var attemptsCount: Int { 29 }
    /// Root of a program that wants an object of depth 32 at most without duplicate members and nothing else.
    ///
    /// It is what the token's header and claims must be before anything in them is read.
    @inlinable package static var structureRoot: Int { 30 }
    /// Paths of the files that list who is refused: pairs of offset and length.
    @inlinable package static var revokedList: Int { 31 }
    @inlinable package static var revokedCount: Int { 32 }
    @inlinable package static var revokedSource: Int { 33 }
    /// Reference tokens of the pointer to the token in the first message: pairs of offset and length.
    ///
    /// Count `none` where no message brings it.
    @inlinable package static var messageList: Int { 34 }
    @inlinable package static var messageCount: Int { 35 }
    @inlinable package static var messageSource: Int { 36 }
    /// Reference tokens of the pointer to the token in a renewing message: pairs of offset and length; empty without one.
    @inlinable package static var renewList: Int { 37 }
    @inlinable package static var renewCount: Int { 38 }
    @inlinable package static var renewSource: Int { 39 }
    /// The address that is asked about opaque tokens; offset `none` where nobody is.
    ///
    /// With keys, only tokens without two dots are asked about; without, all are.
    @inlinable package static var introspectionOffset: Int { 40 }
    @inlinable package static var introspectionLength: Int { 41 }
    @inlinable package static var introspectionSource: Int { 42 }
    /// Nanoseconds that an answer holds, 64 bits; 0: it is never kept.
    @inlinable package static var introspectionCacheLow: Int { 43 }
    @inlinable package static var introspectionCacheHigh: Int { 44 }
    /// 1: the list of who is refused that all instances share, in a store, holds as well.
    @inlinable package static var revokedShared: Int { 45 }
    @inlinable package static var revokedSharedSource: Int { 46 }
    @inlinable package static var wordCount: Int { 47 }
}

/// One place where a token may stand.
@usableFromInline package enum TokenSourceRecord {
    /// 0 query parameter, 1 header field (lower case), 2 cookie, 3 subprotocol prefix.
    @inlinable package static var kind: Int { 0 }
    @inlinable package static var nameOffset: Int { 1 }
    @inlinable package static var nameLength: Int { 2 }
    @inlinable package static var source: Int { 3 }
    @inlinable package static var wordCount: Int { 4 }
}

/// One key by its name.
@usableFromInline package enum TokenKeyRecord {
    /// 0 environment variable, 1 file, 2 file of a key set, 3 https address of one.
    @inlinable package static var kind: Int { 0 }
    @inlinable package static var nameOffset: Int { 1 }
    @inlinable package static var nameLength: Int { 2 }
    /// 0 raw, 1 base64url, 2 base64, 3 hex.
    @inlinable package static var encoding: Int { 3 }
    @inlinable package static var source: Int { 4 }
    @inlinable package static var wordCount: Int { 5 }
}
