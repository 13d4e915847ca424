package import PolicyDocument
package import PolicyModel

/// A scheme that is almost a known one.
package enum NearScheme: LintRule {
    package static let id = "near-scheme"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            An origin with a misspelt scheme matches nothing, and the pages that it was meant for are refused.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins:
              allow:
                - htps://app.example # warning: [near-scheme] `htps` is close to `https`
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
            origins: { allow: [tauri://localhost] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 6454 §4"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        let known = ["https", "http", "wss", "ws"]
        let apps = [
            "capacitor", "ionic", "tauri", "app", "file", "vscode-webview", "chrome-extension", "moz-extension",
        ]
        for entry in policy.writtenOrigins {
            guard let scheme = entry.value.scheme, !known.contains(scheme), !apps.contains(scheme),
                let near = NearestName.of(scheme, among: known)
            else { continue }
            context.report(
                "origin scheme `\(scheme)` is close to `\(near)`",
                at: entry.span,
                help: "write `\(near)` unless an app really uses `\(scheme):`"
            )
        }
    }
}
