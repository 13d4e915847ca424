package import PolicyDocument
package import PolicyModel

/// A developer's machine among the origins of production.
package enum LoopbackInProduction: LintRule {
    package static let id = "loopback-in-production"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            Any program on a visitor's machine can serve a page on localhost. An entry for development belongs into a policy of its own.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins:
              allow:
                - https://app.example
                - http://localhost:3000 # warning: [loopback-in-production] where TLS is required
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
            transport: { tls: optional }
            origins: { allow: ["http://localhost:3000"] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "OWASP WebSocket Security"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        guard policy.policy?.routes.contains(where: { !$0.tls.isEmpty }) == true else { return }
        for entry in policy.writtenOrigins where entry.value.isLoopback {
            guard entry.value.scheme == "http" || entry.value.scheme == "https" else { continue }
            context.report(
                "loopback origin `\(entry.value.written)` where TLS is required",
                at: entry.span,
                help: "move it to a policy for development, which extends the same base"
            )
        }
    }
}
