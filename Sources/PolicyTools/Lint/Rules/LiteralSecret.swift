/// A key that stands in the policy.
package enum LiteralSecret: LanguageRule {
    package static let id = "literal-secret"
    package static let text = RuleText(
        why: """
            A policy is read, copied and kept in version control by people who must not know the key. Nothing of it is ever printed.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            token: # error: [token-key]
              from: [{ header: Authorization }]
              algorithms: [HS256]
              keys:
                - { value: correct-horse-battery } # error: [literal-secret] as it is
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        good: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            token: { from: [{ header: Authorization }], algorithms: [HS256], keys: [{ env: JWT_KEY }] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        nearMiss: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            token: { from: [{ header: Authorization }], algorithms: [HS256], keys: [{ file: ./keys/current.key }] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 8725 §3.5"
    )
}
