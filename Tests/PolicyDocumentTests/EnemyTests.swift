@testable import PolicyDocument
import SeededNumbers
import Testing

/// Input that means harm: nothing traps, nothing hangs, and what is said has a place.
struct EnemyTests {
    private static let names = ["block", "flow", "scalars", "anchors", "unicode", "windows", "anchored-empty"]

    /// Reads and looks at everything that a later stage would look at.
    private func examine(_ bytes: [UInt8]) {
        let document = Document(yaml: bytes)
        check(document)
        if document.root == nil { #expect(document.diagnostics.hasErrors, "\(bytes)") }
        guard let root = document.root else { return }
        var diagnostics = Diagnostics()
        _ = suppressions(in: document.file, root: root, diagnostics: &diagnostics)
        // libyaml saw other characters in their place.
        guard !document.ids.contains("line-separator") else { return }
        let hasMerges = document.nodes.contains { $0.text == "<<" } || bytes.contains(UInt8(ascii: "<"))
        for node in document.nodes {
            var end = node.span.start
            for member in hasMerges ? [] : node.elements + node.entries.flatMap({ [$0.key, $0.value] }) {
                // Members lie inside, one behind the other.
                let span = member.aliasSpan ?? member.span
                #expect(span.start >= end && span.end <= node.span.end, "\(String(decoding: bytes, as: UTF8.self))")
                end = span.end
            }
            #expect(node.span.start >= 0 && node.span.end <= bytes.count)
            guard let text = node.text else { continue }
            _ = node.scalar
            _ = node.yaml11Form
            let record = node.record
            let map = ScalarSourceMap(
                bytes,
                start: Int(record.start),
                end: Int(record.end),
                style: record.style,
                text: Array(text.utf8)[...]
            )
            // A text that was decoded twice is the same twice, run by run.
            #expect(
                map.text == Array(text.utf8),
                "\(document.text(node.span).debugDescription) \(String(decoding: bytes, as: UTF8.self).debugDescription)"
            )
            #expect(!map.isGivenUp, "\(document.text(node.span).debugDescription)")
        }
    }

    private func check(_ document: Document) {
        for diagnostic in document.diagnostics.all {
            for span in [diagnostic.span] + diagnostic.labels.map(\.span) {
                #expect(
                    span.start >= 0 && span.start <= span.end && span.end <= document.file.bytes.count,
                    "\(diagnostic)"
                )
            }
        }
    }

    @Test(arguments: names)
    func `a document cut off at any byte is told or read`(_ name: String) throws {
        let bytes = try Golden.bytes(name + ".yaml")
        for count in 0...bytes.count { examine(Array(bytes[..<count])) }
    }

    @Test(arguments: names)
    func `a document cut off at its beginning is told or read`(_ name: String) throws {
        let bytes = try Golden.bytes(name + ".yaml")
        for count in 0...bytes.count { examine(Array(bytes[count...])) }
    }

    @Test(arguments: 1...4)
    func `random bytes never trap`(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<3_000 {
            let count = Int.random(in: 0...60, using: &random)
            examine((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
        }
    }

    @Test(arguments: 1...4)
    func `random characters of YAML never trap`(_ seed: UInt64) {
        let alphabet = Array("  \n\n\t-:?,[]{}#&*!|>'\"%@`~ab0é\u{2028}\\x\r".unicodeScalars)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<6_000 {
            var text = ""
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                text.unicodeScalars.append(alphabet[Int.random(in: 0..<alphabet.count, using: &random)])
            }
            examine(Array(text.utf8))
        }
    }

    @Test(arguments: 1...4)
    func `mutated documents never trap`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let pool = try Self.names.map { try Golden.bytes($0 + ".yaml") }
        for _ in 0..<3_000 {
            guard var bytes = pool.randomElement(using: &random), let other = pool.randomElement(using: &random) else {
                return
            }
            for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, with: other, using: &random) }
            examine(bytes)
        }
    }

    private func mutate(_ bytes: inout [UInt8], with other: [UInt8], using random: inout SeededGenerator) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        let length = min(Int.random(in: 1...12, using: &random), bytes.count - place)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes.removeSubrange(place..<place + length)
        case 1:
            bytes.insert(contentsOf: bytes[place..<place + length], at: Int.random(in: 0...bytes.count, using: &random))
        case 2:
            let start = Int.random(in: 0..<other.count, using: &random)
            bytes.insert(contentsOf: other[start...].prefix(20), at: place)
        default:
            let marks = Array(" \n-:[]{}#&*!|>'\"\\,?\t".utf8)
            bytes.insert(marks[Int.random(in: 0..<marks.count, using: &random)], at: place)
        }
    }

    @Test(arguments: 1...4)
    func `mutated JSON never traps`(_ seed: UInt64) {
        let sample = Array(#"{"a":[1,-2.5e3,"x\u00e9\ud83d\ude00\n"],"b":{"c":null,"d":true},"é":"ü"}"#.utf8)
        var random = SeededGenerator(seed: seed)
        for count in 0..<sample.count { #expect(Document(json: Array(sample[..<count])).root == nil) }
        for _ in 0..<5_000 {
            var bytes = sample
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<max(bytes.count, 1), using: &random)
                if Bool.random(using: &random), !bytes.isEmpty {
                    bytes.remove(at: place)
                } else {
                    bytes.insert(sample.randomElement(using: &random) ?? 0xFF, at: place)
                }
            }
            let document = Document(json: bytes)
            check(document)
            #expect(document.root != nil || document.diagnostics.hasErrors)
            for node in document.nodes {
                guard let text = node.text else { continue }
                let map = ScalarSourceMap(
                    bytes,
                    start: node.span.start,
                    end: node.span.end,
                    style: node.record.style,
                    text: []
                )
                #expect(map.text == Array(text.utf8))
            }
        }
    }
}
