package import PolicyDocument
package import PolicyModel

/// A host that ends in a dot.
package enum TrailingDotHost: LintRule {
    package static let id = "trailing-dot-host"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            To a browser `app.example.` is another origin than `app.example`: the entry admits only pages that were asked for with the dot.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins:
              allow:
                - https://app.example. # warning: [trailing-dot-host] ends in a dot
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
            origins: { allow: [https://app.example:443] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 6454 §4"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for entry in policy.writtenOrigins {
            guard case .tuple(_, .exact(let host), _) = entry.value.form, host.hasSuffix(".") else { continue }
            context.report("host `\(host)` ends in a dot", at: entry.span, help: "leave the dot out")
        }
    }
}
