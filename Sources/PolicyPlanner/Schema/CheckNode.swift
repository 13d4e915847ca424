import PolicyModel
import PolicyPlan

/// What one value of a message must be: several schemas merged into one, before it becomes a node of the program.
struct CheckNode: Hashable {
    /// A node for a part of the value, or the word `false` in its place.
    struct Child: Hashable {
        var node: Int
        var isDenied: Bool
    }

    struct Bound: Hashable {
        var value: ExactNumber
        var isExcluded: Bool
    }

    struct Property: Hashable {
        var name: ExactText
        var child: Child
        var isRequired: Bool
        var deniedSource: UInt32?
        var requiredSource: UInt32?
    }

    /// A keyword's place; see `ContentKeyword` for the details.
    struct Source: Hashable {
        var keyword: ContentKeyword
        var detail: UInt32
        var source: UInt32
    }

    var types = ValueTypes.all
    /// Booleans are listed, though neither is left.
    var hasNoBoolean = false

    var integerOnly = false
    var lower: Bound?
    var upper: Bound?
    var multiples: [ExactNumber] = []

    var minLength = 0
    var maxLength: Int?

    var minItems = 0
    var maxItems: Int?
    var prefix: [Child] = []
    var items = Child(node: 0, isDenied: false)

    var properties: [Property] = []
    var additional = Child(node: 0, isDenied: false)
    var minProperties = 0
    var maxProperties: Int?

    /// The only values that are allowed; nil without `enum` and `const`.
    var values: [JSONConstant]?

    var sources: [Source] = []

    /// Calls `body` with each child.
    func forEachChild(_ body: (Child) -> Void) {
        prefix.forEach(body)
        body(items)
        properties.forEach { body($0.child) }
        body(additional)
    }

    /// The same with other nodes as children.
    func mapChildren(_ map: (Int) -> Int) -> CheckNode {
        var copy = self
        for index in copy.prefix.indices { copy.prefix[index].node = map(prefix[index].node) }
        copy.items.node = map(items.node)
        for index in copy.properties.indices { copy.properties[index].child.node = map(properties[index].child.node) }
        copy.additional.node = map(additional.node)
        return copy
    }

    /// Whether a string passes.
    func accepts(_ text: ExactText) -> Bool {
        guard types.contains(.string) else { return false }
        if let values, !values.contains(.string(text)) { return false }
        return text.codePointCount >= minLength && text.codePointCount <= maxLength ?? .max
    }
}
