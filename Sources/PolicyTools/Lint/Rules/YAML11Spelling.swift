package import PolicyDocument
package import PolicyModel

/// A word that older YAML reads as something else.
package enum YAML11Spelling: LintRule {
    package static let id = "yaml-11-spelling"
    package static let severity = Diagnostic.Severity.warning
    package static let text = RuleText(
        why: """
            In YAML 1.1 `no` is false, `012` is ten and `1:30` is ninety; here they are texts and plain decimals. Who reads the policy with other tools is misled.
            """,
        bad: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            messages:
              schema: { enum: [012] } # warning: [yaml-11-spelling] reads `012` differently
            """,
        good: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            messages: { schema: { enum: [12] } }
            """,
        nearMiss: """
            wspolicy: 1
            name: example
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB, messages: [{ per: connection, atMost: 100 per 1s }] }
            messages: { schema: { enum: ["no"] } }
            """,
        source: "YAML 1.2 §10.3"
    )

    package static func check(_ policy: LoadedPolicy, _ context: LintContext) {
        for file in policy.files { check(file.root, context) }
    }

    private static func check(_ node: Node, _ context: LintContext) {
        if node.kind == .scalar, let form = node.yaml11Form {
            context.report(
                "YAML 1.1 reads `\(node.text ?? "")` differently (\(form))",
                at: node.span,
                help: "put quotes around a text; write numbers in plain decimals"
            )
        }
        for element in node.elements { check(element, context) }
        for entry in node.entries { check(entry.value, context) }
    }
}
