package import PolicyDocument
package import PolicyModel
import WebSocketProtocol

/// A block of addresses inside another of the same list.
package enum CoveredAddress: LintRule {
    package static let id = "covered-address"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            Who takes the smaller block out believes that it is closed, and the larger one still holds it.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            clients:
              deny:
                - 192.0.2.0/24
                - 192.0.2.128/25 # warning: [covered-address] inside `192.0.2.0/24`
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
            clients: { allow: [192.0.2.0/24], deny: [192.0.2.128/25] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 4632 §3.1"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for level in policy.writtenLevels {
            let lists = [
                level.clients?.allow?.value, level.clients?.deny?.value, level.transport?.trustedProxies?.value,
            ]
            for list in lists.compactMap(\.self) { check(list, policy, context) }
        }
    }

    private static func check(_ list: [Located<AddressPrefix>], _ policy: LoadedPolicy, _ context: LintContext) {
        for (place, entry) in list.enumerated() {
            let other = list.enumerated().first { index, other in
                index != place && other.value.bitCount <= entry.value.bitCount && other.value.contains(entry.value.base)
                    && (other.value.bitCount < entry.value.bitCount || index < place)
            }
            guard let other = other?.element else { continue }
            context.report(
                "`\(policy.written(entry.span))` lies inside `\(policy.written(other.span))`",
                at: entry.span,
                labels: [.init("which stands here", at: other.span)],
                help: "leave it out, or narrow the other"
            )
        }
    }
}
