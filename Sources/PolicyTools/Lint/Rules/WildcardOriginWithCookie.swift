package import PolicyDocument
package import PolicyModel

/// A cookie that authenticates, and a whole family of hosts.
package enum WildcardOriginWithCookie: LintRule {
    package static let id = "wildcard-origin-with-cookie"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            A host that nobody uses any more can be taken over by a stranger, whose pages then belong to the family, and get the cookie attached.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins:
              allow:
                - "https://*.app.example" # warning: [wildcard-origin-with-cookie] any host
            token: { from: [{ cookie: session }], algorithms: [HS256], keys: [{ env: JWT_KEY }] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        good: """
            wspolicy: 1
            name: example
            origins: { allow: [https://www.app.example] }
            token: { from: [{ cookie: session }], algorithms: [HS256], keys: [{ env: JWT_KEY }] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        nearMiss: """
            wspolicy: 1
            name: example
            origins: { allow: ["https://*.app.example"] }
            token: { from: [{ header: Authorization }], algorithms: [HS256], keys: [{ env: JWT_KEY }] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "OWASP WSTG, subdomain takeover"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        guard policy.hasCookieToken else { return }
        for entry in policy.writtenOrigins {
            switch entry.value.form {
            case .tuple(_, .oneLabel, _), .tuple(_, .labels, _):
                context.report(
                    "`\(entry.value.written)` lets any host of the family use the cookie that authenticates",
                    at: entry.span,
                    help: "list the hosts that serve your pages"
                )
            case .tuple(_, .exact, _), .tuple(_, .every, _), .null, .file, .everySite: break
            }
        }
    }
}
