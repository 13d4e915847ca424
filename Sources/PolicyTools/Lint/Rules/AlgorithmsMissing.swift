/// A token whose own header says how it is verified.
package enum AlgorithmsMissing: LanguageRule {
    package static let id = "algorithms-missing"
    package static let text = RuleText(
        why: """
            A verifier that takes the algorithm from the token lets whoever makes the token choose it: `none`, or HMAC with a public key as the secret.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            token: # error: [algorithms-missing] pins no algorithm
              from: [{ header: Authorization }]
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
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 8725 §3.1"
    )
}
