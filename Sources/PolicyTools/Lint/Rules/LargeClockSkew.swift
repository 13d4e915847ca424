package import PolicyDocument
package import PolicyModel

/// Tokens that live on after their end.
package enum LargeClockSkew: LintRule {
    package static let id = "large-clock-skew"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            Every token is taken for that much longer than its issuer said. Clocks that are kept by a time service differ by less than a second.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            token:
              from: [{ header: Authorization }]
              algorithms: [HS256]
              keys: [{ env: JWT_KEY }]
              clockSkew: 4m # warning: [large-clock-skew] after its end
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
            token: { from: [{ header: Authorization }], algorithms: [HS256], keys: [{ env: JWT_KEY }], clockSkew: 1m }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 7519 §4.1.4"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for level in policy.writtenLevels {
            guard let skew = level.token?.clockSkew, skew.value > .seconds(60) else { continue }
            context.report(
                "every token is taken for \(skew.value.count / 1_000_000_000) s after its end",
                at: skew.span,
                help: "keep the clocks right, and write at most `1m`"
            )
        }
    }
}
