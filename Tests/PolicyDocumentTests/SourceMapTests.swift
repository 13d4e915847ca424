import PolicyDocument
import Testing

/// A range of a decoded text leads to the right bytes of the source.
struct SourceMapTests {
    /// A document of one key, a piece of its text, and what that piece is in the source.
    private static let cases: [(String, String, String)] = [
        ("k: plain text", "text", "text"),
        ("k: one\n  two", "one two", "one\n  two"),
        ("k: one\n  two", " ", "\n  "),
        ("k: one\n\n\n  two", "\n\n", "\n\n\n  "),
        ("k: 'it''s'", "'", "''"),
        ("k: 'it''s'", "s", "s"),
        ("k: 'a  \n\n  b'", "a\nb", "a  \n\n  b"),
        ("k: \"a\\nb\"", "\n", "\\n"),
        ("k: \"a\\u00E9b\"", "é", "\\u00E9"),
        ("k: \"a\\U0001F600b\"", "😀", "\\U0001F600"),
        ("k: \"\\x41\\x42C\"", "ABC", "\\x41\\x42C"),
        ("k: \"a \\\n   b\"", "b", "b"),
        ("k: \"a \\\n   b\"", "a b", "a \\\n   b"),
        ("k: \"a \\\n\n   b\"", "\n", "\\\n\n   "),
        ("k: \"é\\\\ü\"", "\\ü", "\\\\ü"),
        ("k: |\n  one\n   two\n", " two", " two"),
        ("k: |\n  one\n   two\n", "one\n two", "one\n   two"),
        ("k: |3-\n     one\n   two\n", "one", "one"),
        ("k: |3-\n     one\n   two\n", "two", "two"),
        ("k: |+\n\n  one\n\n", "one", "one"),
        ("k: >\n  one\n  two\n\n  three\n", "two\nthree", "two\n\n  three"),
        ("k: >\n  one\n  two\n\n  three\n", "two", "two"),
        ("k: >-\n  one\n    more\n  two", "  more", "  more"),
        ("k: >2\n\n    indented\n  one\n  two\n", "one two", "one\n  two"),
        ("k: >\r\n  one\r\n  two\r\n", "two", "two"),
        ("- |\n é\n ü\n", "ü", "ü"),
        ("k: &a !!str \"x\\ty\"", "\t", "\\t"),
    ]

    @Test(arguments: cases)
    func `a piece of the text is found in the source`(_ source: String, _ piece: String, _ expected: String) throws {
        let document = Document(yaml: source)
        #expect(document.told == [])
        let node = try #require(document.root?["k"] ?? document.root?.elements.first)
        let text = Array(try #require(node.text).utf8)
        let wanted = Array(piece.utf8)
        let start = try #require(
            text.indices.first { text[$0...].starts(with: wanted) },
            "\(String(describing: node.text)) has no \(piece)"
        )
        #expect(document.text(node.span(ofUTF8: start..<start + wanted.count)) == expected)
    }

    @Test func `ranges outside the text are cut, and empty ones are places`() throws {
        let document = Document(yaml: "k: \"a\\tb\"\ne: ''\n")
        let node = try #require(document.root?["k"])
        #expect(document.text(node.span(ofUTF8: -5..<99)) == "a\\tb")
        #expect(node.span(ofUTF8: 1..<1) == Span(file: node.file, start: 5, end: 5))
        #expect(node.span(ofUTF8: 3..<3) == Span(file: node.file, start: 8, end: 8))
        #expect(node.span(ofUTF8: 90..<95) == Span(file: node.file, start: 8, end: 8))
        let empty = try #require(document.root?["e"])
        #expect(empty.span(ofUTF8: 0..<0) == Span(file: node.file, start: 14, end: 14))
    }

    @Test func `JSON escapes and surrogate pairs lead back`() throws {
        let document = Document(json: #"["a\n\u00e9\ud83d\ude00/\/é"]"#)
        let node = try #require(document.root?.elements.first)
        #expect(node.text == "a\né😀//é")
        #expect(
            node.pieces.map { document.text($0.1) } == ["a", #"\n"#, #"\u00e9"#, #"\ud83d\ude00"#, "/", #"\/"#, "é"]
        )
    }
}
