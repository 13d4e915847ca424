import PolicyDocument
import Testing

/// Bytes that are no text, and text that not all YAML readers read alike.
struct EncodingTests {
    /// Bytes behind `a: é`, and the offset of the first bad one among them.
    private static let malformed: [([UInt8], Int)] = [
        ([0x80], 0), ([0xC0, 0xAF], 0), ([0xC1, 0xBF], 0), ([0xC3], 0), ([0xC3, 0x28], 0), ([0xE0, 0x80, 0x80], 0),
        ([0xE2, 0x82], 0), ([0xED, 0xA0, 0x80], 0), ([0xF0, 0x80, 0x80, 0x80], 0), ([0xF4, 0x90, 0x80, 0x80], 0),
        ([0xF5, 0x80, 0x80, 0x80], 0), ([0xFE], 0), ([0xFF], 0), ([0x78, 0xE2, 0x28, 0xA1], 1),
        ([0xC3, 0xA9, 0xF0, 0x9F, 0x98], 2),
    ]

    @Test(arguments: malformed)
    func `the first byte that is no UTF-8 is named`(_ bytes: [UInt8], _ offset: Int) {
        let head = Array("a: é".utf8)
        let document = Document(yaml: head + bytes)
        #expect(document.root == nil)
        #expect(document.ids == ["invalid-utf8"])
        let start = head.count + offset
        #expect(document.diagnostics.all[0].span == Span(file: FileID(index: 0), start: start, end: start + 1))
        #expect(
            document.diagnostics.all[0].message.text.contains("0x" + String(bytes[offset], radix: 16, uppercase: true))
        )
    }

    @Test func `UTF-16 is recognised by its byte order mark`() {
        #expect(Document(yaml: [0xFF, 0xFE, 0x61, 0x00]).told == ["1:1 utf-16: the file is UTF-16, not UTF-8"])
        #expect(Document(yaml: [0xFE, 0xFF, 0x00, 0x61]).ids == ["utf-16"])
        #expect(Document(yaml: [0x61, 0x00, 0x3A, 0x00]).ids == ["control-character"])
    }

    @Test func `a byte order mark takes no column`() {
        let document = Document(yaml: "\u{FEFF}ab: [x, y\u{FEFF}]")
        #expect(document.ids == ["control-character"])
        #expect(document.file.position(at: document.diagnostics.all[0].span.start) == (1, 10))
    }

    @Test(arguments: ["\u{85}", "\u{2028}", "\u{2029}"])
    func `a character that may end a line stays as it is inside quotes`(_ separator: String) throws {
        let document = Document(yaml: "é: [\"a\(separator) b\\n\", 'c\(separator)''d', e]\n")
        #expect(document.told == [])
        let list = try #require(document.root?["é"]?.elements)
        #expect(list.map(\.text) == ["a\(separator) b\n", "c\(separator)'d", "e"])
        let range = try #require(list[1].text?.utf8.count)
        #expect(document.text(list[1].span(ofUTF8: 0..<range)) == "c\(separator)''d")
    }

    @Test(arguments: ["\u{85}", "\u{2028}", "\u{2029}"])
    func `a character that may end a line is refused outside quotes`(_ separator: String) {
        for text in [
            "a: x\(separator)y", "a: b # \(separator)", "\(separator)a: b", "a: |\n  x\(separator)",
            "a: \"b\"\(separator)",
        ] {
            let document = Document(yaml: text)
            #expect(document.ids.contains("line-separator"), "\(text.debugDescription)")
            let span = document.diagnostics.all.first { $0.id == "line-separator" }?.span
            #expect(span.map(document.text) == separator)
        }
    }

    @Test func `one that would start a second key is named before what comes of it`() {
        #expect(Document(yaml: "a: x\u{85}b: 1").ids.first == "line-separator")
    }

    @Test(arguments: ["\\0", "\\a", "\\b", "\\v", "\\f", "\\e", "\\x7f", "\\x80", "\\u0001"])
    func `an escape cannot smuggle a control character in`(_ escape: String) {
        let document = Document(yaml: "a: \"x\(escape)y\"\n\"k\(escape)\": 1\n")
        #expect(document.ids == ["control-character", "control-character"])
    }

    @Test func `tabs and line breaks may be escaped`() {
        let document = Document(yaml: "a: \"\\t\\n\\r\\N\\_\\L\\P\\/\\\\\\\"\"")
        #expect(document.told == [])
        #expect(document.root?["a"]?.text == "\t\n\r\u{85}\u{A0}\u{2028}\u{2029}/\\\"")
    }
}
