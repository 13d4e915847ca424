import PolicyDocument
import Testing

/// What a document may cost.
struct LimitTests {
    @Test func `sixty-four levels are read, sixty-five are not`() {
        for (open, close) in [("[", "]"), ("{a: ", "}"), ("- ", "")] {
            for depth in [64, 65] {
                let text = String(repeating: open, count: depth) + "x" + String(repeating: close, count: depth)
                let document = Document(yaml: text)
                #expect(document.ids == (depth == 64 ? [] : ["nesting-too-deep"]), "\(open)")
                guard depth == 65 else { continue }
                #expect(document.diagnostics.all[0].span.start == 64 * open.utf8.count)
            }
        }
        for depth in [64, 65] {
            let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            #expect(Document(json: text).ids == (depth == 64 ? [] : ["nesting-too-deep"]))
        }
    }

    @Test(arguments: ["[", "{a: ", "[{a: ", "- ", "a: [", "? ", "&a [", "!!seq [", "{", "[? ", "\"", "*", "- - "])
    func `a file full of openings ends in an error`(_ opening: String) {
        let text = String(repeating: opening, count: 3_000_000 / opening.utf8.count)
        let document = Document(yaml: text)
        #expect(document.diagnostics.hasErrors)
        #expect(document.root == nil)
    }

    @Test func `fifty megabytes are refused before they are looked at`() {
        let document = Document(yaml: [UInt8](repeating: UInt8(ascii: "["), count: 50_000_000))
        #expect(document.told == ["1:1 file-too-large: the file has 50000000 bytes, and at most 4194304 are read"])
        #expect(document.root == nil)
        #expect(Document(json: [UInt8](repeating: UInt8(ascii: "["), count: 50_000_000)).ids == ["file-too-large"])
    }

    @Test func `a file of as many bytes as may be is read`() {
        let text = "a: \"" + String(repeating: "x", count: DocumentLimits.fileBytes - 5) + "\""
        #expect(Document(yaml: text).told == [])
        #expect(Document(yaml: text + "\n").ids == ["file-too-large"])
    }

    @Test func `too many values are refused`() {
        let text = "[" + String(repeating: "x,", count: DocumentLimits.nodes) + "]"
        #expect(Document(yaml: text).ids == ["too-many-nodes"])
        #expect(
            Document(json: "[" + String(repeating: "1,", count: DocumentLimits.nodes) + "1]").ids == ["too-many-nodes"]
        )
    }
}
