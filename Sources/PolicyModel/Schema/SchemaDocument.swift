package import PolicyDocument

/// A JSON Schema as it was read: every node that its root reaches, references resolved to nodes.
///
/// Nodes refer to each other by index, so recursive schemas need no special form.
package struct SchemaDocument: Sendable {
    package let nodes: [SchemaNode]
    package let root: Int
    /// Of each resource that has nodes here: its dynamic anchors, by name.
    package let dynamicAnchors: [Int: [String: Int]]

    package init(nodes: [SchemaNode], root: Int, dynamicAnchors: [Int: [String: Int]] = [:]) {
        self.nodes = nodes
        self.root = root
        self.dynamicAnchors = dynamicAnchors
    }
}

/// The words of `type`.
package enum SchemaType: String, Sendable, CaseIterable {
    case null, boolean, integer, number, string, array, object
}

/// One schema: `true`, `false`, or an object of keywords that all hold.
package struct SchemaNode: Sendable {
    /// A member that `properties` names, or one whose presence brings a schema with it.
    package struct Property: Sendable {
        package let name: Located<ExactText>
        package let schema: Int

        package init(name: Located<ExactText>, schema: Int) {
            self.name = name
            self.schema = schema
        }
    }

    /// Members whose names a pattern matches.
    package struct PatternProperty: Sendable {
        package let pattern: Located<SchemaPattern>
        package let schema: Int

        package init(pattern: Located<SchemaPattern>, schema: Int) {
            self.pattern = pattern
            self.schema = schema
        }
    }

    /// A member whose presence makes others required.
    package struct DependentNames: Sendable {
        package let name: Located<ExactText>
        package let required: [Located<ExactText>]

        package init(name: Located<ExactText>, required: [Located<ExactText>]) {
            self.name = name
            self.required = required
        }
    }

    /// A reference whose target depends on the resources through which a value was reached.
    package struct DynamicReference: Sendable {
        /// The schema that holds where no outer resource has the anchor.
        package let target: Int
        /// Nil where the reference turned out to be an ordinary one.
        package let anchor: String?

        package init(target: Int, anchor: String?) {
            self.target = target
            self.anchor = anchor
        }
    }

    package let span: Span
    /// The schema resource that it stands in.
    package var resource = 0
    package var draft = SchemaDraft.draft2020
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
    package var pattern: Located<SchemaPattern>?
    package var format: Located<String>?
    /// How a string is encoded, and of what its content is: draft 7 asserts both.
    package var contentEncoding: Located<String>?
    package var contentMediaType: Located<String>?

    package var prefixItems: Located<[Int]>?
    package var items: Located<Int>?
    package var minItems: Located<Int>?
    package var maxItems: Located<Int>?
    package var uniqueItems: Located<Bool>?
    package var contains: Located<Int>?
    package var minContains: Located<Int>?
    package var maxContains: Located<Int>?
    package var unevaluatedItems: Located<Int>?

    package var properties: Located<[Property]>?
    package var patternProperties: Located<[PatternProperty]>?
    package var additionalProperties: Located<Int>?
    package var propertyNames: Located<Int>?
    package var required: Located<[Located<ExactText>]>?
    package var minProperties: Located<Int>?
    package var maxProperties: Located<Int>?
    package var unevaluatedProperties: Located<Int>?
    package var dependentRequired: Located<[DependentNames]>?
    package var dependentSchemas: Located<[Property]>?

    package var allOf: Located<[Int]>?
    package var anyOf: Located<[Int]>?
    package var oneOf: Located<[Int]>?
    package var not: Located<Int>?
    package var condition: Located<Int>?
    package var then: Located<Int>?
    package var otherwise: Located<Int>?

    /// The schema that `$ref` names, which holds besides the other keywords.
    package var reference: Located<Int>?
    package var dynamicReference: Located<DynamicReference>?

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

    /// The schemas that hold for the same value whenever this one does.
    package var conjuncts: [Int] {
        (allOf?.value ?? []) + (reference.map { [$0.value] } ?? [])
    }

    /// Every schema that looks at the same value.
    package var schemasInPlace: [Int] {
        conjuncts + (anyOf?.value ?? []) + (oneOf?.value ?? [])
            + [not, condition, then, otherwise].compactMap { $0?.value }
            + (dependentSchemas?.value.map(\.schema) ?? []) + (dynamicReference.map { [$0.value.target] } ?? [])
    }
}
