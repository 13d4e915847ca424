package import PolicyDocument
package import PolicyModel
import PolicyPlanner

/// Schemas that have to be compared with a value at the same time.
package enum CombinedSchemas: LintRule {
    package static let id = "combined-schemas"
    package static let severity = Diagnostic.Severity.note
    package static let text = RuleText(
        why: """
            A union whose branches differ by type, or by the listed value of a required member, costs one look; any other one, and
            `not`, `if` and `contains`, compares each of its schemas with each value. That is bounded, and dearer: the value's
            size times the number of schemas.
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
                properties: { bid: { type: number }, ask: { type: number } }
                anyOf: [{ required: [bid] }, { required: [ask] }] # note: [combined-schemas] compared together
            """,
        good: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            messages:
              schema:
                oneOf:
                  - { type: object, additionalProperties: false, required: [kind], properties: { kind: { const: bid }, bid: { type: number } } }
                  - { type: object, additionalProperties: false, required: [kind], properties: { kind: { const: ask }, ask: { type: number } } }
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
                properties: { price: { anyOf: [{ type: number }, { type: "null" }] } }
            """,
        source: "the manual's page on schemas, several schemas for one value"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for document in policy.messageSchemas {
            for span in CombinedPlaces.find(in: document) {
                context.report(
                    "the schemas here are compared together",
                    at: span,
                    help: "where you can, tell the branches apart by `type`, or by a required member with `const`"
                )
            }
        }
    }
}
