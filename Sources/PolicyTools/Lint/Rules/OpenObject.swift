package import PolicyDocument
package import PolicyModel

/// An object of a message that may hold anything besides.
package enum OpenObject: LintRule {
    package static let id = "open-object"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            Members that the schema does not name are let through unseen, and what reads the message may act on them.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            messages:
              schema: { type: object, properties: { a: { type: number } } } # warning: [open-object] not named
            """,
        good: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            messages: { schema: { type: object, additionalProperties: false, properties: { a: { type: number } } } }
            """,
        nearMiss: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            messages: { schema: { type: object, additionalProperties: { type: number } } }
            """,
        source: "JSON Schema 2020-12, additionalProperties"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        policy.eachMessageSchemaNode { node in
            guard node.allows(.object), node.additionalProperties == nil, node.unevaluatedProperties == nil,
                node.enumeration == nil, node.constant == nil
            else {
                return
            }
            context.report(
                "members that are not named pass unseen",
                at: node.span,
                help: "write `additionalProperties: false`, or a schema for them"
            )
        }
    }
}
