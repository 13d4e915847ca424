package import PolicyDocument
package import PolicyModel

/// A policy that refuses nothing.
package enum ObserveInProduction: LintRule {
    package static let id = "observe-in-production"
    package static let severity = Diagnostic.Severity.note
    package static let text = RuleText(
        why: """
            Observe mode is for the first days of a policy: it reports, and lets everything through.
            """,
        bad: """
            wspolicy: 1
            name: example
            mode: observe # note: [observe-in-production] refuse nothing
            origins: { allow: [https://app.example] }
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
            mode: enforce
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "language, observe"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for file in policy.files {
            guard let mode = file.level.mode, mode.value == .observe else { continue }
            context.report("this file's checks refuse nothing, they only report", at: mode.span)
        }
    }
}
