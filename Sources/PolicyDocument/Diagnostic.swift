/// Something that a policy's author should know, with the place that it is about.
package struct Diagnostic: Sendable, Hashable {
    /// How bad it is; note < warning < error.
    package enum Severity: Int, Sendable, Comparable {
        case note, warning, error

        package static func < (left: Severity, right: Severity) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// Who speaks: the language itself, which nothing silences, or a lint rule, which a comment with a reason may.
    package enum Origin: Sendable {
        case language, lint
    }

    /// One line, lower case, no final period, the author's text in backticks.
    package struct Message: Sendable, Hashable {
        package let text: String

        package init(_ text: String) {
            self.text = text
        }
    }

    /// A second place and what stands there: "first defined here".
    package struct Label: Sendable, Hashable {
        package let span: Span
        package let text: String

        package init(_ text: String, at span: Span) {
            self.span = span
            self.text = text
        }
    }

    package var severity: Severity
    /// Stable, kebab-case: `duplicate-key`, `wildcard-origin`.
    package let id: String
    package let origin: Origin
    package let message: Message
    package let span: Span
    package let labels: [Label]
    /// What to do, as a sentence of its own; nil where the message says it all.
    package let help: String?
    /// Whether the text that it points at must not be shown: it may be a secret.
    package var hidesText = false

    package init(
        _ severity: Severity,
        _ id: String,
        _ message: Message,
        at span: Span,
        origin: Origin = .language,
        labels: [Label] = [],
        help: String? = nil
    ) {
        self.severity = severity
        self.id = id
        self.origin = origin
        self.message = message
        self.span = span
        self.labels = labels
        self.help = help
    }
}

/// The diagnostics of one run, in the order in which they were reported.
package struct Diagnostics: Sendable {
    package private(set) var all: [Diagnostic] = []
    private var known: Set<Diagnostic> = []

    package init() {}

    /// Adds one, unless the very same one is there already.
    package mutating func report(_ diagnostic: Diagnostic) {
        guard known.insert(diagnostic).inserted else { return }
        all.append(diagnostic)
    }

    /// Reports a language error.
    package mutating func error(
        _ id: String,
        _ message: Diagnostic.Message,
        at span: Span,
        labels: [Diagnostic.Label] = [],
        help: String? = nil
    ) {
        report(Diagnostic(.error, id, message, at: span, labels: labels, help: help))
    }

    package mutating func append(contentsOf others: Diagnostics) {
        for diagnostic in others.all { report(diagnostic) }
    }

    /// Whether a policy with these findings must not become a plan.
    package var hasErrors: Bool {
        all.contains { $0.severity == .error }
    }
}
