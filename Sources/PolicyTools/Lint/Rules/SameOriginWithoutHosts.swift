/// Same origin, whatever the server is called.
package enum SameOriginWithoutHosts: LanguageRule {
    package static let id = "same-origin-without-hosts"
    package static let text = RuleText(
        why: """
            A page of a name that an attacker points at the server has the same origin as the request: both say the attacker's name. Only a list of the server's own names stops that (DNS rebinding).
            """,
        bad: """
            wspolicy: 1
            name: example
            origins:
              sameOrigin: true # error: [same-origin-without-hosts]
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        good: """
            wspolicy: 1
            name: example
            transport: { hosts: [api.example] }
            origins: { sameOrigin: true }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        nearMiss: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example], sameOrigin: false }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 6455 §10.2"
    )
}
