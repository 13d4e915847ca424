package import PolicyDocument
package import PolicyModel

/// A token in the address of the request.
package enum TokenInQuery: LintRule {
    package static let id = "token-in-query"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            Addresses are written into access logs of servers, proxies and content networks, and are kept there for long.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            token:
              from:
                - query: token # warning: [token-in-query] ends up in access logs
              algorithms: [HS256]
              keys: [{ env: JWT_KEY }]
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        good: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            token: { from: [{ header: Authorization }], algorithms: [HS256], keys: [{ env: JWT_KEY }] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        nearMiss: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            token: { from: [{ subprotocol: bearer. }], algorithms: [HS256], keys: [{ env: JWT_KEY }] }
            subprotocols: { allow: [app.v1] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 6750 §5.3"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for level in policy.writtenLevels {
            for source in level.token?.from?.value ?? [] {
                guard case .query(let name) = source.value else { continue }
                context.report(
                    "a token in the query parameter `\(name)` ends up in access logs",
                    at: source.span,
                    help:
                        "a page can send it as a subprotocol, other clients in a header; or use tickets that work once"
                )
            }
        }
    }
}
