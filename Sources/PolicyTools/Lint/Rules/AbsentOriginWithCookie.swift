package import PolicyDocument
package import PolicyModel

/// A cookie that authenticates, and no Origin needed.
package enum AbsentOriginWithCookie: LintRule {
    package static let id = "absent-origin-with-cookie"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            Old browsers and some proxies leave the Origin out. Where a cookie is enough to be somebody, a request without an Origin may still be a page's.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins:
              allow: [https://app.example]
              absent: allow # warning: [absent-origin-with-cookie] without an Origin
            token: { from: [{ cookie: session }], algorithms: [HS256], keys: [{ env: JWT_KEY }] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        good: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example], absent: allowWithoutCookies }
            token: { from: [{ cookie: session }], algorithms: [HS256], keys: [{ env: JWT_KEY }] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        nearMiss: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example], absent: allow }
            token: { from: [{ header: Authorization }], algorithms: [HS256], keys: [{ env: JWT_KEY }] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 6455 §10.2"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        guard policy.hasCookieToken else { return }
        for level in policy.writtenLevels {
            guard let absent = level.origins?.absent, absent.value == .allow else { continue }
            context.report(
                "a request without an Origin may bring the cookie that authenticates",
                at: absent.span,
                help: "write `absent: deny`, or `allowWithoutCookies` for clients that are no browsers"
            )
        }
    }
}
