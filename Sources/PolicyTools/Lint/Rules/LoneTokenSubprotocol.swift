package import PolicyDocument
package import PolicyModel

/// A token among the subprotocols, and none to answer with.
package enum LoneTokenSubprotocol: LintRule {
    package static let id = "lone-token-subprotocol"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            A browser that offers subprotocols drops the connection when the server selects none, and the token's is never selected.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            token:
              from:
                - subprotocol: bearer. # warning: [lone-token-subprotocol] none can be selected
              algorithms: [HS256]
              keys: [{ env: JWT_KEY }]
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        good: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            token: { from: [{ subprotocol: bearer. }], algorithms: [HS256], keys: [{ env: JWT_KEY }] }
            subprotocols: { allow: [app.v1] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        nearMiss: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            token: { from: [{ header: Authorization }], algorithms: [HS256], keys: [{ env: JWT_KEY }] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 6455 §4.1"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        guard !policy.writtenLevels.contains(where: { $0.subprotocols != nil }) else { return }
        for level in policy.writtenLevels {
            for source in level.token?.from?.value ?? [] {
                guard case .subprotocol = source.value else { continue }
                context.report(
                    "a token comes as a subprotocol, and none can be selected beside it",
                    at: source.span,
                    help: "list the app's own under `subprotocols.allow`; clients offer it beside the token"
                )
            }
        }
    }
}
