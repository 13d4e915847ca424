/// Tokens that nobody signed.
package enum AlgorithmNone: LanguageRule {
    package static let id = "algorithm-none"
    package static let text = RuleText(
        why: """
            The algorithm `none` is a token without a signature: anybody can write one.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            token:
              from: [{ header: Authorization }]
              algorithms: [None, HS256] # error: [algorithm-none] `None`
              keys: [{ env: JWT_KEY }]
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
            token: { from: [{ query: none }], algorithms: [HS256], keys: [{ env: JWT_KEY }] } # wspolicy:ignore token-in-query because the name of the parameter is what is tried here
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 8725 §3.2"
    )
}
