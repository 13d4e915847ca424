package import PolicyDocument
package import PolicyModel

/// A proxy in front, and its address taken for the client's.
package enum TrustedProxiesWithPeer: LintRule {
    package static let id = "trusted-proxies-with-peer"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            All clients behind the proxy then count as one: one limit for all of them, and address lists that see the proxy alone.
            """,
        bad: """
            wspolicy: 1
            name: example
            transport:
              trustedProxies: [10.0.0.0/8] # warning: [trusted-proxies-with-peer] count as one
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
            transport: { clientAddress: peer }
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 7239 §8.1"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        guard let addressing = policy.policy?.addressing, addressing.source.value == .peer else { return }
        for proxies in addressing.trustedProxies {
            context.report(
                "all clients behind these proxies count as one",
                at: proxies.span,
                help: "add `clientAddress: forwardedFor`, or `forwarded`, as the proxy writes it"
            )
        }
    }
}
