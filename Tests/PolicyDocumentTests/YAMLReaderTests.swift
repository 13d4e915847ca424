import PolicyDocument
import Testing

struct YAMLReaderTests {
    @Test func `a policy's values are found by their keys`() throws {
        let document = Document(
            yaml: """
                wspolicy: 1
                name: chat   # which one
                origins:
                  allow:
                    - https://a.example
                    - "https://b.example"
                limits: { messageSize: 1MiB, idle: ~ }
                """
        )
        #expect(document.told == [])
        let root = try #require(document.root)
        #expect(root["wspolicy"]?.scalar == .integer("1"))
        #expect(root["name"]?.scalar == .string("chat"))
        #expect(root["origins"]?["allow"]?.elements.map(\.text) == ["https://a.example", "https://b.example"])
        #expect(root["limits"]?.entries.map(\.key.text) == ["messageSize", "idle"])
        #expect(root["limits"]?["idle"]?.scalar == .null)
        #expect(root["nothing"] == nil)
        #expect(root["name"]?["nothing"] == nil)
        #expect(root["name"].map { document.text($0.span) } == "chat")
    }

    @Test func `what a node is not, it does not pretend to be`() throws {
        let document = Document(yaml: "a: [1]\nb: {c: 2}\nd: x")
        let root = try #require(document.root)
        let list = try #require(root["a"])
        #expect(
            list.kind == .sequence && list.text == nil && list.scalar == nil && list.entries.isEmpty && !list.isPlain
        )
        let mapping = try #require(root["b"])
        #expect(mapping.kind == .mapping && mapping.elements.isEmpty && mapping.scalar == nil)
        let scalar = try #require(root["d"])
        #expect(scalar.kind == .scalar && scalar.elements.isEmpty && scalar.entries.isEmpty && scalar.isPlain)
        #expect(list.span(ofUTF8: 0..<1) == list.span)
    }

    @Test(arguments: ["\"a\"", "'a'", "|\n  a", ">\n  a"])
    func `only a plain scalar is typed`(_ source: String) throws {
        let node = try #require(
            Document(yaml: "k: " + source.replacing("a", with: "12"))
                .root?["k"]
        )
        #expect(!node.isPlain)
        guard case .string = node.scalar else {
            Issue.record("\(source) is \(String(describing: node.scalar))")
            return
        }
        #expect(node.yaml11Form == nil)
    }

    @Test func `a document may be a scalar or a list`() {
        #expect(Document(yaml: "abc").root?.scalar == .string("abc"))
        #expect(Document(yaml: "''").root?.scalar == .string(""))
        #expect(Document(yaml: "~").root?.scalar == .null)
        #expect(Document(yaml: "{}").root?.kind == .mapping)
        #expect(Document(yaml: "- 1\n- 2\n").root?.elements.count == 2)
    }

    @Test func `one document may have its markers and its version`() {
        let document = Document(yaml: "%YAML 1.2\n--- # one\na: 1\n...\n# behind it\n")
        #expect(document.told == [])
        #expect(document.root?["a"]?.scalar == .integer("1"))
    }

    @Test func `the first document stays when a second follows`() {
        let document = Document(yaml: "a: 1\n---\nb: [\n")
        #expect(document.ids == ["second-document"])
        #expect(document.root?["a"]?.scalar == .integer("1"))
    }

    @Test func `of a duplicate key the first stays`() {
        let document = Document(yaml: "a: 1\nb: 2\na: {c: 3}\n")
        #expect(document.ids == ["duplicate-key"])
        #expect(document.root?.entries.map(\.key.text) == ["a", "b"])
        #expect(document.root?["a"]?.scalar == .integer("1"))
    }

    @Test func `many keys are told apart, and each duplicate is found`() {
        let lines = (0..<300).map { "key\($0): \($0)" } + ["key7: again", "'key299': again", "key300: new"]
        let document = Document(yaml: lines.joined(separator: "\n"))
        #expect(
            document.told == [
                "301:1 duplicate-key: the key `key7` is there twice (8:1 first defined here)",
                "302:1 duplicate-key: the key `key299` is there twice (300:1 first defined here)",
            ]
        )
        #expect(document.root?.entries.count == 301)
    }

    @Test func `after a hundred errors the rest is not read`() {
        let document = Document(yaml: (0..<500).map { _ in "a: 1\n" }.joined())
        #expect(document.root == nil)
        #expect(document.diagnostics.all.count == DocumentLimits.errors)
    }
}

/// Aliases and merge keys.
struct AliasTests {
    @Test func `an alias is the node it names, and knows its own place`() throws {
        let document = Document(yaml: "a: &x [1, 2]\nb: *x\n")
        let alias = try #require(document.root?["b"])
        #expect(document.text(alias.span) == "[1, 2]")
        #expect(alias.aliasSpan.map(document.text) == "*x")
        #expect(alias.elements.map(\.text) == ["1", "2"])
        #expect(document.root?["a"]?.aliasSpan == nil)
    }

    @Test func `a key of the mapping itself wins over a merged one on either side`() {
        let document = Document(yaml: "b: &b {x: 1, y: 2, z: 3}\na: {y: 8, <<: *b, z: 9}\n")
        #expect(document.told == [])
        #expect(document.root?["a"]?.entries.map { $0.key.text } == ["y", "x", "z"])
        #expect(document.root?["a"]?.entries.map { $0.value.text } == ["8", "1", "9"])
    }

    @Test func `of several merged mappings the earlier wins`() {
        let document = Document(yaml: "a: {<<: [{x: 1}, {x: 2, y: 3}]}\n")
        #expect(document.root?["a"]?.entries.map { $0.value.text } == ["1", "3"])
    }

    @Test func `a merged mapping brings what was merged into it`() {
        let document = Document(yaml: "a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b}\n")
        #expect(document.root?["c"]?.entries.map { $0.key.text } == ["x", "y"])
        #expect(document.root?["c"]?["<<"] == nil)
    }

    @Test func `a quoted merge key is an ordinary key`() {
        let document = Document(yaml: "a: {'<<': {x: 1}}\n")
        #expect(document.told == [])
        #expect(document.root?["a"]?["<<"]?["x"]?.text == "1")
    }

    @Test func `a merged key is not a duplicate, whichever way it is merged`() {
        #expect(Document(yaml: "a: &a {x: 1}\nb: {<<: [*a, *a], x: 2}\n").told == [])
    }

    @Test func `an alias bomb is refused where it goes off`() {
        var lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
        for level in 1...9 {
            lines.append(
                "a\(level): &a\(level) [" + (0..<10).map { _ in "*a\(level - 1)" }.joined(separator: ", ") + "]"
            )
        }
        let document = Document(yaml: lines.joined(separator: "\n"))
        #expect(document.root == nil)
        #expect(document.ids == ["alias-expansion"])
        #expect(document.file.position(at: document.diagnostics.all[0].span.start).line == 5)
    }

    @Test func `a merge bomb is refused too`() {
        let keys = (0..<1_000).map { "k\($0): 1" }.joined(separator: ", ")
        let merges = (0..<200).map { "m\($0): {<<: *a}" }.joined(separator: "\n")
        #expect(Document(yaml: "a: &a {\(keys)}\n\(merges)").ids == ["alias-expansion"])
    }

    @Test func `many aliases of small values are no bomb`() throws {
        let items = (0..<2_000).map { _ in "*a" }.joined(separator: ", ")
        let document = Document(yaml: "a: &a {x: 1}\nb: [\(items)]\n")
        #expect(document.told == [])
        #expect(document.root?["b"]?.elements.count == 2_000)
    }

    @Test func `aliases do not nest deeper than the text may`() {
        var lines = ["a0: &a0 x"]
        for level in 1...70 { lines.append("a\(level): &a\(level) [*a\(level - 1)]") }
        let document = Document(yaml: lines.joined(separator: "\n"))
        #expect(document.ids == ["nesting-too-deep"])
        #expect(document.file.position(at: document.diagnostics.all[0].span.start).line == 65)
    }
}
