import Synchronization

/// The sets behind `\p{…}`, as ECMA-262 names them.
enum UnicodeProperty {
    /// What is asked for comes again: a set costs a look at every code point.
    private static let known = Mutex<[String: ScalarSet]>([:])

    /// The set of a property, or of a value behind `=`; nil where the name is unknown.
    static func set(_ name: String) -> ScalarSet? {
        if let set = known.withLock({ $0[name] }) { return set }
        guard let set = make(name) else { return nil }
        known.withLock { $0[name] = set }
        return set
    }

    private static func make(_ name: String) -> ScalarSet? {
        let parts = name.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { return parts.count == 1 ? category(name) ?? binary(name) : nil }
        switch parts[0] {
        case "General_Category", "gc": return category(parts[1])
        case "Script", "sc": return script(parts[1], "Script")
        case "Script_Extensions", "scx": return script(parts[1], "Script_Extensions")
        default: return nil
        }
    }

    // MARK: General_Category

    private typealias Category = Unicode.GeneralCategory

    private static func category(_ name: String) -> ScalarSet? {
        guard let categories = categories[name] else { return nil }
        return ScalarSet { categories.contains($0.properties.generalCategory) }.union(
            // Surrogates are no scalars; they occur in no text.
            categories.contains(.surrogate) ? ScalarSet([0xD800...0xDFFF]) : ScalarSet()
        )
    }

    private static let categories: [String: Set<Category>] = {
        let single: [(String, String, Category)] = [
            ("Lu", "Uppercase_Letter", .uppercaseLetter), ("Ll", "Lowercase_Letter", .lowercaseLetter),
            ("Lt", "Titlecase_Letter", .titlecaseLetter), ("Lm", "Modifier_Letter", .modifierLetter),
            ("Lo", "Other_Letter", .otherLetter), ("Mn", "Nonspacing_Mark", .nonspacingMark),
            ("Mc", "Spacing_Mark", .spacingMark), ("Me", "Enclosing_Mark", .enclosingMark),
            ("Nd", "Decimal_Number", .decimalNumber), ("Nl", "Letter_Number", .letterNumber),
            ("No", "Other_Number", .otherNumber), ("Pc", "Connector_Punctuation", .connectorPunctuation),
            ("Pd", "Dash_Punctuation", .dashPunctuation), ("Ps", "Open_Punctuation", .openPunctuation),
            ("Pe", "Close_Punctuation", .closePunctuation), ("Pi", "Initial_Punctuation", .initialPunctuation),
            ("Pf", "Final_Punctuation", .finalPunctuation), ("Po", "Other_Punctuation", .otherPunctuation),
            ("Sm", "Math_Symbol", .mathSymbol), ("Sc", "Currency_Symbol", .currencySymbol),
            ("Sk", "Modifier_Symbol", .modifierSymbol), ("So", "Other_Symbol", .otherSymbol),
            ("Zs", "Space_Separator", .spaceSeparator), ("Zl", "Line_Separator", .lineSeparator),
            ("Zp", "Paragraph_Separator", .paragraphSeparator), ("Cc", "Control", .control), ("Cf", "Format", .format),
            ("Cs", "Surrogate", .surrogate), ("Co", "Private_Use", .privateUse), ("Cn", "Unassigned", .unassigned),
        ]
        let groups: [(String, [String])] = [
            ("L", ["Letter"]), ("M", ["Mark", "Combining_Mark"]), ("N", ["Number"]), ("P", ["Punctuation", "punct"]),
            ("S", ["Symbol"]), ("Z", ["Separator"]), ("C", ["Other"]),
        ]
        var found: [String: Set<Category>] = [:]
        for (short, long, category) in single {
            found[short] = [category]
            found[long] = [category]
        }
        found["cntrl"] = [.control]
        found["digit"] = [.decimalNumber]
        for (letter, names) in groups {
            let members = Set(single.filter { $0.0.hasPrefix(letter) }.map(\.2))
            for name in [letter] + names { found[name] = members }
        }
        for name in ["LC", "Cased_Letter"] { found[name] = [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter] }
        return found
    }()

    // MARK: Script

    /// The standard library knows scripts by its own patterns alone: each code point is asked, once a script.
    private static func script(_ value: String, _ property: String) -> ScalarSet? {
        let isName = value.utf8.allSatisfy { byte in
            (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
        }
        guard isName, !value.isEmpty, let regex = try? Regex("\\p{\(property)=\(value)}") else { return nil }
        let scalarRegex = regex.matchingSemantics(.unicodeScalar)
        let set = ScalarSet { scalar in
            let category = scalar.properties.generalCategory
            guard category != .unassigned, category != .privateUse else { return false }
            return (try? scalarRegex.wholeMatch(in: String(scalar))) ?? nil != nil
        }
        return set.ranges.isEmpty ? nil : set
    }

    // MARK: Binary properties

    private static func binary(_ name: String) -> ScalarSet? {
        switch name {
        case "Any": return ScalarSet([0...0x10FFFF])
        case "ASCII": return ScalarSet([0...0x7F])
        case "Assigned": return ScalarSet { $0.properties.generalCategory != .unassigned }
        case "ASCII_Hex_Digit", "AHex": return ScalarSet([0x30...0x39, 0x41...0x46, 0x61...0x66])
        default: return tests[name].map { test in ScalarSet { test($0.properties) } }
        }
    }

    private static let tests: [String: @Sendable (Unicode.Scalar.Properties) -> Bool] = [
        "Alphabetic": { $0.isAlphabetic }, "Alpha": { $0.isAlphabetic },
        "Bidi_Control": { $0.isBidiControl }, "Bidi_Mirrored": { $0.isBidiMirrored },
        "Case_Ignorable": { $0.isCaseIgnorable }, "Cased": { $0.isCased },
        "Changes_When_Casefolded": { $0.changesWhenCaseFolded },
        "Changes_When_Casemapped": { $0.changesWhenCaseMapped },
        "Changes_When_Lowercased": { $0.changesWhenLowercased },
        "Changes_When_Titlecased": { $0.changesWhenTitlecased },
        "Changes_When_Uppercased": { $0.changesWhenUppercased },
        "Dash": { $0.isDash }, "Default_Ignorable_Code_Point": { $0.isDefaultIgnorableCodePoint },
        "DI": { $0.isDefaultIgnorableCodePoint }, "Deprecated": { $0.isDeprecated },
        "Diacritic": { $0.isDiacritic }, "Emoji": { $0.isEmoji }, "Emoji_Modifier": { $0.isEmojiModifier },
        "Emoji_Modifier_Base": { $0.isEmojiModifierBase }, "Emoji_Presentation": { $0.isEmojiPresentation },
        "Extender": { $0.isExtender }, "Grapheme_Base": { $0.isGraphemeBase },
        "Grapheme_Extend": { $0.isGraphemeExtend }, "Hex_Digit": { $0.isHexDigit },
        "IDS_Binary_Operator": { $0.isIDSBinaryOperator }, "IDS_Trinary_Operator": { $0.isIDSTrinaryOperator },
        "ID_Continue": { $0.isIDContinue }, "IDC": { $0.isIDContinue }, "ID_Start": { $0.isIDStart },
        "IDS": { $0.isIDStart }, "Ideographic": { $0.isIdeographic }, "Join_Control": { $0.isJoinControl },
        "Logical_Order_Exception": { $0.isLogicalOrderException }, "Lowercase": { $0.isLowercase },
        "Lower": { $0.isLowercase }, "Math": { $0.isMath },
        "Noncharacter_Code_Point": { $0.isNoncharacterCodePoint }, "Pattern_Syntax": { $0.isPatternSyntax },
        "Pattern_White_Space": { $0.isPatternWhitespace }, "Quotation_Mark": { $0.isQuotationMark },
        "Radical": { $0.isRadical }, "Sentence_Terminal": { $0.isSentenceTerminal },
        "Soft_Dotted": { $0.isSoftDotted }, "Terminal_Punctuation": { $0.isTerminalPunctuation },
        "Unified_Ideograph": { $0.isUnifiedIdeograph }, "Uppercase": { $0.isUppercase },
        "Upper": { $0.isUppercase }, "Variation_Selector": { $0.isVariationSelector },
        "White_Space": { $0.isWhitespace }, "space": { $0.isWhitespace }, "XID_Continue": { $0.isXIDContinue },
        "XID_Start": { $0.isXIDStart },
    ]
}
