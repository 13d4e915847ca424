package import PolicyDocument
package import PolicyModel

/// No size is written, and the default holds.
package enum DefaultMessageSize: LintRule {
    package static let id = "default-message-size"
    package static let severity = Diagnostic.Severity.note
    package static let text = RuleText(
        why: """
            Without `messageSize` a message may have 64 KiB. That is a good bound, but not one that somebody chose for this app.
            """,
        bad: """
            wspolicy: 1 # note: [default-message-size] 64 KiB
            name: example
            origins: { allow: [https://app.example] }
            limits: { messages: [{ per: connection, atMost: 100 per 1s }] }
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
            limits: { messageSize: 64KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "CVE-2026-44545"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        guard let resolved = policy.policy, !policy.writtenLevels.contains(where: { $0.limits?.messageSize != nil })
        else {
            return
        }
        context.report(
            "no `messageSize` is written: the default of 64 KiB holds",
            at: resolved.defaultSpan,
            help: "write the size of the largest message that the app needs under `limits`"
        )
    }
}
