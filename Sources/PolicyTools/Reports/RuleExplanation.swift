import PolicyDocument

/// What `lint --explain` and `lint --rules` print.
package enum RuleExplanation {
    /// A rule with its reason and its examples; nil where there is none of that id.
    package static func text(_ id: String) -> String? {
        guard let rule = LintRegistry.rule(id) else { return nil }
        let kind =
            rule.isLanguageError ? "error of the language, which nothing silences" : FindingText.name(rule.severity)
        return """
            \(rule.id) (\(kind))

            \(rule.text.why)

            Bad:

            \(indented(rule.text.bad))

            Good:

            \(indented(rule.text.good))

            Also right:

            \(indented(rule.text.nearMiss))

            Source: \(rule.text.source)
            """
    }

    /// Every rule, a line each.
    package static var list: String {
        let width = LintRegistry.rules.map { $0.id.count }.max() ?? 0
        return LintRegistry.rules.map { rule in
            let padding = String(repeating: " ", count: width - rule.id.count)
            let severity = FindingText.name(rule.severity)
            return "\(rule.id)\(padding)  \(severity)\(rule.isLanguageError ? " (language)" : "")"
        }.joined(separator: "\n")
    }

    package static func nearest(_ id: String) -> String? {
        NearestName.of(id, among: LintRegistry.rules.map { $0.id })
    }

    private static func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }.joined(separator: "\n")
    }
}
