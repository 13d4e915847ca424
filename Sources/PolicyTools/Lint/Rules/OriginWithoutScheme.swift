/// An origin that is only a host.
package enum OriginWithoutScheme: LanguageRule {
    package static let id = "origin-without-scheme"
    package static let text = RuleText(
        why: """
            An origin is scheme, host and port. A host alone would either match nothing, or match a page served without TLS too.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins:
              allow:
                - app.example # error: [origin-without-scheme] has no scheme
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
            origins: { allow: [capacitor://localhost] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 6454 §4"
    )
}
