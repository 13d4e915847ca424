package import PolicyDocument

/// A JSON Schema as it was read: every node that its root reaches, references resolved to nodes.
///
/// Nodes refer to each other by index, so recursive schemas need no special form.
package struct SchemaDocument: Sendable {
    package let nodes: [SchemaNode]
    package let root: Int

    package init(nodes: [SchemaNode], root: Int) {
        self.nodes = nodes
        self.root = root
    }
}

/// The words of `type`.
package enum SchemaType: String, Sendable, CaseIterable {
    case null, boolean, integer, number, string, array, object
}

/// One schema: `true`, `false`, or an object of keywords that all hold.
package struct SchemaNode: Sendable {
    /// A member that `properties` names.
    package struct Property: Sendable {
        package let name: Located<ExactText>
        package let schema: Int

        package init(name: Located<ExactText>, schema: Int) {
            self.name = name
            self.schema = schema
        }
    }

    package let span: Span
    /// For the schemas `true` and `false`; every other keyword is nil then.
    package var boolean: Bool?

    package var types: Located<[Located<SchemaType>]>?
    package var enumeration: Located<[Located<JSONConstant>]>?
    package var constant: Located<JSONConstant>?

    package var minimum: Located<ExactNumber>?
    package var maximum: Located<ExactNumber>?
    package var exclusiveMinimum: Located<ExactNumber>?
    package var exclusiveMaximum: Located<ExactNumber>?
    package var multipleOf: Located<ExactNumber>?

    /// In code points.
    package var minLength: Located<Int>?
    package var maxLength: Located<Int>?

    package var prefixItems: Located<[Int]>?
    package var items: Located<Int>?
    package var minItems: Located<Int>?
    package var maxItems: Located<Int>?

    package var properties: Located<[Property]>?
    package var required: Located<[Located<ExactText>]>?
    package var additionalProperties: Located<Int>?
    package var minProperties: Located<Int>?
    package var maxProperties: Located<Int>?

    /// The schema that `$ref` names, which holds besides the other keywords.
    package var reference: Located<Int>?

    // Kept for texts and tools; they refuse nothing.
    package var title: Located<String>?
    package var description: Located<String>?
    package var comment: Located<String>?
    package var defaultValue: Located<JSONConstant>?
    package var examples: Located<[JSONConstant]>?
    package var isDeprecated = false
    package var isReadOnly = false
    package var isWriteOnly = false

    package init(span: Span) {
        self.span = span
    }
}
