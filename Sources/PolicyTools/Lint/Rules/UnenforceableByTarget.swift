package import PolicyDocument
package import PolicyModel

/// A section that the place of enforcement cannot enforce.
package enum UnenforceableByTarget: LintRule {
    package static let id = "unenforceable-by-target"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            An ASGI server shows its app whole messages: no frames, no fragments, no pings. Those limits belong to the server's own settings, or to a gateway in front. Nor does anybody ask a store there.
            """,
        bad: """
            wspolicy: 1
            name: example
            target: asgi
            origins: { allow: [https://app.example] }
            token:
              from: [{ header: Authorization }]
              algorithms: [HS256]
              keys: [{ env: KEY }]
              revoked: { shared: true } # warning: [unenforceable-by-target] nobody asks a store
            limits:
              messageSize: 4KiB
              fragments: 8 # warning: [unenforceable-by-target] shows no fragments
              messages: [{ per: connection, atMost: 100 per 1s }]
            """,
        good: """
            wspolicy: 1
            name: example
            target: gateway
            origins: { allow: [https://app.example] }
            token:
              from: [{ header: Authorization }]
              algorithms: [HS256]
              keys: [{ env: KEY }]
              revoked: { shared: true }
            limits: { messageSize: 4KiB, fragments: 8, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        nearMiss: """
            wspolicy: 1
            name: example
            target: asgi
            origins: { allow: [https://app.example] }
            token:
              from: [{ header: Authorization }]
              algorithms: [HS256]
              keys: [{ env: KEY }]
              revoked: { file: ./revoked.txt, shared: false }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "ASGI specification, WebSocket"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        guard policy.policy?.target == .asgi else { return }
        for level in policy.writtenLevels {
            let unseen: [(Span?, String)] = [
                (level.limits?.frameSize?.span, "frames"), (level.limits?.fragments?.span, "fragments"),
                (level.limits?.controlFrames?.span, "pings and pongs"),
                (level.limits?.outboundQueue?.span, "client that does not read"),
                (level.limits?.handshakeTimeout?.span, "handshake that arrives slowly"),
            ]
            for (span, what) in unseen {
                guard let span else { continue }
                context.report(
                    "an ASGI server shows no \(what)",
                    at: span,
                    help: "set it in the server's own options, or put a gateway in front"
                )
            }
            if let shared = level.token?.revokedShared, shared.value {
                context.report(
                    "nobody asks a store behind an ASGI server: `onStoreFailure` decides about every token",
                    at: shared.span,
                    help: "list who is revoked in a `file`, or put a gateway in front"
                )
            }
            for response in level.responses {
                guard let reason = response.reason else { continue }
                context.report("most ASGI servers send no close reason", at: reason.span)
            }
            for entry in level.closeCodes where entry.code.value != 1000 && entry.code.value < 3000 {
                context.report(
                    "close code \(entry.code.value) raises in some ASGI servers",
                    at: entry.code.span,
                    help: "an application's own codes are 3000 to 4999: write \(3000 + entry.code.value)"
                )
            }
        }
    }
}
