package import PolicyDocument
package import PolicyModel

/// Messages without a largest size.
package enum UnlimitedMessage: LintRule {
    package static let id = "unlimited-message"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            One client then fills the memory of the server with one message.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits:
              messageSize: unlimited # warning: [unlimited-message] fills memory
              messages: [{ per: connection, atMost: 100 per 1s }]
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
            limits: { messageSize: 4KiB, connectionLifetime: unlimited, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "CVE-2020-27813"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for level in policy.writtenLevels {
            for bound in [level.limits?.messageSize, level.limits?.frameSize] {
                guard let bound, bound.value == .unlimited else { continue }
                context.report(
                    "one message of unlimited size fills memory",
                    at: bound.span,
                    help: "write the size of the largest message that the app needs"
                )
            }
        }
    }
}
