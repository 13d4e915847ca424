package import PolicyDocument
package import PolicyModel

/// The origin of pages that have none.
package enum NullOrigin: LintRule {
    package static let id = "null-origin"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            Every site can make a sandboxed frame, whose origin is null: an entry for it admits every site's scripts.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins:
              allow:
                - https://app.example
                - "null" # warning: [null-origin] every site can
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
            origins: { allow: [https://null.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "HTML Standard, origin of sandboxed documents"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for entry in policy.writtenOrigins where entry.value.form == .null {
            context.report("origin `null` is one that every site can make", at: entry.span, help: "leave it out")
        }
    }
}
