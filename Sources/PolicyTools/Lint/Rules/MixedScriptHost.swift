package import PolicyDocument
package import PolicyModel

/// A host of letters from several alphabets.
package enum MixedScriptHost: LintRule {
    package static let id = "mixed-script-host"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            A Cyrillic letter looks like a Latin one: the host may be another than the one that is read.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins:
              allow:
                - https://аpp.example # warning: [mixed-script-host] several alphabets
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
            origins: { allow: [https://münchen.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            """,
        source: "UTS #39 §5"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for entry in policy.writtenOrigins {
            guard let host = entry.value.unicodeHost else { continue }
            let isMixed = host.split(separator: ".").contains { label in
                Set(label.unicodeScalars.compactMap(script)).count > 1
            }
            guard isMixed else { continue }
            context.report(
                "the host `\(host)` has letters of several alphabets in one label",
                at: entry.span,
                help: "type the host again, or write its `xn--` form"
            )
        }
    }

    /// The alphabet of a letter, of those that are taken for one another.
    private static func script(_ scalar: Unicode.Scalar) -> String? {
        guard scalar.properties.isAlphabetic else { return nil }
        return switch scalar.value {
        case ..<0x250, 0x1E00..<0x1F00: "Latin"
        case 0x370..<0x400, 0x1F00..<0x2000: "Greek"
        case 0x400..<0x530: "Cyrillic"
        case 0x530..<0x590: "Armenian"
        case 0x13A0..<0x1400: "Cherokee"
        default: nil
        }
    }
}
