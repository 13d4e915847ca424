/// A policy that lets any site's page in.
package enum MissingOrigins: LanguageRule {
    package static let id = "missing-origins"
    package static let text = RuleText(
        why: """
            A browser lets every page open a WebSocket to every server, and attaches that server's cookies. Without a list of origins, and without a token that no browser attaches by itself, another site's page acts in its visitor's name.
            """,
        bad: """
            wspolicy: 1 # error: [missing-origins] no `origins`
            name: example
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
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
            token: { from: [{ header: Authorization }], algorithms: [HS256], keys: [{ env: JWT_KEY }] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 6455 §10.2"
    )
}
