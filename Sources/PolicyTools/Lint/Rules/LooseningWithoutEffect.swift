package import PolicyDocument
package import PolicyModel

/// An inner section that says less than an outer one.
package enum LooseningWithoutEffect: LintRule {
    package static let id = "loosening-without-effect"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            Levels combine by and: the stricter one holds. What is written here has no effect, and its author may believe that it has.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            routes:
              - path: /ws
                limits: { messageSize: 8KiB } # warning: [loosening-without-effect] has no effect
            """,
        good: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            routes:
              - path: /ws
                limits: { messageSize: 2KiB }
            """,
        nearMiss: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            routes:
              - path: /ws
                limits: { messageSize: 4KiB }
            """,
        source: "language, the second law"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for loosening in policy.loosenings where loosening.kind == .withoutEffect {
            context.report(
                "\(loosening.what) has no effect: an outer level is stricter",
                at: loosening.inner,
                labels: [.init("the outer level", at: loosening.outer)],
                help: "leave it out, or loosen the outer level"
            )
        }
    }
}
