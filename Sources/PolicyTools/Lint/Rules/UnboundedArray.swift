package import PolicyDocument
package import PolicyModel

/// A list of a message without a largest length.
package enum UnboundedArray: LintRule {
    package static let id = "unbounded-array"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            The only bound on the list is then that of the whole message; work for each item adds up.
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
                  ids: { type: array, items: { type: number } } # warning: [unbounded-array] without `maxItems`
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
                  ids: { type: array, maxItems: 10, items: { type: number } }
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
                  pair: { type: array, prefixItems: [{ type: number }], items: false }
            """,
        source: "JSON Schema 2020-12, maxItems"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        policy.eachMessageSchemaNode { node in
            guard node.allows(.array), node.maxItems == nil, node.enumeration == nil, node.constant == nil else {
                return
            }
            if let items = node.items, policy.isFalse(items.value, beside: node) { return }
            context.report("a list without `maxItems`", at: node.span, help: "write the longest that the app needs")
        }
    }
}
