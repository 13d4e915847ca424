// The records of the words section. Each is a run of 4-byte words at a word index; fields are named by their distance from
// it. A list is a word index and a count. Text is an offset into the bytes section and a length. A 64-bit number is two
// words, low first. `none` stands where there is nothing. A source is an index into the sources section, or `none`.

/// What stands in a word where there is nothing.
@inlinable package var none: UInt32 { 0xFFFF_FFFF }

/// The policy as a whole; the header holds its word index.
@usableFromInline package enum PolicyRecord {
    @inlinable package static var nameOffset: Int { 0 }
    @inlinable package static var nameLength: Int { 1 }
    /// `Target` by its place: 0 gateway, 1 nio, 2 asgi, 3 library.
    @inlinable package static var target: Int { 2 }
    /// 0 peer, 1 forwardedFor, 2 forwarded.
    @inlinable package static var addressSource: Int { 3 }
    /// List of address tables (word indices of `AddressTable`); a hop is trusted when every one holds it, and never when
    /// the list is empty.
    @inlinable package static var trustedList: Int { 4 }
    @inlinable package static var trustedCount: Int { 5 }
    /// Bound on request line and fields, 64 bits; all ones: unlimited.
    @inlinable package static var handshakeBytesLow: Int { 6 }
    @inlinable package static var handshakeBytesHigh: Int { 7 }
    @inlinable package static var handshakeBytesSource: Int { 8 }
    /// Records of `RouteRecord.wordCount` words each, one after the other.
    @inlinable package static var routeList: Int { 9 }
    @inlinable package static var routeCount: Int { 10 }
    /// The record that a path without a route meets; its steps end in a `path` step when the policy has routes.
    @inlinable package static var unrouted: Int { 11 }
    /// Root `PathNode`; `none`: every path is route 0.
    @inlinable package static var pathRoot: Int { 12 }
    /// Records of `LimitRecord.wordCount` words each.
    @inlinable package static var limitList: Int { 13 }
    @inlinable package static var limitCount: Int { 14 }
    /// The first line of the policy: where defaults point.
    @inlinable package static var defaultSource: Int { 15 }
    @inlinable package static var wordCount: Int { 16 }
}

/// One route's pipeline.
@usableFromInline package enum RouteRecord {
    /// The pattern as written; length 0 where every path is admitted.
    @inlinable package static var patternOffset: Int { 0 }
    @inlinable package static var patternLength: Int { 1 }
    @inlinable package static var source: Int { 2 }
    /// `StepRecord`s, in the order of a decision.
    @inlinable package static var stepList: Int { 3 }
    @inlinable package static var stepCount: Int { 4 }
    /// `AnswerRecord`s by the violation's raw value; entry 0 is unused.
    @inlinable package static var answers: Int { 5 }
    /// Quadruples: name offset, length, value offset, length.
    @inlinable package static var headerList: Int { 6 }
    @inlinable package static var headerCount: Int { 7 }
    /// Bounds in bytes, 64 bits; all ones: unlimited.
    @inlinable package static var frameBytesLow: Int { 8 }
    @inlinable package static var frameBytesHigh: Int { 9 }
    @inlinable package static var frameBytesSource: Int { 10 }
    @inlinable package static var messageBytesLow: Int { 11 }
    @inlinable package static var messageBytesHigh: Int { 12 }
    @inlinable package static var messageBytesSource: Int { 13 }
    /// Frames in one message, 64 bits.
    @inlinable package static var fragmentsLow: Int { 14 }
    @inlinable package static var fragmentsHigh: Int { 15 }
    @inlinable package static var fragmentsSource: Int { 16 }
    /// Nanoseconds, 64 bits; all ones: unlimited.
    @inlinable package static var idleTimeoutLow: Int { 17 }
    @inlinable package static var idleTimeoutHigh: Int { 18 }
    @inlinable package static var idleTimeoutSource: Int { 19 }
    @inlinable package static var lifetimeLow: Int { 20 }
    @inlinable package static var lifetimeHigh: Int { 21 }
    @inlinable package static var lifetimeSource: Int { 22 }
    /// Lists of limit indices.
    @inlinable package static var controlList: Int { 23 }
    @inlinable package static var controlCount: Int { 24 }
    @inlinable package static var messageRateList: Int { 25 }
    @inlinable package static var messageRateCount: Int { 26 }
    @inlinable package static var byteRateList: Int { 27 }
    @inlinable package static var byteRateCount: Int { 28 }
    /// 0 close, 1 drop.
    @inlinable package static var onExceeded: Int { 29 }
    /// `MessageRecord`s or `none`.
    @inlinable package static var enforcedMessages: Int { 30 }
    @inlinable package static var observedMessages: Int { 31 }
    /// Subprotocols that every enforcing level allows, in order of preference: pairs of offset and length.
    ///
    /// Count `none` where no level lists any, so that none is selected.
    @inlinable package static var selectableList: Int { 32 }
    @inlinable package static var selectableCount: Int { 33 }
    @inlinable package static var wordCount: Int { 34 }
}

/// One step of a handshake's pipeline.
@usableFromInline package enum StepRecord {
    /// `StepKind`.
    @inlinable package static var kind: Int { 0 }
    /// 0 enforce, 1 observe.
    @inlinable package static var mode: Int { 1 }
    /// A word index or a limit's index, by kind.
    @inlinable package static var operand: Int { 2 }
    @inlinable package static var source: Int { 3 }
    @inlinable package static var wordCount: Int { 4 }
}

/// What a step checks.
package enum StepKind: UInt32, CaseIterable, Sendable {
    /// Operand: `ClientsRecord`.
    case clients = 1
    /// No operand.
    case tls = 2
    /// Operand: `HostsRecord`.
    case hosts = 3
    /// Refuses with pathForbidden. No operand.
    case path = 4
    /// Operand: `OriginsRecord`.
    case origins = 5
    /// Operand: index of a limit whose `per` needs no token.
    case limit = 6
    /// Operand: `SubprotocolsRecord`.
    case subprotocols = 7
    /// Operand: `TokenRecord`.
    case token = 8
    /// Operand: index of a limit per subject or claim.
    case identityLimit = 9

    /// The stages of a decision's cost, for `explain`: 0 compares a few words, 1 looks up a table, 2 takes from a
    /// counter, 3 runs cryptography.
    package var costClass: Int {
        switch self {
        case .tls, .path: 0
        case .clients, .hosts, .origins, .subprotocols: 1
        case .limit, .identityLimit: 2
        case .token: 3
        }
    }
}

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

/// One level's accepted Host names.
@usableFromInline package enum HostsRecord {
    /// `TextTable` of lower-case names; the value is a port list: word index of (count, then that many pairs of port and
    /// source); port `none` is any port.
    @inlinable package static var table: Int { 0 }
    @inlinable package static var wordCount: Int { 1 }
}

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

/// A hash table of texts: linear probing from `TextHash`, a power of two of slots, at least twice the entries.
@usableFromInline package enum TextTable {
    @inlinable package static var slotList: Int { 0 }
    @inlinable package static var slotCount: Int { 1 }
    @inlinable package static var wordCount: Int { 2 }

    /// A slot: low 32 bits of the hash, offset, length (`none` in an empty slot), value.
    @inlinable package static var slotWordCount: Int { 4 }
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
    @inlinable package static var wordCount: Int { 31 }
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
    /// 0 environment variable, 1 file.
    @inlinable package static var kind: Int { 0 }
    @inlinable package static var nameOffset: Int { 1 }
    @inlinable package static var nameLength: Int { 2 }
    /// 0 raw, 1 base64url, 2 base64, 3 hex.
    @inlinable package static var encoding: Int { 3 }
    @inlinable package static var source: Int { 4 }
    @inlinable package static var wordCount: Int { 5 }
}

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
    @inlinable package static var wordCount: Int { 15 }
}

/// The message check of one mode.
@usableFromInline package enum MessageRecord {
    /// 0 json, 1 text, 2 binary, 3 any.
    @inlinable package static var format: Int { 0 }
    @inlinable package static var formatSource: Int { 1 }
    /// Root in the program section; `none` unless the format is json.
    @inlinable package static var contentRoot: Int { 2 }
    /// `MessageTypeRecord`s by the content verdict's type index; count 0 where messages have no types.
    @inlinable package static var typeList: Int { 3 }
    @inlinable package static var typeCount: Int { 4 }
    /// Where each content violation points when no keyword is nearer.
    @inlinable package static var section: Int { 5 }
    @inlinable package static var depthSource: Int { 6 }
    @inlinable package static var duplicateKeysSource: Int { 7 }
    @inlinable package static var interoperableSource: Int { 8 }
    @inlinable package static var typesSource: Int { 9 }
    @inlinable package static var wordCount: Int { 10 }
}

/// One message type's name and cost.
@usableFromInline package enum MessageTypeRecord {
    @inlinable package static var nameOffset: Int { 0 }
    @inlinable package static var nameLength: Int { 1 }
    /// What one message counts for in every message rate; at least 1.
    @inlinable package static var cost: Int { 2 }
    /// Limit indices of the type's own rates.
    @inlinable package static var rateList: Int { 3 }
    @inlinable package static var rateCount: Int { 4 }
    @inlinable package static var source: Int { 5 }
    @inlinable package static var wordCount: Int { 6 }
}

/// How one violation is told.
@usableFromInline package enum AnswerRecord {
    /// 0 http, 1 close.
    @inlinable package static var delivery: Int { 0 }
    @inlinable package static var status: Int { 1 }
    @inlinable package static var closeCode: Int { 2 }
    @inlinable package static var reasonOffset: Int { 3 }
    @inlinable package static var reasonLength: Int { 4 }
    @inlinable package static var wordCount: Int { 5 }
}

/// One node of the path trie; the root stands before the first segment.
///
/// The trie is complete: below a literal child stands everything that the parameter or the rest beside it would have
/// allowed too. So one walk decides, without a step back:
///
/// - a segment that `literals` holds goes to that child;
/// - another segment that is not empty goes to `parameter`, where there is one;
/// - anything else ends the walk with `rest`, whatever follows;
/// - at the end of the path, `route` is the answer.
///
/// Segments compare after percent-decoding. `{name...}` takes whatever follows its slash,
/// so that its only segment may be empty; `{name}` takes no empty one. Children stand before their parents.
@usableFromInline package enum PathNode {
    /// `TextTable` of literal segments to child nodes' word indices, or `none`.
    @inlinable package static var literals: Int { 0 }
    /// Child for any one segment that is not empty, or `none`.
    @inlinable package static var parameter: Int { 1 }
    /// Route of a path that ends here, or `none`.
    @inlinable package static var route: Int { 2 }
    /// Route of a path that goes on with a segment that no child takes, or `none`.
    @inlinable package static var rest: Int { 3 }
    @inlinable package static var wordCount: Int { 4 }
}
