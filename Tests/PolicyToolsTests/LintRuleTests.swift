import Foundation
import PolicyDocument
import PolicyModel
import Testing

@testable import PolicyTools

struct LintRuleTests {
    private static func lint(_ text: String) -> [(line: Int, severity: String, id: String, message: String)] {
        let loaded = PolicyLoader.load(path: "policy.yaml", reader: MemoryReader(files: ["policy.yaml": text]))
        return Linter.lint([loaded]).findings.map { finding in
            let file = finding.sources[finding.diagnostic.span.file]
            return (
                file.position(at: finding.diagnostic.span.start).line, FindingText.name(finding.diagnostic.severity),
                finding.diagnostic.id, finding.diagnostic.message.text
            )
        }
    }

    /// The findings that a text marks, as `# severity: [id] words`.
    private static func marks(_ text: String) -> [(line: Int, severity: String, id: String, words: String)] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { number, line in
            line.components(separatedBy: "# ").dropFirst().compactMap { mark in
                let parts = mark.components(separatedBy: ": [")
                guard parts.count == 2, ["error", "warning", "note"].contains(parts[0]) else { return nil }
                let rest = parts[1].components(separatedBy: "]")
                return (number + 1, parts[0], rest[0], rest.dropFirst().joined().trimmingCharacters(in: .whitespaces))
            }
        }
    }

    @Test(arguments: LintRegistry.rules.map { $0.id })
    func `a rule finds what its bad policy marks, and nothing in its good one and its near miss`(_ id: String) throws {
        let rule = try #require(LintRegistry.rule(id))
        var found = Self.lint(rule.text.bad)
        let marks = Self.marks(rule.text.bad)
        #expect(marks.contains { $0.id == id }, "the bad policy marks nothing")
        for mark in marks {
            let index = found.firstIndex {
                $0.line == mark.line && $0.id == mark.id && $0.severity == mark.severity
                    && (mark.words.isEmpty || $0.message.contains(mark.words))
            }
            guard let index else {
                Issue.record("line \(mark.line): \(mark.severity) [\(mark.id)] \(mark.words) is not found in \(found)")
                continue
            }
            found.remove(at: index)
        }
        #expect(found.isEmpty, "unexpected in the bad policy: \(found)")
        #expect(Self.lint(rule.text.good).isEmpty, "in the good policy: \(Self.lint(rule.text.good))")
        #expect(
            Self.lint(rule.text.nearMiss).filter { $0.id == id }.isEmpty,
            "in the near miss: \(Self.lint(rule.text.nearMiss))"
        )
        let broken = Self.lint(rule.text.nearMiss).filter { $0.severity == "error" }
        #expect(broken.isEmpty, "the near miss is no policy: \(broken)")
    }

    @Test func `the registry holds the rules of the folder, each once`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../Sources/PolicyTools/Lint/Rules"
        )
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.standardized.path)
            .map { $0.replacingOccurrences(of: ".swift", with: "") }.sorted()
        let types = LintRegistry.rules.map { String(describing: $0) }
        #expect(types.sorted() == files)
        #expect(Set(LintRegistry.rules.map { $0.id }).count == types.count)
        #expect(types.count >= 25)
        for rule in LintRegistry.rules {
            #expect(rule.id.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" }, "\(rule.id)")
            #expect(!rule.text.why.isEmpty)
        }
    }

    @Test func `a comment with a reason silences one rule on its line and the next`() {
        let head =
            "wspolicy: 1\nname: a\nlimits: { messageSize: 1KiB, messages: [{ per: connection, atMost: 5 per s }] }\n"
        let before =
            head + "# wspolicy:ignore null-origin because the app is a sandboxed frame\norigins: { allow: [\"null\"] }"
        #expect(Self.lint(before).isEmpty, "\(Self.lint(before))")
        let behind = head + "origins: { allow: [\"null\"] } # wspolicy:ignore null-origin because of a reason"
        #expect(Self.lint(behind).isEmpty)
        let reasonless = head + "origins: { allow: [\"null\"] } # wspolicy:ignore null-origin"
        #expect(Set(Self.lint(reasonless).map(\.id)) == ["null-origin", "malformed-suppression"])
        let other = head + "origins: { allow: [\"null\"] } # wspolicy:ignore nul-origin because of a reason"
        #expect(Set(Self.lint(other).map(\.id)) == ["null-origin", "unused-suppression"])
        let language = head + "origins: { allow: [a.example] } # wspolicy:ignore origin-without-scheme because I know"
        #expect(Set(Self.lint(language).map(\.id)) == ["origin-without-scheme", "unused-suppression"])
    }

    @Test func `our own policies are clean`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../policies")
        let files = try PolicyFinder.files(at: [folder.standardized.path])
        #expect(files.count >= 3)
        let policies = PolicyFinder.load(files, reader: DiskReader())
        let result = Linter.lint(policies)
        let text = FindingText(hasColor: false)
        #expect(
            result.findings.isEmpty,
            "\(result.findings.map { text.text($0.diagnostic, in: $0.sources) }.joined(separator: "\n"))"
        )
        // The parts that others extend are linted with those.
        let parts = files.filter { $0.hasSuffix("/base.yaml") || $0.hasSuffix("/messages.yaml") }
        #expect(result.policies.count == files.count - parts.count)
        #expect(result.suppressed > 0)
    }
}
