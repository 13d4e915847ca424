import PolicyDocument
import Testing

struct SuppressionTests {
    /// Each suppression of a document as `rule lines reason`, and what was said.
    private func read(_ text: String) throws -> (found: [String], told: [String]) {
        let document = Document(yaml: text)
        let root = try #require(document.root)
        var diagnostics = Diagnostics()
        let found = suppressions(in: document.file, root: root, diagnostics: &diagnostics)
        let told = diagnostics.all.map { diagnostic in
            let position = document.file.position(at: diagnostic.span.start)
            return "\(position.line):\(position.column) \(diagnostic.id): \(diagnostic.message.text)"
        }
        return (found.map { "\($0.ruleID) \($0.lines.lowerBound)-\($0.lines.upperBound) \($0.reason)" }, told)
    }

    @Test func `behind a value it is for its line, alone it is for the next`() throws {
        let result = try read(
            """
            # wspolicy:ignore first because it begins the file
            a: 1  ##wspolicy:ignore second-rule because  of   this
            # wspolicy:ignore third because one
              # another comment

            # wspolicy:ignore fourth because two
            b:
              - x # wspolicy:ignore fifth because # and more
            """
        )
        #expect(result.told == [])
        #expect(
            result.found == [
                "first 2-2 it begins the file", "second-rule 2-2 of this", "third 7-7 one", "fourth 7-7 two",
                "fifth 8-8 # and more",
            ]
        )
    }

    @Test func `a text of several lines is covered whole`() throws {
        let result = try read(
            """
            # wspolicy:ignore above because x
            a: |  # wspolicy:ignore header because y
              # wspolicy:ignore text because this is text
              one
            b: "one
              two" # wspolicy:ignore behind because z
            c: >-
              # wspolicy:ignore text because this too
            """
        )
        #expect(result.told == [])
        #expect(result.found == ["above 2-4 x", "header 2-4 y", "behind 5-6 z"])
    }

    @Test func `what stands in a scalar, a tag or a word is no comment`() throws {
        let result = try read(
            """
            a: "x # wspolicy:ignore r because q"
            b: 'x # wspolicy:ignore r because q'
            c: x#wspolicy:ignore r because q
            d: [ "y" , # wspolicy:ignore flow because r
              z ]
            e: &anchor
              # wspolicy:ignore anchored because s
              f: 1
            """
        )
        #expect(result.told == [])
        #expect(result.found == ["flow 4-4 r", "anchored 8-8 s"])
    }

    private static let malformed: [(String, String)] = [
        ("wspolicy:ignore", "a suppression names no rule"),
        ("wspolicy:ignore because x", "a suppression names no rule"),
        ("wspolicy:ignore rule", "a suppression of `rule` gives no reason"),
        ("wspolicy:ignore rule because", "a suppression of `rule` gives no reason"),
        ("wspolicy:ignore rule since x", "a suppression of `rule` gives no reason"),
        ("wspolicy:ignore one two because x", "a suppression of `one` gives no reason"),
        ("wspolicy:ignore one,two because x", "`one,two` is no rule's name"),
        ("wspolicy:ignore [rule] because x", "`[rule]` is no rule's name"),
        ("wspolicy:disable rule because x", "`wspolicy:disable` is no instruction"),
        ("wspolicy: ignore rule because x", "`wspolicy:` is no instruction"),
        ("WSPolicy:ignore rule because x", "`WSPolicy:ignore` is no instruction"),
    ]

    @Test(arguments: malformed)
    func `a malformed one is reported and silences nothing`(_ comment: String, _ message: String) throws {
        let result = try read("a: 1 # \(comment)")
        #expect(result.found == [])
        #expect(result.told == ["1:6 malformed-suppression: \(message)"])
    }

    @Test func `one before nothing is reported`() throws {
        let result = try read("a: 1\n# wspolicy:ignore rule because x\n# the end\n\n")
        #expect(result.found == [])
        #expect(result.told == ["2:1 malformed-suppression: a suppression stands before nothing"])
    }

    @Test func `other comments may speak of the product`() throws {
        let result = try read("a: 1 # see wspolicy:ignore\n# wspolicy is great\n# ignore\n#\n")
        #expect(result.told == [])
        #expect(result.found == [])
    }

    @Test func `lines end as on Windows and after characters of several bytes`() throws {
        let result = try read("\u{FEFF}# wspolicy:ignore one because é\r\nü: 'é' # wspolicy:ignore two because ß\r\n")
        #expect(result.found == ["one 2-2 é", "two 2-2 ß"])
    }
}
