package import PolicyDocument
package import PolicyModel
import PolicyPlan

/// How much a rate lets through at most.
package enum RateWorstCase: LintRule {
    package static let id = "rate-worst-case"
    package static let severity = Diagnostic.Severity.note
    package static let text = RuleText(
        why: """
            A rate with a burst lets more through in one window than its number says: the burst at once, and the rate besides.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits:
              messageSize: 4KiB
              messages:
                - { per: connection, rate: 50/s, burst: 100 } # note: [rate-worst-case] 150 in one second
                - { per: route, rate: 320/s, shared: true } # note: [rate-worst-case] 40 more for each instance above four
              controlFrames: { rate: 5/s, burst: 7 } # note: [rate-worst-case] 12 in one second
            messages:
              discriminator: /type
              types:
                cursor: { rate: 10/s } # note: [rate-worst-case] 20 in one second
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
            limits: { messageSize: 4KiB, messages: [{ per: connection, rate: 1/s, burst: 1 }] }
            """,
        source: "ITU-T I.371, GCRA"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for level in policy.writtenLevels {
            for frequency in level.frequencies {
                guard case .rate(let count, let period, let burst) = frequency.limit.value, burst > 1 else { continue }
                let (most, overflow) = count.addingReportingOverflow(burst)
                // What each instance more than a limit of messages holds for may add (scale.md).
                let more =
                    frequency.isLeased
                    ? "; \(2 * max(1, burst / 16)) more for each instance above four that sees the same key" : ""
                context.report(
                    "at most \(overflow ? "very many" : "\(most)") in \(window(period)), wherever it begins: the burst and the rate together\(more)",
                    at: frequency.limit.span,
                    help: "`atMost` lets exactly its count through in every window"
                )
            }
        }
    }

    private static func window(_ period: Nanoseconds) -> String {
        period == .seconds(1) ? "one second" : QuantityText.duration(nanoseconds: UInt64(period.count))
    }
}
