package import PolicyDocument
package import PolicyModel

/// A text of a message without a largest length.
package enum UnboundedString: LintRule {
    package static let id = "unbounded-string"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            The only bound on the text is then that of the whole message, and what stores or shows it may need a smaller one.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            messages:
              schema:
                type: object
                additionalProperties: false
                properties:
                  name: { type: string } # warning: [unbounded-string] without `maxLength`
            """,
        good: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            messages:
              schema:
                type: object
                additionalProperties: false
                properties:
                  name: { type: string, maxLength: 64 }
            """,
        nearMiss: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            messages:
              schema:
                type: object
                additionalProperties: false
                properties:
                  side: { type: string, enum: [buy, sell] }
                  symbol: { type: string, pattern: '^[A-Z]{1,5}$' }
                  id: { type: string, format: uuid }
            """,
        source: "JSON Schema 2020-12, maxLength"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        policy.eachMessageSchemaNode { node in
            guard node.allows(.string), node.maxLength == nil, node.enumeration == nil, node.constant == nil,
                !isBoundedByForm(node)
            else { return }
            context.report("a text without `maxLength`", at: node.span, help: "write the longest that the app needs")
        }
    }

    /// Whether a pattern or a format has a longest text.
    private static func isBoundedByForm(_ node: SchemaNode) -> Bool {
        if let pattern = node.pattern, pattern.value.automaton.isBounded { return true }
        let bounded: Set<String> = ["date", "hostname", "idn-hostname", "ipv4", "ipv6", "uuid"]
        return node.format.map { bounded.contains($0.value) } ?? false
    }
}
