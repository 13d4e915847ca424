import PolicyDocument
import Testing

/// Where everything stands: whole documents with the bytes, lines and columns of their nodes.
struct TreeGoldenTests {
    private static let names = ["block", "flow", "scalars", "anchors", "unicode", "windows", "anchored-empty"]

    @Test(arguments: names)
    func `every node has the bytes it was written in`(_ name: String) throws {
        let document = Document(yaml: try Golden.bytes(name + ".yaml"))
        #expect(document.told == [])
        let root = try #require(document.root)
        try Golden.check(TreeDump.text(root, in: document.file), name + ".tree")
    }

    @Test(arguments: names)
    func `every byte of a decoded text leads back to the source`(_ name: String) throws {
        let document = Document(yaml: try Golden.bytes(name + ".yaml"))
        var text = ""
        for node in document.nodes.sorted(by: { $0.span.start < $1.span.start }) where node.kind == .scalar {
            text += "\(document.file.position(at: node.span.start)) \(document.text(node.span).debugDescription)\n"
            for (piece, span) in node.pieces {
                text += "  \(piece.debugDescription) <- \(document.text(span).debugDescription)"
                text += " \(span.start)..<\(span.end)\n"
            }
        }
        try Golden.check(text, name + ".map")
    }

    @Test(arguments: names)
    func `a byte order mark moves bytes and nothing else`(_ name: String) throws {
        let bytes = try Golden.bytes(name + ".yaml")
        let plain = Document(yaml: bytes)
        let marked = Document(yaml: [0xEF, 0xBB, 0xBF] + bytes)
        #expect(marked.told == [])
        #expect(
            marked.nodes.map(\.span)
                == plain.nodes.map { Span(file: $0.file, start: $0.span.start + 3, end: $0.span.end + 3) }
        )
        for (left, right) in zip(plain.nodes, marked.nodes) {
            #expect(plain.file.position(at: left.span.start) == marked.file.position(at: right.span.start))
        }
    }
}

extension Node {
    /// The text in pieces that have the same bytes in the source, and single characters that have not.
    var pieces: [(String, Span)] {
        var pieces: [(String, Span)] = []
        var offset = 0
        var plain = ""
        var plainSpan: Span?
        func flush() {
            if let span = plainSpan { pieces.append((plain, span)) }
            plain = ""
            plainSpan = nil
        }
        for scalar in (text ?? "").unicodeScalars {
            let count = String(scalar).utf8.count
            let span = span(ofUTF8: offset..<offset + count)
            offset += count
            if span.end - span.start == count, scalar != "\n", plainSpan.map({ $0.end == span.start }) ?? true {
                plainSpan = Span(file: span.file, start: plainSpan?.start ?? span.start, end: span.end)
                plain.unicodeScalars.append(scalar)
                continue
            }
            flush()
            if span.end - span.start == count, scalar != "\n" {
                plain = String(scalar)
                plainSpan = span
            } else {
                pieces.append((String(scalar), span))
            }
        }
        flush()
        return pieces
    }
}
