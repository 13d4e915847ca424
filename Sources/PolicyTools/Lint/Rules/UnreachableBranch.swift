package import PolicyDocument
package import PolicyModel

/// A branch of a union that no value can take.
package enum UnreachableBranch: LintRule {
    package static let id = "unreachable-branch"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            A branch for a type that the schema around it excludes, or one that stands twice in a `oneOf`, never decides anything. Its author
            meant something else.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            messages:
              schema:
                type: [string, "null"]
                maxLength: 64
                oneOf:
                  - { type: string, maxLength: 64 }
                  - { type: number } # warning: [unreachable-branch] type
                  - { type: "null" }
            """,
        good: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            messages:
              schema:
                type: [string, number]
                maxLength: 64
                oneOf: [{ type: string, maxLength: 64 }, { type: number }]
            """,
        nearMiss: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            messages:
              schema:
                type: [string, number]
                maxLength: 64
                oneOf: [{ type: [string, "null"], maxLength: 64 }, { type: integer }]
            """,
        source: "JSON Schema 2020-12, core §10.2.1"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for document in policy.messageSchemas {
            for node in document.nodes {
                for union in [node.anyOf, node.oneOf].compactMap({ $0 }) {
                    check(union, of: node, document, context)
                }
                guard let union = node.oneOf else { continue }
                var seen: Set<Int> = []
                for branch in union.value {
                    let target = document.nodes[branch].reference?.value ?? branch
                    guard !seen.insert(target).inserted else { continue }
                    context.report(
                        "this branch stands twice in `oneOf`, so that no value takes exactly one",
                        at: union.span,
                        help: "remove one of them"
                    )
                }
            }
        }
    }

    private static func check(
        _ union: Located<[Int]>,
        of node: SchemaNode,
        _ document: SchemaDocument,
        _ context: LintContext
    ) {
        guard let outer = node.types else { return }
        let allowed = Set(outer.value.map(\.value))
        for branch in union.value {
            guard let types = document.nodes[branch].types else { continue }
            let own = Set(types.value.map(\.value))
            let meets =
                !own.isDisjoint(with: allowed)
                || (own.contains(.integer) && allowed.contains(.number))
                || (own.contains(.number) && allowed.contains(.integer))
            guard !meets else { continue }
            context.report(
                "the type of this branch is excluded by `type` around it",
                at: document.nodes[branch].span,
                help: "remove the branch, or allow its type"
            )
        }
    }
}
