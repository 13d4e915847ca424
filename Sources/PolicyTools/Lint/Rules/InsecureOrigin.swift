package import PolicyDocument
package import PolicyModel

/// A page that was not protected on its way.
package enum InsecureOrigin: LintRule {
    package static let id = "insecure-origin"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            Whoever sits between a browser and an http page can change the page, and so act with its origin.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins:
              allow:
                - http://app.example # warning: [insecure-origin] without TLS
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
        source: "W3C Secure Contexts §3"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for entry in policy.writtenOrigins where entry.value.scheme == "http" || entry.value.scheme == "ws" {
            guard !entry.value.isLoopback else { continue }
            context.report(
                "origin `\(entry.value.written)` is a page that comes without TLS",
                at: entry.span,
                help: "serve the page over https and list that origin"
            )
        }
    }
}
