import ContentFuzzing
import Foundation
import Testing

/// What fuzzing found worth keeping: inputs that reach different parts of the content pass, and those that once failed.
struct CorpusTests {
    private static var inputs: [URL] {
        get throws {
            let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")
            return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
                .sorted { $0.path < $1.path }
        }
    }

    @Test func `the runtime and the reference evaluator agree on the corpus`() throws {
        var count = 0
        for input in try Self.inputs {
            let bytes = Array(try Data(contentsOf: input))
            if let found = FuzzCase(bytes)?.disagreement() { Issue.record("\(input.lastPathComponent): \(found)") }
            count += 1
        }
        #expect(count > 20)
    }

    @Test func `the corpus cut off and damaged anywhere is decided alike`() throws {
        for input in try Self.inputs {
            let bytes = Array(try Data(contentsOf: input))
            guard bytes.count > 1 else { continue }
            for place in stride(from: 1, to: bytes.count, by: max(1, bytes.count / 12)) {
                var damaged = bytes
                damaged[place] ^= UInt8(1 << (place % 8))
                for variant in [Array(bytes[..<place]), damaged] {
                    let found = FuzzCase(variant)?.disagreement()
                    #expect(found == nil, "\(input.lastPathComponent), \(place)")
                }
            }
        }
    }

    @Test func `what has no schema or no message is nothing to compare`() {
        for text in ["", "\n", "a", "a{}", "a{", "a{]\n1", "a[1]\n1"] {
            #expect(FuzzCase(Array(text.utf8))?.disagreement() == nil)
        }
    }
}
