/// The keywords of JSON Schema 2020-12 and what this version makes of them.
enum SchemaKeyword: String, CaseIterable {
    case schema = "$schema"
    case reference = "$ref"
    case definitions = "$defs"
    case comment = "$comment"
    case title, description
    case defaultValue = "default"
    case examples, deprecated, readOnly, writeOnly
    case type
    case enumeration = "enum"
    case constant = "const"
    case minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf
    case minLength, maxLength
    case prefixItems, items, minItems, maxItems
    case properties, required, additionalProperties, minProperties, maxProperties

    /// Keywords of the draft that would refuse something, and which this version cannot enforce.
    static let notEnforced: Set<String> = [
        "pattern", "format", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas",
        "dependentRequired", "patternProperties", "propertyNames", "unevaluatedItems", "unevaluatedProperties",
        "contains", "minContains", "maxContains", "uniqueItems", "contentEncoding", "contentMediaType", "contentSchema",
        "$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$vocabulary",
    ]

    /// Words of earlier drafts, with what the draft that is read here has in their place.
    static let earlier: [String: String] = [
        "definitions": "write `$defs`",
        "id": "remove it: schemas are named by their file and place",
        "dependencies": "write the members that belong together in `required`",
        "additionalItems": "write `items` behind `prefixItems`",
        "$recursiveRef": "write `$ref: \"#\"`",
        "$recursiveAnchor": "remove it",
    ]

    /// Everything an author may have meant.
    static var allNames: [String] {
        allCases.map(\.rawValue) + notEnforced
    }
}
