/// A close reason that does not fit its frame.
package enum LongReason: LanguageRule {
    package static let id = "long-reason"
    package static let text = RuleText(
        why: """
            A control frame holds 125 bytes, two of them are the code. Longer reasons raise in many stacks, and the connection stays open.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            responses:
              originForbidden:
                reason: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx # error: [long-reason] this one has 124
            """,
        good: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            responses: { originForbidden: { reason: ask your administrator } }
            """,
        nearMiss: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            responses:
              originForbidden:
                reason: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
            """,
        source: "RFC 6455 §5.5"
    )
}
