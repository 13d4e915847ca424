package import PolicyDocument
package import PolicyModel

/// An origin list that admits every site.
package enum WildcardOrigin: LintRule {
    package static let id = "wildcard-origin"
    package static let severity = Diagnostic.Severity.error
    package static let text = RuleText(
        why: """
            Browsers send cookies with a cross-site handshake, and let the page read what comes back; only the origin check stops another site.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins:
              allow:
                - "*" # error: [wildcard-origin] admits every site
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
            origins: { allow: ["https://*.app.example"] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 6455 §10.2"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for level in policy.writtenLevels {
            if let any = level.origins?.any {
                context.report("`origins: any` admits every site", at: any.span, help: help)
            }
        }
        for entry in policy.writtenOrigins where entry.value.form == .everySite {
            context.report("origin `*` admits every site", at: entry.span, help: help)
        }
    }

    private static let help = "list the origins that serve your pages"
}
