/// What the bytes of a message say as JSON (RFC 8259), with the place of everything.
///
/// Reading goes on to the first byte that cannot be JSON; what was read before it is kept.
package struct JSONText {
    /// The outermost value; nil where the text does not get as far as its first byte.
    package let root: JSONValue?
    /// Where the text cannot go on to be JSON; nil where it is JSON.
    package let malformed: Int?
    /// The first byte of the first ill-formed sequence of UTF-8; reading ends there.
    package let invalidUTF8: Int?
    /// The brackets that open the level beyond the depth.
    package let tooDeep: [Int]

    /// Reads a message.
    ///
    /// - Parameters:
    ///   - bytes: all of it.
    ///   - depth: levels of containers that are looked at; the outermost is level 1.
    package init(_ bytes: [UInt8], depth: Int) {
        invalidUTF8 = UTF8Check.firstFault(bytes)
        var reader = JSONTextReader(bytes: bytes, end: invalidUTF8 ?? bytes.count, depth: depth)
        var value: JSONValue?
        var fault: Int?
        do throws(JSONTextReader.Stop) {
            try reader.document(&value)
        } catch {
            fault = error.offset
        }
        root = value
        malformed = fault
        tooDeep = reader.tooDeep
    }
}

/// Reads JSON by recursive descent.
private struct JSONTextReader {
    /// The text cannot go on at this byte.
    struct Stop: Error {
        let offset: Int
    }

    private static let deepest = 1_000

    let bytes: [UInt8]
    /// Where the text ends: at its last byte, or at the first one that is not UTF-8.
    let end: Int
    let depth: Int
    private(set) var tooDeep: [Int] = []
    private var index = 0

    init(bytes: [UInt8], end: Int, depth: Int) {
        self.bytes = bytes
        self.end = end
        self.depth = depth
    }

    mutating func document(_ root: inout JSONValue?) throws(Stop) {
        skipBlanks()
        try value(level: 0, isSkipped: false, into: &root)
        skipBlanks()
        if index < end { throw Stop(offset: index) }
        // Ill-formed UTF-8 cuts the text short, which then is no JSON either.
        if end < bytes.count { throw Stop(offset: end) }
    }

    private var current: UInt8? { index < end ? bytes[index] : nil }

    private mutating func skipBlanks() {
        while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { index += 1 }
    }

    private mutating func expect(_ byte: UInt8) throws(Stop) {
        guard current == byte else { throw Stop(offset: index) }
        index += 1
    }

    /// Reads a value; what was read of it is in `result` also where it stops.
    private mutating func value(level: Int, isSkipped: Bool, into result: inout JSONValue?) throws(Stop) {
        let start = index
        guard let byte = current else { throw Stop(offset: index) }
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            try container(level: level + 1, isSkipped: isSkipped, into: &result)
        case UInt8(ascii: "\""):
            result = JSONValue(kind: .string, start: start, end: nil, content: .string([]))
            let text = try string()
            result = JSONValue(kind: .string, start: start, end: index - 1, content: .string(text))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            result = JSONValue(kind: .number, start: start, end: nil, content: .null)
            let number = try number()
            result = JSONValue(kind: .number, start: start, end: index - 1, content: .number(number))
        case UInt8(ascii: "t"): try word("true", .bool, .bool(true), into: &result)
        case UInt8(ascii: "f"): try word("false", .bool, .bool(false), into: &result)
        case UInt8(ascii: "n"): try word("null", .null, .null, into: &result)
        default: throw Stop(offset: start)
        }
    }

    private mutating func word(
        _ text: String,
        _ kind: JSONValue.Kind,
        _ content: JSONValue.Content,
        into result: inout JSONValue?
    ) throws(Stop) {
        let start = index
        result = JSONValue(kind: kind, start: start, end: nil, content: content)
        for byte in text.utf8 { try expect(byte) }
        result = JSONValue(kind: kind, start: start, end: index - 1, content: content)
    }

    // MARK: Containers

    private mutating func container(level: Int, isSkipped: Bool, into result: inout JSONValue?) throws(Stop) {
        let start = index
        let isObject = current == UInt8(ascii: "{")
        let kind: JSONValue.Kind = isObject ? .object : .array
        // What is skipped has a bound of its own.
        if level > Self.deepest, isSkipped || level > depth { throw Stop(offset: start) }
        if level > depth, !isSkipped {
            tooDeep.append(start)
            result = JSONValue(kind: kind, start: start, end: nil, content: .skipped)
            var ignored: JSONValue?
            try container(level: level, isSkipped: true, into: &ignored)
            result = JSONValue(kind: kind, start: start, end: index - 1, content: .skipped)
            return
        }
        index += 1
        if isObject {
            var members: [JSONValue.Member] = []
            do throws(Stop) {
                try self.members(level: level, isSkipped: isSkipped, into: &members)
            } catch {
                result = JSONValue(kind: kind, start: start, end: nil, content: .object(members))
                throw error
            }
            result = JSONValue(kind: kind, start: start, end: index - 1, content: .object(members))
        } else {
            var items: [JSONValue] = []
            do throws(Stop) {
                try self.items(level: level, isSkipped: isSkipped, into: &items)
            } catch {
                result = JSONValue(kind: kind, start: start, end: nil, content: .array(items))
                throw error
            }
            result = JSONValue(kind: kind, start: start, end: index - 1, content: .array(items))
        }
    }

    private mutating func members(
        level: Int,
        isSkipped: Bool,
        into members: inout [JSONValue.Member]
    ) throws(Stop) {
        skipBlanks()
        if current == UInt8(ascii: "}") {
            index += 1
            return
        }
        while true {
            guard current == UInt8(ascii: "\"") else { throw Stop(offset: index) }
            let name = try string()
            let nameEnd = index - 1
            members.append(JSONValue.Member(name: name, nameEnd: nameEnd, value: nil))
            skipBlanks()
            try expect(UInt8(ascii: ":"))
            skipBlanks()
            var value: JSONValue?
            do throws(Stop) {
                try self.value(level: level, isSkipped: isSkipped, into: &value)
            } catch {
                members[members.count - 1] = JSONValue.Member(name: name, nameEnd: nameEnd, value: value)
                throw error
            }
            members[members.count - 1] = JSONValue.Member(name: name, nameEnd: nameEnd, value: value)
            skipBlanks()
            if current == UInt8(ascii: "}") {
                index += 1
                return
            }
            try expect(UInt8(ascii: ","))
            skipBlanks()
        }
    }

    private mutating func items(level: Int, isSkipped: Bool, into items: inout [JSONValue]) throws(Stop) {
        skipBlanks()
        if current == UInt8(ascii: "]") {
            index += 1
            return
        }
        while true {
            var value: JSONValue?
            do throws(Stop) {
                try self.value(level: level, isSkipped: isSkipped, into: &value)
            } catch {
                if let value { items.append(value) }
                throw error
            }
            if let value { items.append(value) }
            skipBlanks()
            if current == UInt8(ascii: "]") {
                index += 1
                return
            }
            try expect(UInt8(ascii: ","))
            skipBlanks()
        }
    }

    // MARK: Strings

    /// Reads a string from its opening quote, unescaped.
    private mutating func string() throws(Stop) -> [UInt8] {
        index += 1
        var text: [UInt8] = []
        while true {
            guard let byte = current else { throw Stop(offset: index) }
            if byte < 0x20 { throw Stop(offset: index) }
            if byte == UInt8(ascii: "\"") {
                index += 1
                return text
            }
            if byte == UInt8(ascii: "\\") {
                try escape(into: &text)
            } else {
                text.append(byte)
                index += 1
            }
        }
    }

    private mutating func escape(into text: inout [UInt8]) throws(Stop) {
        let backslash = index
        index += 1
        guard let byte = current else { throw Stop(offset: index) }
        if let meant = Self.meaning(ofEscaped: byte) {
            text.append(meant)
            index += 1
            return
        }
        guard byte == UInt8(ascii: "u") else { throw Stop(offset: index) }
        index += 1
        let unit = try fourDigits()
        switch unit {
        case 0xDC00...0xDFFF: throw Stop(offset: backslash)
        case 0xD800...0xDBFF:
            guard current == UInt8(ascii: "\\") else { throw Stop(offset: backslash) }
            guard index + 1 < bytes.count else { throw Stop(offset: index + 1) }
            guard bytes[index + 1] == UInt8(ascii: "u") else { throw Stop(offset: backslash) }
            index += 2
            let second = try fourDigits()
            guard (0xDC00...0xDFFF).contains(second) else { throw Stop(offset: backslash) }
            append(0x10000 + (unit - 0xD800) * 0x400 + (second - 0xDC00), to: &text)
        default: append(unit, to: &text)
        }
    }

    private static func meaning(ofEscaped byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    private mutating func fourDigits() throws(Stop) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = hexDigit(byte) else { throw Stop(offset: index) }
            unit = unit * 16 + digit
            index += 1
        }
        return unit
    }

    private func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }

    private func append(_ scalar: UInt32, to text: inout [UInt8]) {
        guard let scalar = Unicode.Scalar(scalar) else { return }
        text.append(contentsOf: Array(String(Character(scalar)).utf8))
    }

    // MARK: Numbers

    private mutating func number() throws(Stop) -> NumberText {
        let isNegative = current == UInt8(ascii: "-")
        if isNegative { index += 1 }
        var digits: [UInt8] = []
        if current == UInt8(ascii: "0") {
            digits.append(0)
            index += 1
        } else {
            digits += try oneOrMoreDigits()
        }
        var fractionDigits = 0
        var exponent = 0
        var isPlain = true
        if current == UInt8(ascii: ".") {
            isPlain = false
            index += 1
            let fraction = try oneOrMoreDigits()
            digits += fraction
            fractionDigits = fraction.count
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            isPlain = false
            index += 1
            let isMinus = current == UInt8(ascii: "-")
            if isMinus || current == UInt8(ascii: "+") { index += 1 }
            let written = try oneOrMoreDigits().drop { $0 == 0 }
            // Beyond a million millions one exponent is like another.
            let magnitude = written.count > 12 ? 1_000_000_000_000 : written.reduce(0) { $0 * 10 + Int($1) }
            exponent = isMinus ? -magnitude : magnitude
        }
        return NumberText(
            isNegative: isNegative,
            digits: digits,
            fractionDigits: fractionDigits,
            exponent: exponent,
            isPlain: isPlain
        )
    }

    private mutating func oneOrMoreDigits() throws(Stop) -> [UInt8] {
        var digits: [UInt8] = []
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            digits.append(byte - UInt8(ascii: "0"))
            index += 1
        }
        if digits.isEmpty { throw Stop(offset: index) }
        return digits
    }
}
