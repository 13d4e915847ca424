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
    /// Nanoseconds until the head of a request must have come, 64 bits; all ones: unlimited.
    @inlinable package static var handshakeTimeLow: Int { 16 }
    @inlinable package static var handshakeTimeHigh: Int { 17 }
    @inlinable package static var handshakeTimeSource: Int { 18 }
    @inlinable package static var wordCount: Int { 19 }
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
    /// `MessageRecord`s or `none`, for what the server sends.
    @inlinable package static var enforcedServerMessages: Int { 34 }
    @inlinable package static var observedServerMessages: Int { 35 }
    /// Bound on the message that brings the token, 64 bits; all ones: unlimited.
    @inlinable package static var beforeBytesLow: Int { 36 }
    @inlinable package static var beforeBytesHigh: Int { 37 }
    @inlinable package static var beforeBytesSource: Int { 38 }
    /// Nanoseconds until it must have come, 64 bits; all ones: unlimited.
    @inlinable package static var beforeWithinLow: Int { 39 }
    @inlinable package static var beforeWithinHigh: Int { 40 }
    @inlinable package static var beforeWithinSource: Int { 41 }
    /// The place of the type whose messages renew the token, or `none`.
    @inlinable package static var renewingType: Int { 42 }
    /// Nanoseconds that the peer may take to answer a close, 64 bits.
    @inlinable package static var closeWaitLow: Int { 43 }
    @inlinable package static var closeWaitHigh: Int { 44 }
    /// Bound on what waits for a client that does not read, 64 bits; all ones: unlimited.
    @inlinable package static var outboundBytesLow: Int { 45 }
    @inlinable package static var outboundBytesHigh: Int { 46 }
    @inlinable package static var outboundBytesSource: Int { 47 }
    /// While shared counters cannot be asked: 0 deny, 1 allow.
    @inlinable package static var onStoreFailure: Int { 48 }
    @inlinable package static var wordCount: Int { 49 }

    /// Every field that holds a `MessageRecord`.
    package static let messageFields = [
        enforcedMessages, observedMessages, enforcedServerMessages, observedServerMessages,
    ]
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
