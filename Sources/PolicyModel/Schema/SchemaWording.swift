import PolicyDocument

/// What is said about schemas.
enum SchemaWording {
    typealias Message = Diagnostic.Message

    static var notASchema: Message { Message("this is no schema") }

    static func notEnforced(_ name: String) -> Message {
        Message("schema keyword `\(name)` is not enforced by this version")
    }

    static func unknownKeyword(_ name: String) -> Message { Message("unknown schema keyword `\(name)`") }

    static func otherDialect(_ name: String) -> Message {
        Message("schema dialect `\(name)` is not read")
    }

    static func wrongValue(_ keyword: SchemaKeyword, _ wanted: String) -> Message {
        Message("`\(keyword.rawValue)` takes \(wanted)")
    }

    static func negative(_ keyword: SchemaKeyword) -> Message { Message("`\(keyword.rawValue)` is negative") }

    static func unknownType(_ text: String) -> Message { Message("unknown type `\(text)`") }

    static var nullIsNoTypeName: Message { Message("`null` without quotes is not the name of the type") }

    static func emptyList(_ keyword: String) -> Message { Message("`\(keyword)` lists nothing, so no value can pass") }

    static func repeated(_ text: String) -> Message { Message("`\(text)` is listed twice") }

    static var repeatedValue: Message { Message("a value of `enum` is listed twice") }

    static var notAboveZero: Message { Message("`multipleOf` is not above zero") }

    static var longMultiple: Message { Message("`multipleOf` has too many digits") }

    static func noJSONNumber(_ text: String) -> Message { Message("`\(text)` is no number of JSON") }

    static func unreadable(_ text: String) -> Message { Message("`$ref` leads to no readable file: \(text)") }

    static func overTheNetwork(_ text: String) -> Message {
        Message("`$ref` to an address that no file here has, and nothing is fetched from a network: `\(text)`")
    }

    static func noAnchor(_ name: String) -> Message { Message("`$ref` names no anchor: `\(name)`") }

    static func otherDraft(_ name: String, _ draft: SchemaDraft) -> Message {
        Message("schema keyword `\(name)` is not of the draft that this schema is read by")
    }

    static func listsNothing(_ keyword: SchemaKeyword) -> Message { Message("`\(keyword.rawValue)` lists no schema") }

    static func wrongPattern(_ text: String) -> Message { Message("this pattern cannot be used: \(text)") }

    static func unknownFormat(_ name: String) -> Message { Message("unknown format `\(name)`") }

    static func notAPointer(_ text: String) -> Message { Message("`$ref` is no JSON Pointer: `\(text)`") }

    static func nothingThere(_ text: String) -> Message { Message("`$ref` leads nowhere: `\(text)`") }

    static var circle: Message { Message("`$ref` leads back to itself") }

    static func nothingBetween(_ low: SchemaKeyword, _ high: SchemaKeyword) -> Message {
        Message("no value lies between `\(low.rawValue)` and `\(high.rawValue)`")
    }

    static func requiredIsDenied(_ name: String) -> Message { Message("`\(name)` is required and not allowed") }

    static var typeExcludes: Message { Message("the schema's `type` excludes this value") }
}
