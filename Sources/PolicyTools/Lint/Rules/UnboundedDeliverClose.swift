package import PolicyDocument
package import PolicyModel

/// Refusals that cost a whole connection, without end.
package enum UnboundedDeliverClose: LintRule {
    package static let id = "unbounded-deliver-close"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            To tell a page its close code, the refused handshake is accepted first. Without a limit on new connections by address, every refusal costs a socket.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            token: { from: [{ header: Authorization }], algorithms: [HS256], keys: [{ env: JWT_KEY }] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            responses:
              tokenExpired: { deliver: close } # warning: [unbounded-deliver-close] costs a socket
            """,
        good: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            token: { from: [{ header: Authorization }], algorithms: [HS256], keys: [{ env: JWT_KEY }] }
            limits:
              messageSize: 4KiB
              connections: [{ per: clientAddress, atMost: 10 per minute }]
              messages: [{ per: connection, atMost: 100 per 1s }]
            responses: { tokenExpired: { deliver: close } }
            """,
        nearMiss: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            token: { from: [{ header: Authorization }], algorithms: [HS256], keys: [{ env: JWT_KEY }] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            responses: { tokenExpired: { deliver: http, status: 403 } }
            """,
        source: "RFC 6455 §10.4"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        guard let resolved = policy.policy else { return }
        let isBounded = resolved.routes.allSatisfy { route in
            route.connectionLimits.contains { index in
                if case .clientAddress = resolved.limits[index].per {
                    resolved.limits[index].mode == .enforce
                } else {
                    false
                }
            }
        }
        guard !isBounded else { return }
        for level in policy.writtenLevels {
            for response in level.responses {
                guard let deliver = response.deliver, deliver.value == .close else { continue }
                context.report(
                    "each refusal costs a socket, and no limit bounds new connections of one address",
                    at: deliver.span,
                    help: "as `limits: { connections: [{ per: clientAddress, atMost: 10 per minute }] }`"
                )
            }
        }
    }
}
