/// The registered claims that decisions read (RFC 7519 §4.1), found in one walk over an object.
///
/// Of a repeated member the first counts. On bytes that are not well-formed it finds wrong values or none.
package struct RegisteredClaims: Sendable {
    package private(set) var issuer: JSONLookup.Value?
    package private(set) var audience: JSONLookup.Value?
    package private(set) var expiry: JSONLookup.Value?
    package private(set) var notBefore: JSONLookup.Value?
    package private(set) var issued: JSONLookup.Value?
    package private(set) var id: JSONLookup.Value?
    /// The member that was asked for besides.
    package private(set) var wanted: JSONLookup.Value?

    /// The claims of an object.
    ///
    /// - Parameters:
    ///   - object: it.
    ///   - wantedName: the name of another member to find, or of one of them, in UTF-8; nil for none.
    ///   - message: the message that it is in.
    package init(
        of object: JSONLookup.Value,
        and wantedName: Span<UInt8>?,
        in message: borrowing PaddedBytes
    ) {
        guard object.kind == .object else { return }
        var place = BlankScan.skip(message.start + object.range.lowerBound + 1)
        while place.byte == 0x22 {
            let start = place + 1
            place = JSONSkim.string(at: place)
            guard place - start >= 1 else { return }
            let name = Self.name(from: start, to: place + -1)
            var isWanted = false
            if let wantedName { isWanted = JSONLookup.isEqual(start, place + -1, wantedName) }
            place = BlankScan.skip(place)
            guard place.byte == 0x3A else { return }
            place = BlankScan.skip(place + 1)
            if name != 0 || isWanted, let value = JSONLookup.value(at: place, message.start, message.count) {
                note(name, value)
                if isWanted { wanted = wanted ?? value }
                place = BlankScan.skip(message.start + value.range.upperBound)
            } else {
                place = BlankScan.skip(JSONSkim.value(at: place))
            }
            guard place.byte == 0x2C else { return }
            place = BlankScan.skip(place + 1)
        }
    }

    /// The three bytes of a name, escapes resolved; 0 for one of another length.
    private static func name(from start: BytePointer, to end: BytePointer) -> UInt32 {
        if end - start == 3, !StringScan.hasEscape(from: start, to: end) {
            return UInt32(start.byte) | UInt32(start.byte(at: 1)) &<< 8 | UInt32(start.byte(at: 2)) &<< 16
        }
        guard end - start > 3, StringScan.hasEscape(from: start, to: end),
            let close = StringScan.closingQuote(from: start), close == end
        else { return 0 }
        var word: UInt32 = 0
        var count: UInt32 = 0
        StringScan.unescape(from: start, to: end) { byte in
            if count < 3 { word |= UInt32(byte) &<< (8 &* count) }
            count &+= 1
        }
        return count == 3 ? word : 0
    }

    private mutating func note(_ name: UInt32, _ value: JSONLookup.Value) {
        switch name {
        case 0x73_73_69: issuer = issuer ?? value
        case 0x64_75_61: audience = audience ?? value
        case 0x70_78_65: expiry = expiry ?? value
        case 0x66_62_6E: notBefore = notBefore ?? value
        case 0x74_61_69: issued = issued ?? value
        case 0x69_74_6A: id = id ?? value
        default: break
        }
    }
}
