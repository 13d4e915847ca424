/// URIs (RFC 3986) and IRIs (RFC 3987), with or without a scheme.
struct URIFormat {
    private let text: FormatText
    private let isInternational: Bool

    static func accepts(_ text: FormatText, isReference: Bool, isInternational: Bool) -> Bool {
        URIFormat(text: text, isInternational: isInternational).accepts(isReference: isReference)
    }

    private func accepts(isReference: Bool) -> Bool {
        let fragment = text.firstIndex(of: 0x23) ?? text.count
        guard fragment == text.count || isPart(fragment + 1..<text.count, .query) else { return false }
        let query = text[0..<fragment].firstIndex(of: 0x3F) ?? fragment
        guard query == fragment || isPart(query + 1..<fragment, .privateQuery) else { return false }
        var place = 0
        if let end = scheme(before: query) {
            place = end
        } else if !isReference {
            return false
        }
        let hasScheme = place > 0
        if text[place] == 0x2F, text[place + 1] == 0x2F, place + 1 < query {
            let slash = text[0..<query].firstIndex(of: 0x2F, from: place + 2) ?? query
            guard isAuthority(place + 2..<slash) else { return false }
            return isPart(slash..<query, .path)
        }
        // The first segment of a relative path has no colon.
        if !hasScheme {
            let slash = text[0..<query].firstIndex(of: 0x2F) ?? query
            if text[0..<slash].firstIndex(of: 0x3A) != nil { return false }
        }
        return isPart(place..<query, .path)
    }

    /// Behind the colon of a scheme; nil where there is none.
    private func scheme(before end: Int) -> Int? {
        guard FormatByte.isLetter(text[0]) else { return nil }
        for index in 0..<end {
            let byte = text[index]
            if byte == 0x3A { return index + 1 }
            guard FormatByte.isAlphanumeric(byte) || byte == 0x2B || byte == 0x2D || byte == 0x2E else { return nil }
        }
        return nil
    }

    // MARK: Authority

    private func isAuthority(_ range: Range<Int>) -> Bool {
        var host = range.lowerBound
        var at = host
        while at < range.upperBound, text[at] != 0x40 { at += 1 }
        if at < range.upperBound {
            guard isPart(host..<at, .userInformation) else { return false }
            host = at + 1
        }
        var end = range.upperBound
        if text[host] == 0x5B, host < end {
            guard let bracket = text[0..<end].firstIndex(of: 0x5D, from: host), isLiteral(host + 1..<bracket) else {
                return false
            }
            guard bracket + 1 < end else { return true }
            return text[bracket + 1] == 0x3A && isPort(bracket + 2..<end)
        }
        if let colon = text[0..<end].firstIndex(of: 0x3A, from: host) {
            guard isPort(colon + 1..<end) else { return false }
            end = colon
        }
        return isPart(host..<end, .host)
    }

    private func isPort(_ range: Range<Int>) -> Bool {
        text[range].allSatisfy(FormatByte.isDigit)
    }

    /// What stands in brackets: an IPv6 address, or a later one.
    private func isLiteral(_ range: Range<Int>) -> Bool {
        let literal = text[range]
        guard literal[0] | 0x20 == 0x76 else { return AddressFormat.isV6(literal) }
        guard let dot = literal.firstIndex(of: 0x2E), dot > 1, dot + 1 < literal.count,
            literal[1..<dot].allSatisfy(FormatByte.isHexadecimal)
        else { return false }
        return literal[dot + 1..<literal.count].allSatisfy {
            Self.isUnreserved($0) || Self.isSubDelimiter($0) || $0 == 0x3A
        }
    }

    // MARK: Characters

    private enum Part {
        case host, userInformation, path, query, privateQuery
    }

    private func isPart(_ range: Range<Int>, _ part: Part) -> Bool {
        var place = range.lowerBound
        while place < range.upperBound {
            let byte = text[place]
            if byte >= 0x80 {
                guard isInternational else { return false }
                let (value, length) = text.scalar(at: place)
                guard Self.isInternational(value, isPrivateAllowed: part == .privateQuery) else { return false }
                place += length
            } else if byte == 0x25 {
                guard place + 2 < range.upperBound, FormatByte.isHexadecimal(text[place + 1]),
                    FormatByte.isHexadecimal(text[place + 2])
                else { return false }
                place += 3
            } else {
                guard Self.isAllowed(byte, in: part) else { return false }
                place += 1
            }
        }
        return true
    }

    private static func isAllowed(_ byte: UInt8, in part: Part) -> Bool {
        if isUnreserved(byte) || isSubDelimiter(byte) { return true }
        switch part {
        case .host: return false
        case .userInformation: return byte == 0x3A
        case .path: return byte == 0x3A || byte == 0x40 || byte == 0x2F
        case .query, .privateQuery: return byte == 0x3A || byte == 0x40 || byte == 0x2F || byte == 0x3F
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        FormatByte.isAlphanumeric(byte) || byte == 0x2D || byte == 0x2E || byte == 0x5F || byte == 0x7E
    }

    private static func isSubDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        // ! $ & ' ( ) * + , ; =
        case 0x21, 0x24, 0x26...0x2C, 0x3B, 0x3D: true
        default: false
        }
    }

    /// `ucschar` and, in a query, `iprivate` of RFC 3987.
    private static func isInternational(_ value: UInt32, isPrivateAllowed: Bool) -> Bool {
        switch value {
        case 0xA0...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFEF: return true
        case 0x10000...0xDFFFD: return value & 0xFFFE != 0xFFFE
        case 0xE1000...0xEFFFD: return true
        case 0xE000...0xF8FF, 0xF0000...0xFFFFD, 0x100000...0x10FFFD: return isPrivateAllowed
        default: return false
        }
    }
}
