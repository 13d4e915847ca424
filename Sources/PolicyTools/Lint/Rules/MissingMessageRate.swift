package import PolicyDocument
package import PolicyModel

/// Connections that may send as much as they like.
package enum MissingMessageRate: LintRule {
    package static let id = "missing-message-rate"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            One connection then keeps the server busy, however few connections are allowed.
            """,
        bad: """
            wspolicy: 1 # warning: [missing-message-rate] as many messages
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB }
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
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: subject, rate: 100/s }] }
            token: { from: [{ header: Authorization }], algorithms: [HS256], keys: [{ env: JWT_KEY }] }
            """,
        source: "RFC 6455 §10.4"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        guard let resolved = policy.policy else { return }
        for route in resolved.routes where route.messageRates.isEmpty {
            context.report(
                route.pattern == nil
                    ? "a connection may send as many messages as it likes"
                    : "a connection of this route may send as many messages as it likes",
                at: route.pattern == nil ? resolved.defaultSpan : route.span,
                help: "as `limits: { messages: [{ per: connection, atMost: 100 per 1s }] }`"
            )
        }
    }
}
