package import PolicyDocument
package import PolicyModel

/// An origin with something after its port.
package enum OriginWithPath: LintRule {
    package static let id = "origin-with-path"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            An origin has no path: a browser never sends one, not even a slash. The rest is left out, so that the entry matches what was meant.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins:
              allow:
                - https://app.example/ # warning: [origin-with-path] has a path
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
            origins: { allow: [https://app.example:8443] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 6454 §6.2"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for entry in policy.writtenOrigins where entry.value.hadPath {
            context.report(
                "origin `\(entry.value.written)` has a path, which is left out",
                at: entry.span,
                help: "write scheme, host and port alone"
            )
        }
    }
}
