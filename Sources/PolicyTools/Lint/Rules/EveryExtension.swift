package import PolicyDocument
package import PolicyModel

/// Every extension of a browser.
package enum EveryExtension: LintRule {
    package static let id = "every-extension"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            Extensions run beside every page of their user, and anybody can publish one. The identity of one extension stands after its scheme.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins:
              allow:
                - "chrome-extension://*" # warning: [every-extension] every extension
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        good: """
            wspolicy: 1
            name: example
            origins: { allow: ["chrome-extension://abcdefghijklmnopabcdefghijklmnop"] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        nearMiss: """
            wspolicy: 1
            name: example
            origins: { allow: [capacitor://localhost] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 6454 §4"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for entry in policy.writtenOrigins {
            guard case .tuple(let scheme, .every, _) = entry.value.form, scheme != "http", scheme != "https" else {
                continue
            }
            context.report(
                "`\(entry.value.written)` admits every extension or app with the scheme `\(scheme)`",
                at: entry.span,
                help: "list the one that is yours"
            )
        }
    }
}
