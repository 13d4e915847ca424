package import PolicyDocument
package import PolicyModel

/// A comment that silences nothing.
package enum UnusedSuppression: LintRule {
    package static let id = "unused-suppression"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            What it was for has been mended, or is misspelt; left in place it would silence the next finding unread.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            # wspolicy:ignore token-in-query because clients cannot send headers # warning: [unused-suppression] finds nothing here
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        good: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        nearMiss: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            # wspolicy:ignore token-in-query because clients cannot send headers
            token: { from: [{ query: t }], algorithms: [HS256], keys: [{ env: JWT_KEY }] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "language, Findings and their suppression"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        // The linter reports these itself, once every rule has run over every policy.
    }
}
