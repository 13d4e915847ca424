package import PolicyDocument
package import PolicyModel

/// What a rule says of itself: `lint --explain` prints it, and the tests run its examples.
package struct RuleText: Sendable {
    /// Why it matters, in a sentence or two.
    package let why: String
    /// A policy in which it finds something; each finding's line is marked `# severity: [id] words`.
    package let bad: String
    /// The same policy made right.
    package let good: String
    /// A policy that looks alike, and is right.
    package let nearMiss: String
    /// Where the rule comes from.
    package let source: String

    package init(why: String, bad: String, good: String, nearMiss: String, source: String) {
        self.why = why
        self.bad = bad
        self.good = good
        self.nearMiss = nearMiss
        self.source = source
    }
}

/// One thing that is looked for in policies.
package protocol LintRule: SendableMetatype {
    /// Kebab-case, named for what it finds; never changes.
    static var id: String { get }
    static var severity: Diagnostic.Severity { get }
    static var text: RuleText { get }
    /// Whether the language itself reports it: it is explained here, and nothing silences it.
    static var isLanguageError: Bool { get }

    static func check(_ policy: LoadedPolicy, _ context: LintContext)
}

extension LintRule {
    package static var isLanguageError: Bool { false }
}

/// A rule that the language enforces while it reads a policy.
package protocol LanguageRule: LintRule {}

extension LanguageRule {
    package static var severity: Diagnostic.Severity { .error }
    package static var isLanguageError: Bool { true }

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {}
}

/// Takes what one rule finds.
package final class LintContext {
    private let rule: any LintRule.Type
    package private(set) var findings: [Diagnostic] = []

    init(_ rule: any LintRule.Type) {
        self.rule = rule
    }

    /// Reports a finding; the same one at the same place counts once.
    ///
    /// - Parameters:
    ///   - message: one line, what is wrong first.
    ///   - span: what is underlined.
    ///   - labels: other places.
    ///   - help: what to do.
    package func report(
        _ message: String,
        at span: Span,
        labels: [Diagnostic.Label] = [],
        help: String? = nil
    ) {
        let finding = Diagnostic(
            rule.severity,
            rule.id,
            .init(message),
            at: span,
            origin: .lint,
            labels: labels,
            help: help
        )
        guard !findings.contains(finding) else { return }
        findings.append(finding)
    }
}
