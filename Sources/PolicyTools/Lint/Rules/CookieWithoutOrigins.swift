package import PolicyDocument
package import PolicyModel

/// A cookie that authenticates, and every site admitted.
package enum CookieWithoutOrigins: LintRule {
    package static let id = "cookie-without-origins"
    package static let severity = Diagnostic.Severity.error
    package static let text = RuleText(
        why: """
            A browser attaches the cookie to every site's handshake. Together with an origin list that admits every site, any page acts in its visitor's name (cross-site WebSocket hijacking).
            """,
        bad: """
            wspolicy: 1
            name: example
            # wspolicy:ignore wildcard-origin because this is about the cookie
            origins: any # error: [cookie-without-origins] attached for every site
            token: { from: [{ cookie: session }], algorithms: [HS256], keys: [{ env: JWT_KEY }] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        good: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            token: { from: [{ cookie: session }], algorithms: [HS256], keys: [{ env: JWT_KEY }] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        nearMiss: """
            wspolicy: 1
            name: example
            # wspolicy:ignore wildcard-origin because the feed is public
            origins: any
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 6455 §10.2"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        guard policy.hasCookieToken else { return }
        for level in policy.writtenLevels {
            let open =
                level.origins?.any?.span ?? level.origins?.allow?.value.first { $0.value.form == .everySite }?.span
            guard let open else { continue }
            context.report(
                "the cookie that authenticates is attached for every site that is admitted here",
                at: open,
                help: "list the origins that serve your pages"
            )
        }
    }
}
