/// Secrets and public keys for the same tokens.
package enum MixedAlgorithms: LanguageRule {
    package static let id = "mixed-algorithms"
    package static let text = RuleText(
        why: """
            Where both kinds are allowed, a token signed by HMAC with the public key as its secret may pass: the public key is known to everybody.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            token:
              from: [{ header: Authorization }]
              algorithms: [HS256, ES256] # error: [mixed-algorithms] different kinds
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
            token: { from: [{ header: Authorization }], algorithms: [HS256], keys: [{ env: NEW_KEY }, { env: OLD_KEY }] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 8725 §3.1"
    )
}
