package import PolicyDocument
package import PolicyModel

/// A response header that an inner level changes.
package enum ChangedResponseHeader: LintRule {
    package static let id = "changed-response-header"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            Headers are the one thing in which an inner level may undo what an outer one wants.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            responseHeaders: { X-Frame-Options: DENY }
            routes:
              - path: /ws
                responseHeaders: { X-Frame-Options: SAMEORIGIN } # warning: [changed-response-header] another value
            """,
        good: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            responseHeaders: { X-Frame-Options: DENY }
            routes: [{ path: /ws }]
            """,
        nearMiss: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            responseHeaders: { X-Frame-Options: DENY }
            routes:
              - path: /ws
                responseHeaders: { X-Frame-Options: DENY }
            """,
        source: "language, How levels combine"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for loosening in policy.loosenings where loosening.kind == .replaces {
            context.report(
                "\(loosening.what) gets another value than an outer level gives it",
                at: loosening.inner,
                labels: [.init("the outer level's value", at: loosening.outer)]
            )
        }
    }
}
