import CLibUnistring

/// What every code point is worth in a host name: the derived property of RFC 5892 and what its rules ask for.
///
/// The standard library knows the categories, libunistring (which libidn2 is built on) directions and joining types.
package struct CodePointProperties: Sendable, Hashable {
    /// The derived property.
    package enum Status: UInt32, Sendable {
        case disallowed, valid, contextual, contextualOther
    }

    /// Bidi_Class, as far as RFC 5893 names it.
    package enum Direction: UInt32, Sendable {
        case left, right, arabicLetter, arabicNumber, europeanNumber, europeanSeparator, commonSeparator
        case europeanTerminator, otherNeutral, boundaryNeutral, nonspacingMark, other
    }

    package enum Joining: UInt32, Sendable {
        case none, transparent, left, right, dual
    }

    package enum Script: UInt32, Sendable {
        case other, greek, hebrew, japanese
    }

    package var status = Status.disallowed
    package var direction = Direction.other
    package var joining = Joining.none
    package var script = Script.other
    package var isVirama = false
    package var isMark = false

    /// Ranges of code points with equal properties, the first one at 0; each reaches to the next.
    package static let ranges: [(first: UInt32, properties: CodePointProperties)] = {
        var found: [(first: UInt32, properties: CodePointProperties)] = []
        for value in 0...(0x10FFFF as UInt32) {
            let properties = Unicode.Scalar(value).map(CodePointProperties.init) ?? CodePointProperties()
            if found.last?.properties != properties { found.append((value, properties)) }
        }
        return found
    }()

    private init() {}

    init(_ scalar: Unicode.Scalar) {
        let category = scalar.properties.generalCategory
        // Most code points are not assigned, and nothing more is to be known of them.
        guard category != .unassigned, category != .privateUse else { return }
        status = Self.status(scalar, category)
        isMark = [.nonspacingMark, .spacingMark, .enclosingMark].contains(category)
        // What is disallowed never gets as far as the rules.
        guard status != .disallowed else { return }
        isVirama = scalar.properties.canonicalCombiningClass.rawValue == 9
        direction = Self.direction(scalar)
        joining = Self.joining(scalar)
        script = Self.script(scalar)
    }

    // MARK: RFC 5892 §3

    private static func status(_ scalar: Unicode.Scalar, _ category: Unicode.GeneralCategory) -> Status {
        let value = scalar.value
        if let exception = exceptions[value] { return exception }
        // Lower-case letters, digits and the hyphen of ASCII.
        if (0x61...0x7A).contains(value) || (0x30...0x39).contains(value) || value == 0x2D { return .valid }
        let properties = scalar.properties
        if properties.isJoinControl { return .contextual }
        if properties.changesWhenNFKCCaseFolded || properties.isDefaultIgnorableCodePoint || properties.isWhitespace
            || properties.isNoncharacterCodePoint
        {
            return .disallowed
        }
        switch value {
        // Blocks of marks for symbols and music, and letters of old Hangul, which make other letters.
        case 0x20D0...0x20FF, 0x1D100...0x1D1FF, 0x1D200...0x1D24F, 0x1100...0x11FF, 0xA960...0xA97F, 0xD7B0...0xD7FF:
            return .disallowed
        default: break
        }
        switch category {
        case .lowercaseLetter, .uppercaseLetter, .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark,
            .decimalNumber:
            return .valid
        default: return .disallowed
        }
    }

    /// RFC 5892 §2.6.
    private static let exceptions: [UInt32: Status] = {
        var found: [UInt32: Status] = [:]
        for value in [0xDF, 0x3C2, 0x6FD, 0x6FE, 0xF0B, 0x3007] as [UInt32] { found[value] = .valid }
        for value in [0xB7, 0x375, 0x5F3, 0x5F4, 0x30FB] as [UInt32] { found[value] = .contextualOther }
        for value in Array(0x660...0x669) + Array(0x6F0...0x6F9) as [UInt32] { found[value] = .contextualOther }
        for value in [0x640, 0x7FA, 0x302E, 0x302F, 0x3031, 0x3032, 0x3033, 0x3034, 0x3035, 0x303B] as [UInt32] {
            found[value] = .disallowed
        }
        return found
    }()

    // MARK: What the rules ask for

    private static func direction(_ scalar: Unicode.Scalar) -> Direction {
        // Pure functions on a number.
        switch uc_bidi_class(scalar.value) {
        case Int32(UC_BIDI_L): .left
        case Int32(UC_BIDI_R): .right
        case Int32(UC_BIDI_AL): .arabicLetter
        case Int32(UC_BIDI_AN): .arabicNumber
        case Int32(UC_BIDI_EN): .europeanNumber
        case Int32(UC_BIDI_ES): .europeanSeparator
        case Int32(UC_BIDI_CS): .commonSeparator
        case Int32(UC_BIDI_ET): .europeanTerminator
        case Int32(UC_BIDI_ON): .otherNeutral
        case Int32(UC_BIDI_BN): .boundaryNeutral
        case Int32(UC_BIDI_NSM): .nonspacingMark
        default: .other
        }
    }

    private static func joining(_ scalar: Unicode.Scalar) -> Joining {
        switch uc_joining_type(scalar.value) {
        case Int32(UC_JOINING_TYPE_T): .transparent
        case Int32(UC_JOINING_TYPE_L): .left
        case Int32(UC_JOINING_TYPE_R): .right
        case Int32(UC_JOINING_TYPE_D): .dual
        default: .none
        }
    }

    private static func script(_ scalar: Unicode.Scalar) -> Script {
        // The name is a constant of the library, or there is none.
        guard let script = unsafe uc_script(scalar.value) else { return .other }
        switch unsafe String(cString: script.pointee.name) {
        case "Greek": return .greek
        case "Hebrew": return .hebrew
        case "Hiragana", "Katakana", "Han": return .japanese
        default: return .other
        }
    }
}
