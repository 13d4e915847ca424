/// A JSON value in a schema: an element of `enum`, the value of `const`.
package indirect enum JSONConstant: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(ExactNumber)
    case string(ExactText)
    case array([JSONConstant])
    /// Members by name; their order means nothing.
    case object([ExactText: JSONConstant])

    /// The word that `type` has for it; an integer is a number here.
    package var type: SchemaType {
        switch self {
        case .null: .null
        case .bool: .boolean
        case .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }

    package var isContainer: Bool {
        switch self {
        case .null, .bool, .number, .string: false
        case .array, .object: true
        }
    }
}
