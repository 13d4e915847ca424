package import PolicyDocument

/// Why a policy without errors cannot become a plan: it exceeds what the format or the planner holds.
package struct PlannerError: Error, Equatable, Sendable {
    /// One line, lower case, no final period.
    package let message: String
    /// What the author can do.
    package let help: String
    package let span: Span

    package init(_ message: String, at span: Span, help: String) {
        self.message = message
        self.help = help
        self.span = span
    }

    /// The error as any other finding about the policy.
    package var diagnostic: Diagnostic {
        Diagnostic(.error, "plan-limit", Diagnostic.Message(message), at: span, help: help)
    }
}
