package import PolicyDocument
package import PolicyModel

/// A wildcard over names that anybody may register.
package enum PublicSuffixOrigin: LintRule {
    package static let id = "public-suffix-origin"
    package static let severity = Diagnostic.Severity.error
    package static let text = RuleText(
        why: """
            Under a public suffix, such as `github.io`, everybody can have a site: the wildcard admits all of them.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins:
              allow:
                - "https://*.github.io" # error: [public-suffix-origin] `github.io`
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        good: """
            wspolicy: 1
            name: example
            origins: { allow: ["https://*.preview.app.example"] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        nearMiss: """
            wspolicy: 1
            name: example
            origins: { allow: [https://team.github.io] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "publicsuffix.org"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for entry in policy.writtenOrigins {
            guard case .tuple(let scheme, let host, _) = entry.value.form, scheme == "http" || scheme == "https" else {
                continue
            }
            switch host {
            case .oneLabel(let suffix), .labels(let suffix):
                guard PublicSuffixes.holds(suffix) else { continue }
                context.report(
                    "`\(entry.value.written)` admits every site under the public suffix `\(suffix)`",
                    at: entry.span,
                    help: "list the sites that are yours"
                )
            case .every:
                context.report(
                    "`\(entry.value.written)` admits every site",
                    at: entry.span,
                    help: "list the sites that are yours"
                )
            case .exact: break
            }
        }
    }
}
