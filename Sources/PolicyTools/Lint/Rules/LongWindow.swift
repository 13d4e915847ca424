package import PolicyDocument
package import PolicyModel

/// An exact window that remembers very many moments.
package enum LongWindow: LintRule {
    package static let id = "long-window"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            An exact window keeps the moment of every event that it counts, for every key: a rate keeps one number.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits:
              messageSize: 4KiB
              messages:
                - { per: subject, atMost: 1000 per minute } # warning: [long-window] 1000 moments
            token: { from: [{ header: Authorization }], algorithms: [HS256], keys: [{ env: JWT_KEY }] }
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
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 128 per 1s }] }
            """,
        source: "language, Rates"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for level in policy.writtenLevels {
            for frequency in level.frequencies {
                guard case .atMost(let count, _) = frequency.limit.value, count > 128 else { continue }
                context.report(
                    "this limit remembers \(count) moments for each key",
                    at: frequency.limit.span,
                    help: "write a `rate` with a `burst`, or a smaller count in a shorter window"
                )
            }
        }
    }
}
