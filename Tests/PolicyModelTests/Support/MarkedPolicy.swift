import PolicyDocument
import Testing

@testable import PolicyModel

/// A policy whose text says on each line what is wrong there: `# error: [id] words that the message holds`.
struct MarkedPolicy {
    /// Checks that exactly the marked findings are reported, each on its line; a line may bear several marks.
    static func check(
        _ text: String,
        files: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let loaded = load(text, files: files)
        var expected: [(line: Int, id: String, words: String)] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            for mark in line.split(separator: "#").dropFirst() {
                let trimmed = mark.drop { $0 == " " }
                guard trimmed.hasPrefix("error: [") else { continue }
                let parts = trimmed.dropFirst("error: [".count).split(separator: "]", maxSplits: 1)
                let words = parts.count > 1 ? parts[1].trimmingBlanks : ""
                expected.append((number + 1, String(parts[0]), words))
            }
        }
        var found = loaded.diagnostics.all.map { finding in
            let file = loaded.sources[finding.span.file]
            return (line: file.position(at: finding.span.start).line, id: finding.id, text: finding.message.text)
        }
        for mark in expected {
            let index = found.firstIndex { $0.line == mark.line && $0.id == mark.id && $0.text.contains(mark.words) }
            guard let index else {
                Issue.record(
                    "line \(mark.line): [\(mark.id)] \(mark.words) is not reported; found \(found)",
                    sourceLocation: sourceLocation
                )
                continue
            }
            found.remove(at: index)
        }
        for finding in found {
            Issue.record(
                "line \(finding.line): unexpected [\(finding.id)] \(finding.text)",
                sourceLocation: sourceLocation
            )
        }
        #expect((loaded.policy == nil) == loaded.diagnostics.hasErrors, sourceLocation: sourceLocation)
    }

    static func load(_ text: String, files: [String: String] = [:]) -> LoadedPolicy {
        var all = files
        all["policy.yaml"] = text
        return PolicyLoader.load(path: "policy.yaml", reader: MemoryReader(files: all))
    }
}

extension Substring {
    fileprivate var trimmingBlanks: String {
        var text = self
        while text.first == " " { text = text.dropFirst() }
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}
