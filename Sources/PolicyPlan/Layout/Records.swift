// The records of the words section. Each is a run of 4-byte words at a word index; fields are named by their distance from
// it. A list is a word index and a count. Text is an offset into the bytes section and a length. A 64-bit number is two
// words, low first. `none` stands where there is nothing. A source is an index into the sources section, or `none`.

/// What stands in a word where there is nothing.
package let none: UInt32 = 0xFFFF_FFFF

/// The policy as a whole; the header holds its word index.
package enum PolicyRecord {
    package static let nameOffset = 0, nameLength = 1
    /// `Target` by its place: 0 gateway, 1 nio, 2 asgi, 3 library.
    package static let target = 2
    /// 0 peer, 1 forwardedFor, 2 forwarded.
    package static let addressSource = 3
    /// List of address tables (word indices of `AddressTable`); a hop is trusted when every one holds it, and never when
    /// the list is empty.
    package static let trustedList = 4, trustedCount = 5
    /// Bound on request line and fields, 64 bits; all ones: unlimited.
    package static let handshakeBytesLow = 6, handshakeBytesHigh = 7, handshakeBytesSource = 8
    /// Records of `RouteRecord.wordCount` words each, one after the other.
    package static let routeList = 9, routeCount = 10
    /// The record that a path without a route meets; its steps end in a `path` step when the policy has routes.
    package static let unrouted = 11
    /// Root `PathNode`; `none`: every path is route 0.
    package static let pathRoot = 12
    /// Records of `LimitRecord.wordCount` words each.
    package static let limitList = 13, limitCount = 14
    /// The first line of the policy: where defaults point.
    package static let defaultSource = 15
    package static let wordCount = 16
}

/// One route's pipeline.
package enum RouteRecord {
    /// The pattern as written; length 0 where every path is admitted.
    package static let patternOffset = 0, patternLength = 1
    package static let source = 2
    /// `StepRecord`s, in the order of a decision.
    package static let stepList = 3, stepCount = 4
    /// `AnswerRecord`s by the violation's raw value; entry 0 is unused.
    package static let answers = 5
    /// Quadruples: name offset, length, value offset, length.
    package static let headerList = 6, headerCount = 7
    /// Bounds in bytes, 64 bits; all ones: unlimited.
    package static let frameBytesLow = 8, frameBytesHigh = 9, frameBytesSource = 10
    package static let messageBytesLow = 11, messageBytesHigh = 12, messageBytesSource = 13
    /// Frames in one message, 64 bits.
    package static let fragmentsLow = 14, fragmentsHigh = 15, fragmentsSource = 16
    /// Nanoseconds, 64 bits; all ones: unlimited.
    package static let idleTimeoutLow = 17, idleTimeoutHigh = 18, idleTimeoutSource = 19
    package static let lifetimeLow = 20, lifetimeHigh = 21, lifetimeSource = 22
    /// Lists of limit indices.
    package static let controlList = 23, controlCount = 24
    package static let messageRateList = 25, messageRateCount = 26
    package static let byteRateList = 27, byteRateCount = 28
    /// 0 close, 1 drop.
    package static let onExceeded = 29
    /// `MessageRecord`s or `none`.
    package static let enforcedMessages = 30, observedMessages = 31
    /// Subprotocols that every enforcing level allows, in order of preference: pairs of offset and length.
    ///
    /// Count `none` where no level lists any, so that none is selected.
    package static let selectableList = 32, selectableCount = 33
    package static let wordCount = 34
}

/// One step of a handshake's pipeline.
package enum StepRecord {
    /// `StepKind`.
    package static let kind = 0
    /// 0 enforce, 1 observe.
    package static let mode = 1
    /// A word index or a limit's index, by kind.
    package static let operand = 2
    package static let source = 3
    package static let wordCount = 4
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
package enum ClientsRecord {
    /// `AddressTable`s or `none`.
    package static let allow = 0, deny = 1
    /// Where a client that no entry of `allow` holds is refused.
    package static let allowSource = 2
    package static let wordCount = 3
}

/// A set of addresses as disjoint intervals.
///
/// IPv4: `v4Count` pairs (first address, source or `none`), ascending, the first pair at 0.0.0.0; an interval ends before
/// the next begins. IPv6: `v6Count` runs of five words (four of the first address, most significant first, then the
/// source or `none`), ascending, the first at `::`. `none` as the source: the interval is not in the set.
package enum AddressTable {
    package static let v4List = 0, v4Count = 1
    package static let v6List = 2, v6Count = 3
    package static let wordCount = 4
}

/// One level's accepted Host names.
package enum HostsRecord {
    /// `TextTable` of lower-case names; the value is a port list: word index of (count, then that many pairs of port and
    /// source); port `none` is any port.
    package static let table = 0
    package static let wordCount = 1
}

/// One level's origins.
package enum OriginsRecord {
    /// Bits: 0 every site, 1 same origin, 2 `null` is listed, 3 `file:` is listed, 4 the table holds wildcards.
    package static let flags = 0
    /// 0 deny, 1 allowWithoutCookies, 2 allow.
    package static let absent = 1
    package static let absentSource = 2
    /// Slots of `OriginSlot.wordCount` words; their number is a power of two, at least twice the entries.
    package static let slotList = 3, slotCount = 4
    package static let wordCount = 5

    package static let everySite: UInt32 = 1, sameOrigin: UInt32 = 2, null: UInt32 = 4, file: UInt32 = 8
    package static let wildcards: UInt32 = 16
}

/// One entry of an origin table, found by linear probing from `OriginHash`.
///
/// The hash covers scheme, host and the port's code; a wildcard is found by the hash of its suffix.
package enum OriginSlot {
    /// Low 32 bits of the hash.
    package static let hash = 0
    /// Lower case, without `://`.
    package static let schemeOffset = 1, schemeLength = 2
    /// Lower-case host, IPv6 in brackets; of a wildcard the suffix after its dot; empty for `scheme://*`.
    package static let hostOffset = 3, hostLength = 4
    /// 0–65535; `portNone` where the scheme has no default and none is given; `portAny`.
    package static let port = 5
    /// `Kind`; 0 in an empty slot.
    package static let kind = 6
    package static let source = 7
    package static let wordCount = 8

    package static let portNone: UInt32 = 0x1_0000, portAny: UInt32 = 0x1_0001

    package enum Kind {
        package static let empty: UInt32 = 0, exact: UInt32 = 1, oneLabel: UInt32 = 2, labels: UInt32 = 3,
            every: UInt32 = 4
    }
}

/// A hash table of texts: linear probing from `TextHash`, a power of two of slots, at least twice the entries.
package enum TextTable {
    package static let slotList = 0, slotCount = 1
    package static let wordCount = 2

    /// A slot: low 32 bits of the hash, offset, length (`none` in an empty slot), value.
    package static let slotWordCount = 4
}

/// One level's subprotocols.
package enum SubprotocolsRecord {
    /// `TextTable`, case-sensitive; the value is the place in the order of preference.
    package static let table = 0
    /// 0 allow, 1 deny.
    package static let absent = 1
    package static let absentSource = 2
    package static let wordCount = 3
}

/// The token check of one mode.
package enum TokenRecord {
    /// `TokenSourceRecord`s.
    package static let sourceList = 0, sourceCount = 1
    /// 0 deny, 1 allow.
    package static let absent = 2, absentSource = 3
    /// Bit n: the algorithm with raw place n of the language's list (HS256 = bit 0, HS384 = 1, …, EdDSA = 12).
    package static let algorithms = 4, algorithmsSource = 5
    /// `TokenKeyRecord`s.
    package static let keyList = 6, keyCount = 7, keysSource = 8
    /// Offset `none`: no issuer is required.
    package static let issuerOffset = 9, issuerLength = 10, issuerSource = 11
    /// Pairs of offset and length; count `none`: a token with an `aud` is refused.
    package static let audienceList = 12, audienceCount = 13, audienceSource = 14
    /// 1: `exp` is required.
    package static let expiryRequired = 15, expirySource = 16
    /// Nanoseconds, 64 bits.
    package static let clockSkewLow = 17, clockSkewHigh = 18
    /// Nanoseconds, 64 bits; all ones: unlimited.
    package static let lifetimeLow = 19, lifetimeHigh = 20, lifetimeSource = 21
    /// Reference tokens of the pointer: pairs of offset and length.
    package static let subjectList = 22, subjectCount = 23, subjectSource = 24
    /// Root in the program section, or `none`.
    package static let claimsRoot = 25
    /// 1: the connection closes at exp + clockSkew.
    package static let closesAtExpiry = 26, closesSource = 27
    /// Limit indices that failed verifications take from.
    package static let attemptsList = 28, attemptsCount = 29
    /// Root of a program that wants an object of depth 32 at most without duplicate members and nothing else: what the
    /// token's header and claims must be before anything in them is read. Never `none`.
    package static let structureRoot = 30
    package static let wordCount = 31
}

/// One place where a token may stand.
package enum TokenSourceRecord {
    /// 0 query parameter, 1 header field (lower case), 2 cookie, 3 subprotocol prefix.
    package static let kind = 0
    package static let nameOffset = 1, nameLength = 2
    package static let source = 3
    package static let wordCount = 4
}

/// One key by its name.
package enum TokenKeyRecord {
    /// 0 environment variable, 1 file.
    package static let kind = 0
    package static let nameOffset = 1, nameLength = 2
    /// 0 raw, 1 base64url, 2 base64, 3 hex.
    package static let encoding = 3
    package static let source = 4
    package static let wordCount = 5
}

/// One counter.
package enum LimitRecord {
    /// 0 enforce, 1 observe.
    package static let mode = 0
    /// 0 connection, 1 clientAddress, 2 subject, 3 route, 4 server, 5 claim.
    package static let per = 1
    /// Prefix lengths for clientAddress.
    package static let v4Bits = 2, v6Bits = 3
    /// Reference tokens of a claim's pointer: pairs of offset and length.
    package static let claimList = 4, claimCount = 5
    /// 0 rate (GCRA), 1 atMost, 2 concurrent.
    package static let quantity = 6
    /// 64 bits, at least 1.
    package static let countLow = 7, countHigh = 8
    /// Nanoseconds, 64 bits, at least 1; unused for concurrent.
    package static let periodLow = 9, periodHigh = 10
    /// 64 bits, at least 1; for rate.
    package static let burstLow = 11, burstHigh = 12
    /// Keys; unused per connection.
    package static let tableSize = 13
    package static let source = 14
    package static let wordCount = 15
}

/// The message check of one mode.
package enum MessageRecord {
    /// 0 json, 1 text, 2 binary, 3 any.
    package static let format = 0, formatSource = 1
    /// Root in the program section; `none` unless the format is json.
    package static let contentRoot = 2
    /// `MessageTypeRecord`s by the content verdict's type index; count 0 where messages have no types.
    package static let typeList = 3, typeCount = 4
    /// Where each content violation points when no keyword is nearer.
    package static let section = 5, depthSource = 6, duplicateKeysSource = 7, interoperableSource = 8, typesSource = 9
    package static let wordCount = 10
}

/// One message type's name and cost.
package enum MessageTypeRecord {
    package static let nameOffset = 0, nameLength = 1
    /// What one message counts for in every message rate; at least 1.
    package static let cost = 2
    /// Limit indices of the type's own rates.
    package static let rateList = 3, rateCount = 4
    package static let source = 5
    package static let wordCount = 6
}

/// How one violation is told.
package enum AnswerRecord {
    /// 0 http, 1 close.
    package static let delivery = 0
    package static let status = 1
    package static let closeCode = 2
    package static let reasonOffset = 3, reasonLength = 4
    package static let wordCount = 5
}

/// One node of the path trie; the root stands before the first segment.
package enum PathNode {
    /// `TextTable` of literal segments (percent-decoded) to child nodes' word indices, or `none`.
    package static let literals = 0
    /// Child for any one segment, or `none`.
    package static let parameter = 1
    /// Route of a path that ends here, or `none`.
    package static let route = 2
    /// Route of a path that goes on with one or more segments that nothing more specific matches, or `none`.
    package static let rest = 3
    package static let wordCount = 4
}
