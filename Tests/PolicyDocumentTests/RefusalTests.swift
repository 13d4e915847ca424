import PolicyDocument
import Testing

/// What the reader refuses, and how it says so.
struct RefusalTests {
    /// A heading and the documents below it.
    private static let cases: [(String, [String])] = [
        (
            "duplicate keys",
            ["a: 1\nb: 2\n\"a\": 3\n", "{c: 1, 'c': 2, \"\\x63\": 3}", "a: {b: 1}\nc: {b: 1, b: 2}\na: 3"]
        ),
        (
            "aliases and anchors",
            [
                "a: *b\nc: &b 1\n", "a: &b:c x\nd: [&e:f]", "a: &name 1\nb: *nmae\n", "a: &a [1, *a]",
                "a: &a {b: {c: *a}}", "a: &a 1\nb: &a 2",
                "*a : 1", "a: &a x\n*a : 1", "&k a: 1", "a: {&k b: 1}", "a: *", "origins: *.example.com", "a: &",
            ]
        ),
        (
            "keys that are no words",
            ["? a\n: 1", "? [a]\n: 1", "[a]: 1", "{a: b}: 1", "- [x]: 1", "[? a : b]", ": 1", "{: 1}", "? |\n  a\n: 1"]
        ),
        (
            "merge keys",
            ["<<: 1", "a: {<<: [x, {y: 1}]}", "a: &a {x: 1}\nb: {<<: *a, <<: *a}", "a: &a [1]\nb: {<<: *a}", "<<:"]
        ),
        (
            "tags",
            [
                "a: !foo 1", "a: !!binary aGk=", "a: !!int x", "a: !!int \"1\"\nb: !!bool no", "a: !!map [1]",
                "a: !!seq\n  b: 1",
                "a: !!omap []", "a: !x!y 1", "a: !<x b", "a: !!str [1]", "!!str a: 1\n!b c: 2",
                "a: !<tag:yaml.org,2002:set> {}",
            ]
        ),
        (
            "directives and documents",
            [
                "%YAML 1.1\n---\na: 1", "%YAML 1.3\n---\na: 1", "%YAML x\n---\na: 1", "%TAG !e! tag:x,2000:\n---\na: 1",
                "%FOO bar\n---\na: 1", "%YAML 1.2\na: 1", "%YAML 1.2\n%YAML 1.2\n---\na: 1", "a: 1\n---\nb: 2",
                "a: 1\n...\n---\n",
                "a: 1\n...\nb: 2",
                "{a: 1}\nb: 2", "a: 1\n%YAML 1.2\n---\nb: 1", "a: 1\n...\n%YAML 1.2\n---\nb: 1",
            ]
        ),
        ("nothing", ["", "\n\n", "# only a comment\n", "---\n", "--- # x\n...\n", "\u{FEFF}"]),
        (
            "tabs",
            ["a:\n\tb: 1", "a:\n  - 1\n\t- 2", "a: |\n  x\n\ty", "a: b\n\tc: d", "\ta: 1", "a: |\n\tx"]
        ),
        (
            "indentation and colons",
            [
                "a:\n\"b\"", "a:\n|\n x\nb: 1", "- \n\n>\n", "- a:\n  'b'\n  c: 1", "a:\n[b]", "a: &x\n!!str\nb: 1",
                "a: &x 1\nb:\n*x",
                "a:\n  b:\n  - c\n  d:\n |\n  e",
                "a: b: c", "a: 1\n b: 2", "a\nb: 1", "- a\nb: 1", "a:\n    b: 1\n  c: 2", "a:\n  - b\n - c",
                "a: 1\nb\nc: 1",
                "- a: 1\n  b\n- c", "a: - b", "a: ? b", "a: 1\n- b", "a: x\n  - y: 1",
            ]
        ),
        (
            "quotes and brackets",
            [
                "a: \"abc\nb: 1", "a: 'it's'", "a: \"x\" y", "a: [1, 2\nb: 3", "a: {x: 1\nb: 3", "a: [1, 2", "a: {x: 1",
                "a: [b]]",
                "a: ]", "a: {b c: d}}", "a: \"x\n---\nb\"", "a: [a b, , c]", "a: [\"x\" \"y\"]",
            ]
        ),
        (
            "escapes and beginnings",
            [
                "a: \"\\q\"", "a: \"\\x4\"", "a: \"\\uD83D\\uDE00\"", "a: \"\\U00110000\"", "a: @b", "a: `b`", "a: %b",
                "a: |0\n  x",
                "a: | x\n  y", "a: |-x", "a: |12\n  x",
            ]
        ),
        (
            "characters",
            [
                "a: \"\\0\"\nb: \"\\x1b[0m\"\nc: \"\\x9F\"", "a: x\u{0}", "a: \u{7}b", "a: \u{7F}", "é: \u{9F}",
                "a: x\u{FEFF}y",
                "a: \u{FFFE}", "a: x\u{85}b: 1", "a: x\rb: 1", "a: \"x\ry\"\r", "a: b # c\u{2028}d\n",
                "a: |\n  x\u{2029}y\nb: \"\u{85}\"\nc: 'x\u{2028}'",
            ]
        ),
        (
            "comments",
            [
                "a: |#\n", "a: >-#b\n  c\n", "a: [b,#c\nd]", "a: \"x\"#c", "a: {b: 'c'#d\n}",
                "a: [b]#c\nd: e# f\ng: x #h",
            ]
        ),
    ]

    @Test func `every refusal names the place and the way out`() throws {
        var text = ""
        for (heading, documents) in Self.cases {
            text += "## \(heading)\n\n"
            for source in documents {
                let document = Document(yaml: source)
                #expect(document.diagnostics.hasErrors, "accepted: \(source)")
                text += document.report + "\n"
            }
        }
        try Golden.check(text, "refusals.txt")
    }

    @Test func `messages are one line, lower case, without a final period`() {
        for source in Self.cases.flatMap(\.1) {
            for diagnostic in Document(yaml: source).diagnostics.all {
                let texts = [diagnostic.message.text, diagnostic.help ?? "x"] + diagnostic.labels.map(\.text)
                for text in texts {
                    #expect(!text.contains("\n") && !text.hasSuffix(".") && text.first?.isUppercase == false, "\(text)")
                }
                #expect(diagnostic.severity == .error && diagnostic.origin == .language)
            }
        }
    }

    @Test func `no syntax error is told in general words`() {
        for source in Self.cases.flatMap(\.1) {
            let told = Document(yaml: source).told
            #expect(!told.contains { $0.contains("is no YAML here") }, "\(source): \(told)")
        }
    }

    @Test func `reading goes on after a duplicate key, a foreign tag and an unknown alias`() {
        let document = Document(yaml: "a: 1\na: 2\nb: !x 3\nc: *d\n? e\n: 4\nf: \"\\0\"\n")
        #expect(
            document.ids == [
                "duplicate-key", "custom-tag", "undefined-alias", "complex-key", "control-character",
            ]
        )
        #expect(document.root?.entries.map(\.key.text) == ["a", "b", "e", "f"])
        #expect(document.root?["a"]?.scalar == .integer("1"))
    }
}
