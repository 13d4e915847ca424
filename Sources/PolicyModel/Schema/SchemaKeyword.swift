/// The keywords of JSON Schema, in all drafts that are read.
enum SchemaKeyword: String, CaseIterable {
    case schema = "$schema"
    case identifier = "$id"
    case oldIdentifier = "id"
    case anchor = "$anchor"
    case reference = "$ref"
    case dynamicReference = "$dynamicRef"
    case dynamicAnchor = "$dynamicAnchor"
    case recursiveReference = "$recursiveRef"
    case recursiveAnchor = "$recursiveAnchor"
    case vocabulary = "$vocabulary"
    case definitions = "$defs"
    case oldDefinitions = "definitions"
    case comment = "$comment"
    case title, description
    case defaultValue = "default"
    case examples, deprecated, readOnly, writeOnly
    case contentEncoding, contentMediaType, contentSchema
    case type
    case enumeration = "enum"
    case constant = "const"
    case minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf
    case minLength, maxLength, pattern, format
    case prefixItems, items, additionalItems, minItems, maxItems, uniqueItems
    case contains, minContains, maxContains, unevaluatedItems
    case properties, patternProperties, additionalProperties, propertyNames
    case required, minProperties, maxProperties, unevaluatedProperties
    case dependencies, dependentRequired, dependentSchemas
    case allOf, anyOf, oneOf, not
    case condition = "if"
    case then
    case otherwise = "else"

    /// How the keyword's value holds schemas.
    enum Shape {
        /// No schema in it.
        case none
        case schema
        case list
        /// A schema, or a list of them.
        case schemaOrList
        /// Schemas by name; what is no schema in it is something else.
        case mapping
    }

    var shape: Shape {
        switch self {
        case .not, .condition, .then, .otherwise, .additionalItems, .contains, .unevaluatedItems,
            .additionalProperties, .propertyNames, .unevaluatedProperties, .contentSchema:
            .schema
        case .items: .schemaOrList
        case .prefixItems, .allOf, .anyOf, .oneOf: .list
        case .definitions, .oldDefinitions, .properties, .patternProperties, .dependencies, .dependentSchemas: .mapping
        case .schema, .identifier, .oldIdentifier, .anchor, .reference, .dynamicReference, .dynamicAnchor,
            .recursiveReference, .recursiveAnchor, .vocabulary, .comment, .title, .description, .defaultValue,
            .examples, .deprecated, .readOnly, .writeOnly, .contentEncoding, .contentMediaType, .type, .enumeration,
            .constant, .minimum, .maximum, .exclusiveMinimum, .exclusiveMaximum, .multipleOf, .minLength, .maxLength,
            .pattern, .format, .minItems, .maxItems, .uniqueItems, .minContains, .maxContains, .required,
            .minProperties, .maxProperties, .dependentRequired:
            .none
        }
    }

    /// Whether a draft has the keyword.
    func isKnown(in draft: SchemaDraft) -> Bool {
        switch self {
        case .oldIdentifier: draft == .draft4
        case .identifier, .constant, .examples, .contains, .propertyNames: draft >= .draft6
        case .comment, .readOnly, .writeOnly, .contentEncoding, .contentMediaType, .condition, .then, .otherwise:
            draft >= .draft7
        case .anchor, .vocabulary, .definitions, .deprecated, .contentSchema, .minContains, .maxContains,
            .unevaluatedItems, .unevaluatedProperties, .dependentRequired, .dependentSchemas:
            draft >= .draft2019
        case .recursiveReference, .recursiveAnchor: draft == .draft2019
        case .dynamicReference, .dynamicAnchor, .prefixItems: draft >= .draft2020
        case .additionalItems: draft <= .draft2019
        case .schema, .reference, .oldDefinitions, .title, .description, .defaultValue, .type, .enumeration, .minimum,
            .maximum, .exclusiveMinimum, .exclusiveMaximum, .multipleOf, .minLength, .maxLength, .pattern, .format,
            .items, .minItems, .maxItems, .uniqueItems, .properties, .patternProperties, .additionalProperties,
            .required, .minProperties, .maxProperties, .dependencies, .allOf, .anyOf, .oneOf, .not:
            true
        }
    }

    /// Whether the keyword is of the vocabulary of assertions, which a metaschema may leave out.
    var isAssertion: Bool {
        switch self {
        case .type, .enumeration, .constant, .minimum, .maximum, .exclusiveMinimum, .exclusiveMaximum, .multipleOf,
            .minLength, .maxLength, .pattern, .minItems, .maxItems, .uniqueItems, .minContains, .maxContains, .required,
            .minProperties, .maxProperties, .dependentRequired:
            true
        default: false
        }
    }

    /// Whether draft 7 says by it what a string's content is.
    var isContent: Bool { self == .contentEncoding || self == .contentMediaType }

    /// Whether a word for a string's content is one that is asserted (RFC 2045: neither depends on case).
    func isAsserted(as text: String?) -> Bool {
        switch (self, text?.lowercased()) {
        case (.contentEncoding, "base64"?): true
        case (.contentMediaType, let type?):
            type.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" } == "application/json"
        default: false
        }
    }

    /// Keywords of the latest draft that would refuse something, and which are not enforced.
    static let notEnforced: Set<SchemaKeyword> = [.contentEncoding, .contentMediaType, .contentSchema, .vocabulary]

    /// What the latest draft has in place of words of earlier ones.
    static let earlier: [String: String] = [
        "id": "write `$id`", "additionalItems": "write `items` behind `prefixItems`",
        "$recursiveRef": "write `$dynamicRef`", "$recursiveAnchor": "write `$dynamicAnchor`",
    ]

    /// Everything an author of a draft may have meant.
    static func names(in draft: SchemaDraft) -> [String] {
        allCases.filter { $0.isKnown(in: draft) }.map(\.rawValue)
    }
}
