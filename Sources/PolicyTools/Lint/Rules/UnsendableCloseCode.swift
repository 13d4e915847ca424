/// A close code that a server must not send.
package enum UnsendableCloseCode: LanguageRule {
    package static let id = "unsendable-close-code"
    package static let text = RuleText(
        why: """
            Some codes only describe what happened locally, others are reserved: many stacks refuse to send them, and leave the connection open instead.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            closeCodes:
              tokenExpired: 1006 # error: [unsendable-close-code] 1006
            """,
        good: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            closeCodes: { tokenExpired: 4002 }
            """,
        nearMiss: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            closeCodes: { tokenExpired: 1008 }
            """,
        source: "RFC 6455 §7.4"
    )
}
