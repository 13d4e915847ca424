package import PolicyDocument
package import PolicyModel

/// Tokens that never end.
package enum OptionalExpiry: LintRule {
    package static let id = "optional-expiry"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            A token without an end is good for ever to whoever finds it, and only another key stops it.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            token:
              from: [{ header: Authorization }]
              algorithms: [HS256]
              keys: [{ env: JWT_KEY }]
              expiry: optional # warning: [optional-expiry] never ends
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        good: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            token: { from: [{ header: Authorization }], algorithms: [HS256], keys: [{ env: JWT_KEY }] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        nearMiss: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            token: { from: [{ header: Authorization }], algorithms: [HS256], keys: [{ env: JWT_KEY }], expiry: required }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 7519 §4.1.4"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for level in policy.writtenLevels {
            guard let expiry = level.token?.expiry, expiry.value == .optional else { continue }
            context.report(
                "a token without `exp` never ends",
                at: expiry.span,
                help: "let whoever issues them set `exp`"
            )
        }
    }
}
