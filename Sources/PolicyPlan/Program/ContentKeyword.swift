/// Which part of a schema refuses a value: the key, with a node's id, into the program's table of sources.
///
/// Raw values are part of the plan format.
package enum ContentKeyword: UInt16, Sendable, CaseIterable {
    /// `type`, and the types that `enum` and `const` leave; the detail is the set of types that it allows,
    /// and `integerDetail`.
    case type = 1
    /// `enum` or `const`.
    case enumeration = 2
    /// `minimum` or `exclusiveMinimum`.
    case lowerBound = 3
    /// `maximum` or `exclusiveMaximum`.
    case upperBound = 4
    /// The detail is the multiple's index.
    case multipleOf = 5
    case minLength = 6
    case maxLength = 7
    case minItems = 8
    case maxItems = 9
    /// An item behind the prefix that the schema does not allow.
    case items = 10
    /// An item of the prefix whose schema is `false`; the detail is its index.
    case prefixItem = 11
    case minProperties = 12
    case maxProperties = 13
    /// The detail is the missing property's index.
    case required = 14
    case additionalProperties = 15
    /// A property whose schema is `false`; the detail is its index.
    case property = 16
    /// The detail is the pattern's index.
    case pattern = 17
    /// The detail is the format's raw value.
    case format = 18
    /// Items that are equal.
    case uniqueItems = 19
    /// The detail is the missing property's index.
    case dependentRequired = 20
    case propertyNames = 21
    /// Of the following, the detail is the applicator's index.
    case allOf = 22
    case anyOf = 23
    case oneOf = 24
    case not = 25
    case conditional = 26
    case dependentSchema = 27
    /// The detail is the index among what an array has to contain.
    case contains = 28
    case unevaluatedItems = 29
    case unevaluatedProperties = 30

    /// Set in the detail of a `type` that has integers but not all numbers.
    package static let integerDetail: UInt32 = 0x80
}
