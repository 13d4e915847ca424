package import PolicyDocument
package import PolicyModel

/// One finding with the files that it is about.
package struct Finding: Sendable {
    package let diagnostic: Diagnostic
    package let sources: SourceSet

    package init(diagnostic: Diagnostic, sources: SourceSet) {
        self.diagnostic = diagnostic
        self.sources = sources
    }

    /// The file's path, then where in it.
    var place: (path: String, start: Int, end: Int) {
        let span = diagnostic.span
        return (sources[span.file].path, span.start, span.end)
    }
}

/// What linting came to.
package struct LintResult: Sendable {
    /// Sorted by path and place.
    package var findings: [Finding]
    /// How many findings comments silenced.
    package var suppressed: Int
    /// The policies that were looked at, without those that are part of another.
    package var policies: [String]

    /// 1 where an error remains, or in strict use a warning; 0 otherwise.
    ///
    /// Notes never count.
    package func exitCode(isStrict: Bool) -> Int32 {
        findings.contains { $0.diagnostic.severity >= (isStrict ? .warning : .error) } ? 1 : 0
    }
}

/// Runs every rule over policies, and heeds the comments that silence findings.
package struct Linter {
    private var findings: [Finding] = []
    private var suppressed = 0
    /// Suppressions by path and place, and whether one silenced something.
    private var suppressions: [String: (suppression: Suppression, sources: SourceSet, isUsed: Bool)] = [:]

    /// Lints loaded policies together: a file that several of them extend is reported once.
    package static func lint(_ policies: [LoadedPolicy]) -> LintResult {
        var linter = Linter()
        for policy in policies { linter.add(policy) }
        linter.reportSuppressions()
        return LintResult(
            findings: linter.findings.sorted { left, right in
                let (one, two) = (left.place, right.place)
                return (one.path, one.start, one.end, left.diagnostic.id)
                    < (two.path, two.start, two.end, right.diagnostic.id)
            },
            suppressed: linter.suppressed,
            policies: policies.compactMap { policy in policy.files.first.map { policy.sources[$0.file].path } }
        )
    }

    private mutating func add(_ policy: LoadedPolicy) {
        for file in policy.files {
            for suppression in file.suppressions {
                let key = "\(policy.sources[file.file].path):\(suppression.span.start)"
                if suppressions[key] == nil { suppressions[key] = (suppression, policy.sources, false) }
            }
        }
        for diagnostic in policy.diagnostics.all { keep(diagnostic, policy.sources) }
        for rule in LintRegistry.rules {
            let context = LintContext(rule)
            rule.check(policy, context)
            for finding in context.findings where !silence(finding, policy.sources) { keep(finding, policy.sources) }
        }
    }

    private mutating func keep(_ diagnostic: Diagnostic, _ sources: SourceSet) {
        let finding = Finding(diagnostic: diagnostic, sources: sources)
        let isKnown = findings.contains { other in
            other.place == finding.place && other.diagnostic.id == diagnostic.id
                && other.diagnostic.message == diagnostic.message
        }
        if !isKnown { findings.append(finding) }
    }

    /// Whether a comment on the finding's line, or on the line before, silences it.
    private mutating func silence(_ finding: Diagnostic, _ sources: SourceSet) -> Bool {
        let file = sources[finding.span.file]
        let line = file.position(at: finding.span.start).line
        for (key, entry) in suppressions where key.hasPrefix("\(file.path):") {
            guard entry.sources[entry.suppression.span.file].path == file.path, entry.suppression.ruleID == finding.id,
                entry.suppression.lines.contains(line)
            else { continue }
            suppressions[key]?.isUsed = true
            suppressed += 1
            return true
        }
        return false
    }

    /// Reports suppressions that silenced nothing, and those of rules that do not exist.
    private mutating func reportSuppressions() {
        let known = Set(LintRegistry.rules.map { $0.id })
        for entry in suppressions.values where !entry.isUsed {
            let id = entry.suppression.ruleID
            let isKnown = known.contains(id)
            keep(
                Diagnostic(
                    .warning,
                    UnusedSuppression.id,
                    .init(isKnown ? "`\(id)` finds nothing here" : "there is no rule `\(id)`"),
                    at: entry.suppression.span,
                    origin: .lint,
                    help: isKnown
                        ? "remove the comment" : NearestName.of(id, among: known).map { "did you mean `\($0)`?" }
                ),
                entry.sources
            )
        }
    }
}
