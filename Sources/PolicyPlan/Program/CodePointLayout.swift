/// The table of code points that host names need (RFC 5892, RFC 5893): what each is worth in a label.
///
/// | record | bytes |
/// |---|---|
/// | table | u32 count, 0, then for each range u32 first code point, u32 properties |
///
/// A range reaches to the next one; the first begins at 0, and each begins above the one before.
@usableFromInline package enum CodePointLayout {
    @inlinable package static var ranges: Int { 8 }
    @inlinable package static var rangeSize: Int { 8 }

    /// Whether a label may have it.
    package enum Status: UInt32, Sendable {
        case disallowed = 0
        case valid = 1
        /// Only beside certain others: the joiners.
        case contextual = 2
        /// Only beside certain others: the rest of RFC 5892, appendix A.
        case contextualOther = 3
    }

    /// Bidi_Class, as far as RFC 5893 tells them apart.
    package enum Direction: UInt32, Sendable {
        case left = 0
        case right = 1
        case arabicLetter = 2
        case arabicNumber = 3
        case europeanNumber = 4
        case europeanSeparator = 5
        case commonSeparator = 6
        case europeanTerminator = 7
        case otherNeutral = 8
        case boundaryNeutral = 9
        case nonspacingMark = 10
        /// None of these: no label that must obey the rule may have it.
        case other = 11
    }

    /// Joining_Type, as far as the rule for the zero-width non-joiner tells them apart.
    package enum Joining: UInt32, Sendable {
        case none = 0
        case transparent = 1
        case left = 2
        case right = 3
        case dual = 4
    }

    /// Scripts that rules name.
    package enum Script: UInt32, Sendable {
        case other = 0
        case greek = 1
        case hebrew = 2
        /// Hiragana, Katakana or Han.
        case japanese = 3
    }

    @inlinable package static var statusMask: UInt32 { 3 }
    @inlinable package static var directionShift: UInt32 { 2 }
    @inlinable package static var directionMask: UInt32 { 15 }
    @inlinable package static var joiningShift: UInt32 { 6 }
    @inlinable package static var joiningMask: UInt32 { 7 }
    @inlinable package static var scriptShift: UInt32 { 9 }
    @inlinable package static var scriptMask: UInt32 { 3 }
    /// Canonical_Combining_Class is Virama.
    @inlinable package static var virama: UInt32 { 1 << 11 }
    /// General_Category is a mark.
    @inlinable package static var mark: UInt32 { 1 << 12 }
}
