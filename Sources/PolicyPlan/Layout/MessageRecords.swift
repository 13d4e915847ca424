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
    @inlinable package static var batchSource: Int { 10 }
    /// The place among the types of the first message's; `none` where messages have no order.
    @inlinable package static var firstType: Int { 11 }
    @inlinable package static var firstSource: Int { 12 }
    @inlinable package static var wordCount: Int { 13 }
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
