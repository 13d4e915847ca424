package import PolicyDocument
package import PolicyModel
import PolicyPlan

/// A very large message.
package enum LargeMessage: LintRule {
    package static let id = "large-message"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            Every connection may hold one such message in memory at once: multiply by the connections that are allowed.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits:
              messageSize: 64MiB # warning: [large-message] 64MiB
              messages: [{ per: connection, atMost: 100 per 1s }]
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
            limits: { messageSize: 16MiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 6455 §10.4"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for level in policy.writtenLevels {
            guard let bound = level.limits?.messageSize, case .atMost(let bytes) = bound.value, bytes > 16 << 20 else {
                continue
            }
            context.report(
                "each connection may hold a message of \(QuantityText.bytes(UInt64(bytes))) in memory",
                at: bound.span,
                help: "send large things by HTTP, and their address by message"
            )
        }
    }
}
