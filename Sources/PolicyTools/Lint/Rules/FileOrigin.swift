package import PolicyDocument
package import PolicyModel

/// Pages from a disk.
package enum FileOrigin: LintRule {
    package static let id = "file-origin"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            Apps that show local pages send `file://`, and so does every file that a person saves and opens.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins:
              allow:
                - https://app.example
                - "file:" # warning: [file-origin] every local file
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
            origins: { allow: [capacitor://localhost] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 6454 §4"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for entry in policy.writtenOrigins where entry.value.form == .file {
            context.report(
                "origin `\(entry.value.written)` is one that every local file has",
                at: entry.span,
                help: "give the app a scheme of its own"
            )
        }
    }
}
