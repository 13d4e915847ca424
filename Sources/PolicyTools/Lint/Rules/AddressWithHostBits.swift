package import PolicyDocument
package import PolicyModel
import WebSocketProtocol

/// A block that begins somewhere inside itself.
package enum AddressWithHostBits: LintRule {
    package static let id = "address-with-host-bits"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            The prefix covers more than the address that is written: either the length or the address is not what was meant.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            clients:
              deny:
                - 192.0.2.7/24 # warning: [address-with-host-bits] begins at 192.0.2.0
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        good: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            clients: { deny: [192.0.2.0/24] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        nearMiss: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            clients: { deny: [192.0.2.7] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 4632 §3.1"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for level in policy.writtenLevels {
            let lists = [
                level.clients?.allow?.value, level.clients?.deny?.value, level.transport?.trustedProxies?.value,
            ]
            for entry in lists.compactMap(\.self).flatMap(\.self) where entry.value.hasHostBits {
                context.report(
                    "the block `\(policy.written(entry.span))` begins at \(entry.value.base)",
                    at: entry.span,
                    help: "write the first address of the block"
                )
            }
        }
    }
}
