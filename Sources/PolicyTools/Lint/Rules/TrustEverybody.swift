package import PolicyDocument
package import PolicyModel
import WebSocketProtocol

/// Forwarded addresses believed of everybody.
package enum TrustEverybody: LintRule {
    package static let id = "trust-everybody"
    package static let severity = Diagnostic.Severity.error
    package static let text = RuleText(
        why: """
            Whoever is believed can say to be anybody: every limit by address and every address list is void.
            """,
        bad: """
            wspolicy: 1
            name: example
            transport:
              trustedProxies: [0.0.0.0/0] # error: [trust-everybody] can say to be anybody
              clientAddress: forwardedFor
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        good: """
            wspolicy: 1
            name: example
            transport: { trustedProxies: [10.0.0.0/8], clientAddress: forwardedFor }
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        nearMiss: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            clients: { allow: [0.0.0.0/0, "::/0"] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 7239 §8.1"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for level in policy.writtenLevels {
            for entry in level.transport?.trustedProxies?.value ?? [] where entry.value.length == 0 {
                context.report(
                    "every client of `\(policy.written(entry.span))` can say to be anybody",
                    at: entry.span,
                    help: "list the proxies' own addresses"
                )
            }
        }
    }
}
