package import PolicyDocument
package import PolicyModel

/// An entry that another one covers.
package enum CoveredOrigin: LintRule {
    package static let id = "covered-origin"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            Who takes the entry out believes that it is closed, and the other entry still admits it.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins:
              allow:
                - "https://*.app.example"
                - https://www.app.example # warning: [covered-origin] is covered
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        good: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example, "https://*.app.example"] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        nearMiss: """
            wspolicy: 1
            name: example
            origins: { allow: ["https://*.app.example", https://a.b.app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "RFC 6454 §5"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for level in policy.writtenLevels {
            let entries = level.origins?.allow?.value ?? []
            for (place, entry) in entries.enumerated() {
                let other = entries.enumerated().first { index, other in
                    index != place && other.value.covers(entry.value)
                        && (!entry.value.covers(other.value) || index < place)
                }
                guard let other = other?.element else { continue }
                context.report(
                    "`\(entry.value.written)` is covered by `\(other.value.written)`",
                    at: entry.span,
                    labels: [.init("which stands here", at: other.span)],
                    help: "leave it out, or narrow the other"
                )
            }
        }
    }
}

extension OriginPattern {
    /// Whether everything that `other` admits is admitted by this entry too.
    fileprivate func covers(_ other: OriginPattern) -> Bool {
        switch (form, other.form) {
        case (.everySite, _): return true
        case (.null, .null), (.file, .file): return true
        case (.tuple(let scheme, let host, let port), .tuple(let otherScheme, let otherHost, let otherPort)):
            guard scheme == otherScheme, port == otherPort || port == .every else { return false }
            return Self.covers(host, otherHost)
        case (.tuple, _), (.null, _), (.file, _): return false
        }
    }

    private static func covers(_ host: Host, _ other: Host) -> Bool {
        switch (host, other) {
        case (.every, _): return true
        case (.exact(let one), .exact(let two)): return one == two
        case (.oneLabel(let suffix), .exact(let name)):
            return name.hasSuffix("." + suffix) && !name.dropLast(suffix.count + 1).contains(".")
        case (.oneLabel(let one), .oneLabel(let two)): return one == two
        case (.labels(let suffix), .exact(let name)): return name.hasSuffix("." + suffix)
        case (.labels(let one), .oneLabel(let two)), (.labels(let one), .labels(let two)):
            return one == two || two.hasSuffix("." + one)
        case (.exact, _), (.oneLabel, _), (.labels, _): return false
        }
    }
}
