/// Reads one JSON text (RFC 8259) into a tree: strict grammar, exact escapes, numbers as written.
///
/// It recurses once a nesting level; `TreeBuilder` gives up at `DocumentLimits.nesting`.
struct JSONReader {
    private let file: SourceFile
    private let bytes: [UInt8]
    private var offset: Int
    private let end: Int
    private var builder: TreeBuilder

    /// Reads the JSON text in a range of the file.
    ///
    /// - Returns: its root; nil, and an error, when it is no JSON.
    static func read(_ file: SourceFile, in range: Range<Int>, diagnostics: inout Diagnostics) -> Node? {
        guard range.count <= DocumentLimits.fileBytes else {
            diagnostics.error(
                "file-too-large",
                .tooLarge(range.count),
                at: Span(file: file.id, start: range.lowerBound, end: range.lowerBound)
            )
            return nil
        }
        var reader = JSONReader(file, range: range.clamped(to: 0..<file.bytes.count))
        do {
            try reader.readText()
        } catch {
            diagnostics.append(contentsOf: reader.builder.diagnostics)
            return nil
        }
        diagnostics.append(contentsOf: reader.builder.diagnostics)
        return reader.builder.makeRoot()
    }

    private init(_ file: SourceFile, range: Range<Int>) {
        self.file = file
        bytes = file.bytes
        offset = range.lowerBound
        end = range.upperBound
        builder = TreeBuilder(file, language: .json)
    }

    private mutating func readText() throws(DocumentGivenUp) {
        if bytes[offset..<end].starts(with: [0xEF, 0xBB, 0xBF]) {
            throw fail(.byteOrderMark, offset, offset + 3, help: "save the file as UTF-8 without a byte order mark")
        }
        skipBlanks()
        guard offset < end else {
            let start = bytes[..<end].isEmpty ? 0 : min(offset, end)
            throw fail(.empty, start, start)
        }
        try readValue()
        skipBlanks()
        guard offset == end else { throw fail(.trailing) }
    }

    // MARK: Values

    private mutating func readValue() throws(DocumentGivenUp) {
        guard offset < end else { throw fail(.expectedValue, offset, offset) }
        switch bytes[offset] {
        case UInt8(ascii: "{"): try readObject()
        case UInt8(ascii: "["): try readArray()
        case UInt8(ascii: "\""): try readString()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try readNumber()
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): try readWord()
        default: throw fail(.expectedValue)
        }
    }

    private mutating func readObject() throws(DocumentGivenUp) {
        try builder.open(.mapping, start: offset)
        let start = offset
        offset += 1
        skipBlanks()
        if take(UInt8(ascii: "}")) { return builder.close(end: offset) }
        while true {
            guard offset < end, bytes[offset] == UInt8(ascii: "\"") else {
                throw fail(.expectedName, openedAt: start, help: trailingCommaHelp(UInt8(ascii: "}")))
            }
            try readString()
            skipBlanks()
            guard take(UInt8(ascii: ":")) else { throw fail(.expectedColon) }
            skipBlanks()
            try readValue()
            skipBlanks()
            if take(UInt8(ascii: "}")) { return builder.close(end: offset) }
            guard take(UInt8(ascii: ",")) else { throw fail(.expectedCommaOrBrace, openedAt: start) }
            skipBlanks()
        }
    }

    private mutating func readArray() throws(DocumentGivenUp) {
        try builder.open(.sequence, start: offset)
        let start = offset
        offset += 1
        skipBlanks()
        if take(UInt8(ascii: "]")) { return builder.close(end: offset) }
        while true {
            if let help = trailingCommaHelp(UInt8(ascii: "]")) {
                throw fail(.expectedValue, openedAt: start, help: help)
            }
            try readValue()
            skipBlanks()
            if take(UInt8(ascii: "]")) { return builder.close(end: offset) }
            guard take(UInt8(ascii: ",")) else { throw fail(.expectedCommaOrBracket, openedAt: start) }
            skipBlanks()
        }
    }

    /// What to do when a collection closes right behind a comma.
    private func trailingCommaHelp(_ closing: UInt8) -> String? {
        guard offset < end, bytes[offset] == closing else { return nil }
        return "remove the comma before it"
    }

    private mutating func readWord() throws(DocumentGivenUp) {
        let start = offset
        while offset < end, Self.isWord(bytes[offset]) { offset += 1 }
        let word = bytes[start..<offset]
        guard ["true", "false", "null"].contains(where: { word.elementsEqual($0.utf8) }) else {
            throw fail(
                .unknownWord(String(decoding: word.prefix(32), as: UTF8.self)),
                start,
                offset,
                help: "JSON has `true`, `false` and `null`; a text stands in double quotes"
            )
        }
        try addPlain(from: start)
    }

    private mutating func readNumber() throws(DocumentGivenUp) {
        let start = offset
        _ = take(UInt8(ascii: "-"))
        let whole = skipDigits()
        guard whole > 0 else { throw fail(.expectedDigit) }
        if whole > 1, bytes[offset - whole] == UInt8(ascii: "0") {
            throw fail(.leadingZero, start, offset, help: "write the number without it")
        }
        if take(UInt8(ascii: ".")), skipDigits() == 0 {
            throw fail(.expectedDigit)
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard skipDigits() > 0 else { throw fail(.expectedDigit) }
        }
        try addPlain(from: start)
    }

    private mutating func addPlain(from start: Int) throws(DocumentGivenUp) {
        let low = builder.text.count
        builder.text.append(contentsOf: bytes[start..<offset])
        try builder.addScalar(style: .plain, start: start, end: offset, text: low..<builder.text.count)
    }

    // MARK: Strings

    private mutating func readString() throws(DocumentGivenUp) {
        let start = offset
        let low = builder.text.count
        offset += 1
        while true {
            guard offset < end else { throw fail(.openString, offset, offset, openedAt: start) }
            let byte = bytes[offset]
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                try builder.addScalar(style: .jsonString, start: start, end: offset, text: low..<builder.text.count)
                return
            case UInt8(ascii: "\\"):
                try readEscape()
            case 0x00..<0x20:
                throw fail(
                    .rawControl(byte),
                    offset,
                    offset + 1,
                    help:
                        "write it as an escape such as `\\n` or `\\u\(Diagnostic.Message.hexadecimal(UInt32(byte), digits: 4))`"
                )
            case 0x20..<0x80:
                builder.text.append(byte)
                offset += 1
            default:
                guard let scalar = EncodingCheck.scalar(in: bytes, at: offset), offset + scalar.count <= end else {
                    throw fail(.invalidUTF8(byte), offset, offset + 1, help: "JSON is UTF-8")
                }
                builder.text.append(contentsOf: bytes[offset..<offset + scalar.count])
                offset += scalar.count
            }
        }
    }

    private mutating func readEscape() throws(DocumentGivenUp) {
        let start = offset
        let letter = offset + 1 < end ? bytes[offset + 1] : 0
        offset = min(offset + 2, end)
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): builder.text.append(letter)
        case UInt8(ascii: "b"): builder.text.append(0x08)
        case UInt8(ascii: "f"): builder.text.append(0x0C)
        case UInt8(ascii: "n"): builder.text.append(0x0A)
        case UInt8(ascii: "r"): builder.text.append(0x0D)
        case UInt8(ascii: "t"): builder.text.append(0x09)
        case UInt8(ascii: "u"): try readUnicodeEscape(from: start)
        default:
            throw fail(.unknownEscape, start, max(offset, start + 1), help: "write `\\\\` for a backslash")
        }
    }

    private mutating func readUnicodeEscape(from start: Int) throws(DocumentGivenUp) {
        let first = try readHexadecimal(from: start)
        var value = first
        if (0xD800...0xDBFF).contains(first) {
            guard offset + 1 < end, bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u") else {
                throw fail(.loneSurrogate(first), start, offset, id: "lone-surrogate", help: Self.surrogateHelp)
            }
            let secondStart = offset
            offset += 2
            let second = try readHexadecimal(from: secondStart)
            guard (0xDC00...0xDFFF).contains(second) else {
                throw fail(.loneSurrogate(first), start, secondStart, id: "lone-surrogate", help: Self.surrogateHelp)
            }
            value = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value), let encoded = UTF8.encode(scalar) else {
            throw fail(.loneSurrogate(first), start, offset, id: "lone-surrogate", help: Self.surrogateHelp)
        }
        builder.text.append(contentsOf: encoded)
    }

    /// Four digits behind a `\u`.
    private mutating func readHexadecimal(from start: Int) throws(DocumentGivenUp) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard offset < end, let digit = Character(Unicode.Scalar(bytes[offset])).hexDigitValue, bytes[offset] < 0x80
            else {
                throw fail(.escapeDigits, start, offset + scalarCount(at: offset))
            }
            value = value << 4 | UInt32(digit)
            offset += 1
        }
        return value
    }

    private static let surrogateHelp = "a character beyond U+FFFF takes two escapes, a high and a low surrogate"

    // MARK: Bytes

    private mutating func skipBlanks() {
        while offset < end {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard offset < end, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    private mutating func skipDigits() -> Int {
        let start = offset
        while offset < end, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[offset]) { offset += 1 }
        return offset - start
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private func scalarCount(at offset: Int) -> Int {
        guard offset < end else { return 0 }
        return EncodingCheck.scalar(in: bytes, at: offset)?.count ?? 1
    }

    /// Reports an error at the next character, which ends the reading.
    private mutating func fail(
        _ message: Diagnostic.Message,
        openedAt: Int? = nil,
        help: String? = nil
    ) -> DocumentGivenUp {
        fail(message, offset, offset + scalarCount(at: offset), openedAt: openedAt, help: help)
    }

    /// Reports an error that ends the reading.
    private mutating func fail(
        _ message: Diagnostic.Message,
        _ start: Int,
        _ end: Int,
        id: String = "json-syntax",
        openedAt: Int? = nil,
        help: String? = nil
    ) -> DocumentGivenUp {
        let labels = openedAt.map { [Diagnostic.Label("opened here", at: builder.span($0, $0 + 1))] }
        builder.diagnostics.error(id, message, at: builder.span(start, end), labels: labels ?? [], help: help)
        return DocumentGivenUp()
    }
}

// MARK: - Wording

extension Diagnostic.Message {
    fileprivate static func tooLarge(_ byteCount: Int) -> Self {
        .init("the text has \(byteCount) bytes, and at most \(DocumentLimits.fileBytes) are read")
    }
    fileprivate static var byteOrderMark: Self { .init("a byte order mark cannot stand before JSON") }
    fileprivate static var empty: Self { .init("there is no JSON value") }
    fileprivate static var trailing: Self { .init("text stands behind the JSON value") }
    fileprivate static var expectedValue: Self { .init("a JSON value is missing") }
    fileprivate static var expectedName: Self { .init("a member's name in double quotes is missing") }
    fileprivate static var expectedColon: Self { .init("a colon is missing behind a member's name") }
    fileprivate static var expectedCommaOrBrace: Self { .init("a comma or `}` is missing") }
    fileprivate static var expectedCommaOrBracket: Self { .init("a comma or `]` is missing") }
    fileprivate static func unknownWord(_ word: String) -> Self { .init("`\(word)` is no JSON value") }
    fileprivate static var expectedDigit: Self { .init("a digit is missing in a number") }
    fileprivate static var leadingZero: Self { .init("a number begins with a needless 0") }
    fileprivate static var openString: Self { .init("a string is not closed") }
    fileprivate static func rawControl(_ byte: UInt8) -> Self {
        .init("the control character U+\(hexadecimal(UInt32(byte), digits: 4)) stands in a string")
    }
    fileprivate static func invalidUTF8(_ byte: UInt8) -> Self {
        .init("the byte 0x\(hexadecimal(UInt32(byte), digits: 2)) is not UTF-8 here")
    }
    fileprivate static var unknownEscape: Self { .init("this escape means nothing in JSON") }
    fileprivate static var escapeDigits: Self { .init("`\\u` needs four hexadecimal digits") }
    fileprivate static func loneSurrogate(_ value: UInt32) -> Self {
        .init("the surrogate U+\(hexadecimal(value, digits: 4)) stands alone")
    }
}
