package import PolicyDocument
package import PolicyModel

/// A token that anybody on the way can read.
package enum OptionalTLSWithToken: LintRule {
    package static let id = "optional-tls-with-token"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            Without TLS the token, and all that is said after it, can be read and changed by whoever sits on the way.
            """,
        bad: """
            wspolicy: 1
            name: example
            transport:
              tls: optional # warning: [optional-tls-with-token] in clear
            origins: { allow: [https://app.example] }
            token: { from: [{ header: Authorization }], algorithms: [HS256], keys: [{ env: JWT_KEY }] }
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
            transport: { tls: optional }
            origins: { allow: ["http://localhost:3000"] }
            token: { from: [{ header: Authorization }], algorithms: [HS256], keys: [{ env: JWT_KEY }] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 6750 §5.3"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        guard policy.writtenLevels.contains(where: { $0.token != nil }),
            policy.writtenOrigins.contains(where: { !$0.value.isLoopback })
        else { return }
        for level in policy.writtenLevels {
            guard let tls = level.transport?.tls, tls.value == .optional else { continue }
            context.report(
                "tokens may travel in clear",
                at: tls.span,
                help: "write `tls: required`; a proxy in front that ends TLS is named under `trustedProxies`"
            )
        }
    }
}
