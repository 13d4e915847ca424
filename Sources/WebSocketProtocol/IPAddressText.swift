/// The text of an address: read strictly, written canonically.
package struct IPAddressText {
    /// The text, from the front; the longest is `ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff`.
    package private(set) var bytes = InlineArray<40, UInt8>(repeating: 0)
    /// How many of `bytes` are the text.
    package private(set) var count = 0

    /// Writes dotted decimal.
    package init(v4 bits: UInt32) {
        for part in 0..<4 {
            if part > 0 { append(0x2E) }
            appendDecimal(UInt8(truncatingIfNeeded: bits >> UInt32(24 - part * 8)))
        }
    }

    /// Writes the form of RFC 5952: lower case, the first longest run of two or more zero groups as `::`.
    ///
    /// Mapped addresses stay hexadecimal here, as URL parsers write them; `IPAddress` folds them before it writes.
    package init(v6High high: UInt64, low: UInt64) {
        var gap = 0..<0
        var run = 0
        for index in 0..<8 {
            run = Self.group(index, high, low) == 0 ? run + 1 : 0
            if run > max(gap.count, 1) { gap = (index + 1 - run)..<(index + 1) }
        }
        var index = 0
        while index < 8 {
            if index == gap.lowerBound, !gap.isEmpty {
                append(0x3A)
                append(0x3A)
                index = gap.upperBound
                continue
            }
            if index > 0, index != gap.upperBound || gap.isEmpty { append(0x3A) }
            appendHex(Self.group(index, high, low))
            index += 1
        }
    }

    /// The text as a string.
    package var string: String {
        var text = ""
        for index in 0..<count { text.unicodeScalars.append(Unicode.Scalar(bytes[index])) }
        return text
    }

    private static func group(_ index: Int, _ high: UInt64, _ low: UInt64) -> UInt16 {
        UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> UInt64((3 - index & 3) * 16))
    }

    private mutating func append(_ byte: UInt8) {
        bytes[count] = byte
        count += 1
    }

    private mutating func appendDecimal(_ value: UInt8) {
        if value >= 100 { append(0x30 + value / 100) }
        if value >= 10 { append(0x30 + value / 10 % 10) }
        append(0x30 + value % 10)
    }

    private mutating func appendHex(_ value: UInt16) {
        var isLeading = true
        for shift in [UInt16(12), 8, 4, 0] {
            let digit = UInt8(truncatingIfNeeded: value >> shift & 0xF)
            if digit == 0, isLeading, shift > 0 { continue }
            isLeading = false
            append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }
}

extension IPAddressText {
    /// Four decimal parts without leading zeros; nil for anything else.
    package static func v4(_ bytes: Span<UInt8>, in range: Range<Int>) -> UInt32? {
        guard range.count >= 7, range.count <= 15 else { return nil }
        var bits: UInt32 = 0
        var part: UInt32 = 0
        var digits = 0
        var parts = 0
        for index in range {
            let byte = bytes[index]
            if ASCII.isDigit(byte) {
                guard digits < 3, digits == 0 || part > 0 else { return nil }
                part = part &* 10 &+ UInt32(byte &- 0x30)
                digits &+= 1
            } else {
                guard byte == 0x2E, digits > 0, part <= 255, parts < 3 else { return nil }
                bits = bits &<< 8 | part
                part = 0
                digits = 0
                parts &+= 1
            }
        }
        guard parts == 3, digits > 0, part <= 255 else { return nil }
        return bits &<< 8 | part
    }

    /// The forms of RFC 4291 §2.2, dotted decimal in the last 32 bits among them; nil for anything else.
    package static func v6(_ bytes: Span<UInt8>, in range: Range<Int>) -> (high: UInt64, low: UInt64)? {
        guard range.count >= 2, range.count <= 45 else { return nil }
        let end = range.upperBound
        var groups = InlineArray<8, UInt16>(repeating: 0)
        var count = 0
        var gap: Int?
        var index = range.lowerBound
        if bytes[index] == 0x3A {
            guard bytes[index &+ 1] == 0x3A else { return nil }
            gap = 0
            index &+= 2
        }
        while index < end {
            guard count < 8 else { return nil }
            let start = index
            var value: UInt16 = 0
            while index < end, index &- start < 4, let digit = ASCII.hexValue(bytes[index]) {
                value = value &<< 4 | UInt16(digit)
                index &+= 1
            }
            if index < end, bytes[index] == 0x2E {
                guard count <= 6, let bits = v4(bytes, in: start..<end) else { return nil }
                groups[count] = UInt16(truncatingIfNeeded: bits &>> 16)
                groups[count &+ 1] = UInt16(truncatingIfNeeded: bits)
                count &+= 2
                break
            }
            guard index > start else { return nil }
            groups[count] = value
            count &+= 1
            guard index < end else { break }
            guard bytes[index] == 0x3A, index &+ 1 < end else { return nil }
            index &+= 1
            if bytes[index] == 0x3A {
                guard gap == nil else { return nil }
                gap = count
                index &+= 1
            }
        }
        guard gap == nil ? count == 8 : count < 8 else { return nil }
        return assemble(groups, count: count, gap: gap ?? count)
    }

    /// Puts the groups behind the gap at the end.
    private static func assemble(_ groups: InlineArray<8, UInt16>, count: Int, gap: Int) -> (high: UInt64, low: UInt64)
    {
        var high: UInt64 = 0
        var low: UInt64 = 0
        let missing = 8 &- count
        for place in 0..<8 {
            let group: UInt16
            if place < gap {
                group = groups[place]
            } else {
                group = place < gap &+ missing ? 0 : groups[place &- missing]
            }
            if place < 4 { high = high &<< 16 | UInt64(group) } else { low = low &<< 16 | UInt64(group) }
        }
        return (high, low)
    }
}
