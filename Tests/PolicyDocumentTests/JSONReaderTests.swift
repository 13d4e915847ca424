import PolicyDocument
import SeededNumbers
import Testing

struct JSONReaderTests {
    @Test func `all kinds of values are read, numbers as written`() throws {
        let document = Document(
            json: #" {"a": [1, -0, 1.50, 2E+3, 12345678901234567890], "b": {"c": "1"}, "": [true, false, null]} "#
        )
        #expect(document.told == [])
        let root = try #require(document.root)
        #expect(
            root["a"]?.elements.map(\.scalar) == [
                .integer("1"), .integer("-0"), .float("1.50"), .float("2E+3"), .integer("12345678901234567890"),
            ]
        )
        #expect(root["b"]?["c"]?.scalar == .string("1"))
        #expect(root[""]?.elements.map(\.scalar) == [.bool(true), .bool(false), .null])
    }

    @Test(arguments: ["\"true\"", "\"12\"", "\"null\"", "\"\"", "\"~\"", "\"<<\""])
    func `a string is never typed`(_ text: String) {
        #expect(Document(json: text).root?.scalar == .string(String(text.dropFirst().dropLast())))
    }

    @Test func `a member called like a merge key is an ordinary member`() {
        let document = Document(json: #"{"<<": {"a": 1}}"#)
        #expect(document.root?["<<"]?["a"]?.text == "1")
    }

    @Test func `every escape is decoded exactly`() {
        let document = Document(json: #""\"\\\/\b\f\n\r\t\u0000\u001F\u007f\u00E9\u20ac\ud83D\uDE00\uFFFF""#)
        #expect(document.told == [])
        #expect(document.root?.text == "\"\\/\u{8}\u{C}\n\r\t\0\u{1F}\u{7F}é€😀\u{FFFF}")
    }

    @Test func `a line of a file is read by itself, its places count from the file's start`() throws {
        let text = "{\"at\": 1}\n{\"at\": [2, é]}\r\n{\"at\": \"x\"}"
        let file = SourceFile(id: FileID(index: 3), path: "t.jsonl", bytes: Array(text.utf8))
        var diagnostics = Diagnostics()
        let first = try #require(file.rangeOfLine(1))
        #expect(DocumentReader.readJSON(file, in: first, diagnostics: &diagnostics)?["at"]?.text == "1")
        let second = try #require(file.rangeOfLine(2))
        #expect(DocumentReader.readJSON(file, in: second, diagnostics: &diagnostics) == nil)
        #expect(diagnostics.all.count == 1)
        #expect(file.position(at: diagnostics.all[0].span.start) == (2, 12))
        let third = try #require(file.rangeOfLine(3))
        let root = DocumentReader.readJSON(file, in: third, diagnostics: &diagnostics)
        #expect(root?["at"]?.span == Span(file: file.id, start: third.lowerBound + 7, end: third.lowerBound + 10))
    }

    @Test func `positions are exact`() throws {
        let document = Document(json: "{\n  \"é\": [ 1 , \"x\" ],\n  \"b\" : {}\n}\n")
        try Golden.check(TreeDump.text(try #require(document.root), in: document.file), "json.tree")
    }

    /// What RFC 8259 refuses.
    private static let refused = [
        "", " \n", "{", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,",
        "{\"a\":1,}", "{a: 1}",
        "{'a': 1}", "{\"a\" 1}", "{1: 2}", "{,}", "01", "-", "+1", "1.", ".5", "1e", "1e+", "0x1", "-01", "NaN",
        "Infinity", "-Infinity",
        "True", "nul", "nulls", "'a'", "\"a", "\"\\", "\"\\q\"", "\"\\u12\"", "\"\\u12G4\"", "\"\\u\u{FF11}234\"",
        "\"\t\"", "\"a\nb\"",
        "\"\\ud800\"", "\"\\ud800x\"", "\"\\ud800\\n\"", "\"\\ud800\\u0041\"", "\"\\udc00\"",
        "\"\\ud83d\\ud83d\\ude00\"", "1 2", "{} []",
        "\u{FEFF}{}", "[1] // x", "/* */ 1", "[1\u{A0}]", "\u{2028}1", "]", "}", ":", "é", "\"a\" \"b\"", "[\u{C}1]",
        "tru\u{E9}",
    ]

    @Test func `every refusal names the place`() throws {
        var text = ""
        for source in Self.refused {
            let document = Document(json: source)
            #expect(document.root == nil, "\(source) was accepted")
            #expect(document.diagnostics.all.count == 1, "\(source)")
            text += document.report + "\n"
        }
        try Golden.check(text, "json-refusals.txt")
    }

    @Test func `duplicate members are errors, by decoded name`() {
        let document = Document(json: #"{"a": 1, "b": {"a": 2}, "\u0061": 3, "b": 4}"#)
        #expect(
            document.told == [
                "1:25 duplicate-key: the key `a` is there twice (1:2 first defined here)",
                "1:38 duplicate-key: the key `b` is there twice (1:10 first defined here)",
            ]
        )
        #expect(document.root?["a"]?.text == "1")
    }

    @Test func `after a hundred errors the rest is not read`() {
        let document = Document(json: "{" + (0..<500).map { _ in "\"a\": 1, " }.joined() + "\"a\": 1}")
        #expect(document.root == nil)
        #expect(document.diagnostics.all.count == DocumentLimits.errors)
    }

    @Test(arguments: 1...3)
    func `JSON read as YAML is the same tree at the same places`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let text = Self.randomValue(depth: 0, using: &random)
            let json = Document(json: text)
            let yaml = Document(yaml: text)
            #expect(json.told == [] && yaml.told == [], "\(text)")
            #expect(json.nodes.map(\.span) == yaml.nodes.map(\.span), "\(text)")
            #expect(json.nodes.map(\.kind) == yaml.nodes.map(\.kind), "\(text)")
            #expect(json.nodes.map(\.scalar) == yaml.nodes.map(\.scalar), "\(text)")
        }
    }

    /// A value whose strings hold what both languages write alike.
    private static func randomValue(depth: Int, using random: inout SeededGenerator) -> String {
        let words = ["null", "true", "false", "0", "-12", "3.5", "-1e5", "1.25E-3", "12345678901234567890"]
        let texts = [
            "", "a", "no", "12", "é😀", "a: b", "# x", "\\n\\t\\\"\\\\\\/", "\\u00e9\\u20ac", "[", "'", "*a", "<< ",
        ]
        let blanks = ["", "", " ", "\n", "\n  "]
        func blank() -> String { blanks[Int.random(in: 0..<blanks.count, using: &random)] }
        func string() -> String { "\"" + texts[Int.random(in: 0..<texts.count, using: &random)] + "\"" }
        switch Int.random(in: 0..<(depth < 4 ? 6 : 3), using: &random) {
        case 0, 1: return words[Int.random(in: 0..<words.count, using: &random)]
        case 2: return string()
        case 3:
            let members = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                blank() + randomValue(depth: depth + 1, using: &random) + blank()
            }
            return "[" + members.joined(separator: ",") + "]"
        default:
            let members = (0..<Int.random(in: 0...4, using: &random)).map { index in
                blank() + "\"k\(index)\":" + blank() + randomValue(depth: depth + 1, using: &random) + blank()
            }
            return "{" + members.joined(separator: ",") + "}"
        }
    }

    @Test func `bytes that are no UTF-8 are named in a string and outside`() {
        for (head, bytes) in [
            ("[\"a", [UInt8(0xFF)]), ("[\"é", [0xED, 0xA0, 0x80]), ("[", [0xC3]), ("[\"", [0xE2, 0x82]),
        ] {
            let document = Document(json: Array(head.utf8) + bytes)
            #expect(document.diagnostics.all.map(\.span.start) == [head.utf8.count])
        }
    }
}
