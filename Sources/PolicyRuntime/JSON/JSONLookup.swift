/// Reads single values out of a message or a token's claims, after a content check has passed.
///
/// Nothing is decoded ahead and nothing is allocated but what a caller asks to have copied. On bytes that are not
/// well-formed it finds wrong values or none, and never reads beyond the message.
package enum JSONLookup {
    package enum Kind: Sendable, Equatable {
        case null, `true`, `false`, number, string, array, object
    }

    /// Where a value stands.
    package struct Value: Sendable, Equatable {
        package let kind: Kind
        /// Its bytes, with quotes and brackets.
        package let range: Range<Int>
    }

    /// The outermost value.
    package static func root(of message: borrowing PaddedBytes) -> Value? {
        value(at: BlankScan.skip(message.start), message.start, message.count)
    }

    /// The outermost value of a message that is an object and nothing else, found without a look at what it holds.
    ///
    /// Blanks behind it are of its range too.
    package static func object(of message: borrowing PaddedBytes) -> Value? {
        let first = BlankScan.skip(message.start)
        guard first.byte == 0x7B else { return nil }
        return Value(kind: .object, range: (first - message.start)..<message.count)
    }

    /// The value at a JSON Pointer's reference tokens (unescaped); nil when there is none.
    ///
    /// In an array a token counts as an index, in an object as a name. Of a repeated member the first counts.
    package static func find(_ tokens: [String], in message: borrowing PaddedBytes) -> Value? {
        var found = root(of: message)
        for token in tokens {
            guard let container = found else { return nil }
            found = step(Array(token.utf8).span, from: container, in: message)
        }
        return found
    }

    /// One step of a JSON Pointer from a container.
    package static func step(_ token: Span<UInt8>, from container: Value, in message: borrowing PaddedBytes) -> Value? {
        switch container.kind {
        case .object: return member(token, of: container, in: message)
        case .array:
            guard let index = index(token) else { return nil }
            let place = JSONSkim.item(index, of: message.start + container.range.lowerBound)
            return place.flatMap { value(at: $0, message.start, message.count) }
        case .null, .true, .false, .number, .string: return nil
        }
    }

    private static func index(_ token: Span<UInt8>) -> Int? {
        guard token.count > 0, token.count < 10, token.count == 1 || token[0] != 0x30 else { return nil }
        var index = 0
        for place in token.indices {
            guard token[place] &- 0x30 < 10 else { return nil }
            index = index &* 10 &+ Int(token[place] &- 0x30)
        }
        return index
    }

    /// A member of an object by its name in UTF-8.
    package static func member(
        _ name: Span<UInt8>,
        of object: Value,
        in message: borrowing PaddedBytes
    ) -> Value? {
        guard object.kind == .object else { return nil }
        var place = BlankScan.skip(message.start + object.range.lowerBound + 1)
        while place.byte == 0x22 {
            let start = place + 1
            place = JSONSkim.string(at: place)
            guard place - start >= 1 else { return nil }
            let isWanted = isEqual(start, place + -1, name)
            place = BlankScan.skip(place)
            guard place.byte == 0x3A else { return nil }
            place = BlankScan.skip(place + 1)
            if isWanted { return value(at: place, message.start, message.count) }
            place = BlankScan.skip(JSONSkim.value(at: place))
            guard place.byte == 0x2C else { return nil }
            place = BlankScan.skip(place + 1)
        }
        return nil
    }

    /// A member of an object by a name of ASCII; nothing is allocated.
    package static func member(
        named name: StaticString,
        of object: Value,
        in message: borrowing PaddedBytes
    ) -> Value? {
        // The literal is there as long as the program.
        member(unsafe Span(_unsafeStart: name.utf8Start, count: name.utf8CodeUnitCount), of: object, in: message)
    }

    /// Whether a value is a string equal to a literal of ASCII.
    package static func isString(
        _ value: Value,
        equalTo text: StaticString,
        in message: borrowing PaddedBytes
    ) -> Bool {
        // As above.
        let span = unsafe Span(_unsafeStart: text.utf8Start, count: text.utf8CodeUnitCount)
        return isString(value, equalTo: span, in: message)
    }

    /// The first item of an array, or the one behind `previous`; nil at its end.
    package static func item(after previous: Value?, of array: Value, in message: borrowing PaddedBytes) -> Value? {
        guard array.kind == .array else { return nil }
        guard let previous else {
            let first = JSONSkim.item(0, of: message.start + array.range.lowerBound)
            return first.flatMap { value(at: $0, message.start, message.count) }
        }
        let comma = BlankScan.skip(message.start + previous.range.upperBound)
        guard comma.byte == 0x2C else { return nil }
        return value(at: BlankScan.skip(comma + 1), message.start, message.count)
    }

    /// Whether a value is a string equal to UTF-8 text, escapes resolved.
    package static func isString(_ value: Value, equalTo text: Span<UInt8>, in message: borrowing PaddedBytes) -> Bool {
        guard value.kind == .string else { return false }
        return isEqual(
            message.start + (value.range.lowerBound + 1),
            message.start + (value.range.upperBound - 1),
            text
        )
    }

    /// A string's value in UTF-8; nil for anything else.
    package static func string(_ value: Value, in message: borrowing PaddedBytes) -> [UInt8]? {
        guard value.kind == .string else { return nil }
        let start = message.start + (value.range.lowerBound + 1)
        let end = message.start + (value.range.upperBound - 1)
        guard let close = StringScan.closingQuote(from: start), close == end else { return nil }
        if !StringScan.hasEscape(from: start, to: end) {
            return copy(of: (value.range.lowerBound + 1)..<(value.range.upperBound - 1), in: message)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(value.range.count)
        StringScan.unescape(from: start, to: end) { bytes.append($0) }
        return bytes
    }

    /// Where the UTF-8 of a string, or the digits and the sign of a whole number, stand in a message as they are; nil for anything
    /// else, and for a string that is written with escapes.
    package static func plainText(_ value: Value, in message: borrowing PaddedBytes) -> Range<Int>? {
        switch value.kind {
        case .string:
            let text = (value.range.lowerBound + 1)..<(value.range.upperBound - 1)
            let (start, end) = (message.start + text.lowerBound, message.start + text.upperBound)
            return StringScan.hasEscape(from: start, to: end) ? nil : text
        case .number:
            let bytes = message.bytes
            for place in value.range where bytes[place] &- 0x30 > 9 && bytes[place] != 0x2D { return nil }
            return value.range
        case .null, .true, .false, .array, .object: return nil
        }
    }

    /// Bytes of a message.
    private static func copy(of range: Range<Int>, in message: borrowing PaddedBytes) -> [UInt8] {
        // The bytes are valid for the call.
        unsafe message.bytes.extracting(range).withUnsafeBufferPointer { unsafe Array($0) }
    }

    /// A number times a power of ten, rounded down and saturated to 64 bits; nil for anything else.
    ///
    /// Seconds with a fraction become exact nanoseconds with a power of 9.
    package static func integer(
        _ value: Value,
        timesTenTo power: Int = 0,
        in message: borrowing PaddedBytes
    ) -> Int64? {
        guard value.kind == .number else { return nil }
        let number = NumberText(at: message.start + value.range.lowerBound)
        guard number.isWellFormed, number.isSafe(interoperable: false) else { return nil }
        return number.floor(timesTenTo: power)
    }

    /// The value at a place of a message that begins at `start` and has `count` bytes.
    static func value(at place: BytePointer, _ start: BytePointer, _ count: Int) -> Value? {
        let kind: Kind
        switch place.byte {
        case 0x22: kind = .string
        case 0x7B: kind = .object
        case 0x5B: kind = .array
        case 0x74: kind = .true
        case 0x66: kind = .false
        case 0x6E: kind = .null
        case 0x2D, 0x30...0x39: kind = .number
        default: return nil
        }
        let first = place - start
        let end = min(JSONSkim.value(at: place) - start, count)
        guard first < end, kind != .string || end - first >= 2 else { return nil }
        return Value(kind: kind, range: first..<end)
    }

    static func isEqual(_ start: BytePointer, _ end: BytePointer, _ text: Span<UInt8>) -> Bool {
        guard end - start >= text.count else { return false }
        guard StringScan.hasEscape(from: start, to: end) else {
            return end - start == text.count && text.indices.allSatisfy { start.byte(at: $0) == text[$0] }
        }
        guard let close = StringScan.closingQuote(from: start), close == end else { return false }
        var index = 0
        var isEqual = true
        StringScan.unescape(from: start, to: end) { byte in
            isEqual = isEqual && index < text.count && text[index] == byte
            index &+= 1
        }
        return isEqual && index == text.count
    }
}
