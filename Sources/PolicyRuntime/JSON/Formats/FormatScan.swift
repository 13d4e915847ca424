import PolicyPlan

/// Decides formats over the bytes of a string's value, in linear time and without memory.
enum FormatScan {
    /// Whether a value, unescaped and well-formed UTF-8, has a format.
    ///
    /// Without the table of code points host names are refused.
    static func accepts(_ format: ContentFormat, _ text: FormatText, _ codePoints: CodePointTable?) -> Bool {
        switch format {
        case .dateTime: DateFormat.isDateTime(text)
        case .date: DateFormat.isDate(text)
        case .time: DateFormat.isTime(text)
        case .duration: DurationFormat.accepts(text)
        case .email: MailFormat.accepts(text, codePoints, isInternational: false)
        case .internationalEmail: MailFormat.accepts(text, codePoints, isInternational: true)
        case .hostname: HostFormat.accepts(text, codePoints, isInternational: false)
        case .internationalHostname: HostFormat.accepts(text, codePoints, isInternational: true)
        case .ipv4: AddressFormat.isV4(text)
        case .ipv6: AddressFormat.isV6(text)
        case .uri: URIFormat.accepts(text, isReference: false, isInternational: false)
        case .uriReference: URIFormat.accepts(text, isReference: true, isInternational: false)
        case .iri: URIFormat.accepts(text, isReference: false, isInternational: true)
        case .iriReference: URIFormat.accepts(text, isReference: true, isInternational: true)
        case .uriTemplate: TemplateFormat.accepts(text)
        case .uuid: AddressFormat.isUUID(text)
        case .jsonPointer: PointerFormat.accepts(text)
        case .relativeJSONPointer: PointerFormat.acceptsRelative(text)
        case .regex: RegexFormat.accepts(text)
        case .plainHostname: HostFormat.acceptsPlain(text)
        case .base64: ContentText.isBase64(text)
        case .jsonText: ContentText.isJSON(text)
        case .jsonTextInBase64: ContentText.isJSONInBase64(text)
        }
    }
}

/// A part of a string's value.
struct FormatText {
    let start: BytePointer
    let count: Int

    /// A byte of the part; 0 beyond it.
    @inline(__always)
    subscript(_ index: Int) -> UInt8 {
        index < count ? start.byte(at: index) : 0
    }

    /// The part between two places.
    subscript(_ range: Range<Int>) -> FormatText {
        FormatText(start: start + range.lowerBound, count: range.count)
    }

    func firstIndex(of byte: UInt8, from first: Int = 0) -> Int? {
        var index = first
        while index < count {
            if start.byte(at: index) == byte { return index }
            index += 1
        }
        return nil
    }

    func allSatisfy(_ test: (UInt8) -> Bool) -> Bool {
        for index in 0..<count where !test(start.byte(at: index)) { return false }
        return true
    }

    /// The code point that begins at `index`, and how many bytes it has; the text is well-formed.
    func scalar(at index: Int) -> (value: UInt32, length: Int) {
        let first = UInt32(self[index])
        func tail(_ offset: Int) -> UInt32 { UInt32(self[index + offset] & 0x3F) }
        if first < 0x80 { return (first, 1) }
        if first < 0xE0 { return ((first & 0x1F) << 6 | tail(1), 2) }
        if first < 0xF0 { return ((first & 0x0F) << 12 | tail(1) << 6 | tail(2), 3) }
        return ((first & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4)
    }
}

/// Classes of ASCII.
enum FormatByte {
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }

    static func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 6 }
}
