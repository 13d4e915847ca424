package import PolicyDocument
package import PolicyModel

/// A closed object whose members stand in another schema.
package enum ClosedBesideReference: LintRule {
    package static let id = "closed-beside-reference"
    package static let severity = Diagnostic.Severity.error
    package static let text = RuleText(
        why: """
            `additionalProperties` sees the `properties` beside it and no others: with the members in `allOf` or behind `$ref`, `false`
            refuses every one of them. `unevaluatedProperties` sees them all.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            messages:
              schema:
                type: object
                additionalProperties: false # error: [closed-beside-reference] `price`
                allOf: [{ properties: { price: { type: number } } }]
            """,
        good: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            messages:
              schema:
                type: object
                unevaluatedProperties: false
                allOf: [{ properties: { price: { type: number } } }]
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
                properties: { price: true }
                allOf: [{ properties: { price: { type: number } } }]
            """,
        source: "JSON Schema 2020-12, core §10.3.2.3 and §11.3"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for document in policy.messageSchemas {
            for node in document.nodes {
                guard let rest = node.additionalProperties, document.nodes[rest.value].boolean == false else {
                    continue
                }
                let own = Set((node.properties?.value ?? []).map(\.name.value))
                let patterns = node.patternProperties?.value ?? []
                let other = document.namesBeside(node).first { name in
                    !own.contains(name) && !patterns.contains { $0.pattern.value.automaton.matches(name.bytes) }
                }
                guard let other else { continue }
                context.report(
                    "`\(other.text)` of another schema that holds here can never stand in this object",
                    at: rest.span,
                    help: "write `unevaluatedProperties: false` in place of `additionalProperties: false`"
                )
            }
        }
    }
}

extension SchemaDocument {
    /// The members that schemas name which hold whenever this one does.
    fileprivate func namesBeside(_ node: SchemaNode) -> [ExactText] {
        var found: [ExactText] = []
        var open = node.conjuncts
        var seen: Set<Int> = []
        while let index = open.popLast() {
            guard seen.insert(index).inserted else { continue }
            found += (nodes[index].properties?.value ?? []).filter { nodes[$0.schema].boolean != false }.map(
                \.name.value
            )
            open += nodes[index].conjuncts
        }
        return found.sorted()
    }
}
