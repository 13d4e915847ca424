package import PolicyDocument
package import PolicyModel

/// A batch that is allowed to be larger than a rate ever lets through at once.
package enum BatchAboveBurst: LintRule {
    package static let id = "batch-above-burst"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            Each item of a batch counts as a message, all at the moment of its arrival. Where a rate holds fewer, a full batch \
            is refused whenever it comes, however long its sender waits.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 20 per 1s }] }
            messages:
              batch: { items: 50 } # warning: [batch-above-burst] 20 at once
              schema: { type: object, additionalProperties: false }
            """,
        good: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            messages:
              batch: { items: 50 }
              schema: { type: object, additionalProperties: false }
            """,
        nearMiss: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 50 per 1s }] }
            messages:
              batch: { items: 50 }
              schema: { type: object, additionalProperties: false }
            """,
        source: "the policy language, rates"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        guard let resolved = policy.policy else { return }
        for check in resolved.routes.flatMap({ $0.messages }) where check.mode == .enforce {
            guard let batch = check.batch else { continue }
            for route in resolved.routes where route.messages.contains(where: { $0.batch?.span == batch.span }) {
                let own = (check.types?.value ?? []).flatMap(\.rates)
                for index in route.messageRates + own {
                    let limit = resolved.limits[index]
                    guard let most = most(limit.quantity), most < batch.value else { continue }
                    context.report(
                        "a batch may have \(batch.value) items, and a rate lets \(most) at once through",
                        at: batch.span,
                        labels: [.init("the rate", at: limit.span)],
                        help: "allow fewer items, or a larger burst"
                    )
                    return
                }
            }
        }
    }

    private static func most(_ quantity: LimitsSection.Quantity) -> Int64? {
        switch quantity {
        case .frequency(.rate(_, _, let burst)): burst
        case .frequency(.atMost(let count, _)): count
        case .concurrent: nil
        }
    }
}
