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
        /// Some schema holds for the member by its name.
        var isEvaluated: Bool
        var deniedSource: UInt32?
        var requiredSource: UInt32?
    }

    /// A keyword's place; see `ContentKeyword` for the details.
    struct Source: Hashable {
        var keyword: ContentKeyword
        var detail: UInt32
        var source: UInt32
    }

    /// A string's pattern.
    struct Pattern: Hashable {
        var automaton: PatternAutomaton
        /// For equality and order alone.
        var text: String
    }

    /// What a member's name, known or not, has to do with the other schemas of an object.
    struct NameRules: Hashable {
        /// What every name has to be; nil where all are allowed.
        var node: Int?
        /// Gives names without a property an outcome; nil without patterns.
        var automaton: NameAutomaton?
        /// Schemas by outcome, behind that of no match.
        var children: [Child] = []
        /// Members whose presence requires another.
        var pairs: [NamePair] = []

        var isEmpty: Bool {
            node == nil && automaton == nil && pairs.isEmpty
        }
    }

    struct NamePair: Hashable {
        var name: ExactText
        var required: ExactText
    }

    /// Other schemas that look at the same value.
    enum Applicator: Hashable {
        case all(Int)
        case any([Int])
        case one([Int])
        case not(Int)
        case conditional(Int, then: Int?, otherwise: Int?)
        case dependent(ExactText, Int)
    }

    struct Contains: Hashable {
        var node: Int
        var minimum: Int
        var maximum: Int?
    }

    /// A short way to decide a combination in one pass.
    enum Dispatch: Hashable {
        /// Nodes by type; nil refuses.
        case byType(string: Int?, number: Int?, array: Int?, object: Int?, boolean: Int?, null: Int?)
        case byTag(member: ExactText, values: [ExactText: Int], branches: [Int])
        case instead(Int)
        /// Values are strings, or integers as they are written without sign and zeros.
        case byItem(index: Int, strings: [ExactText: Int], integers: [ExactText: Int], branches: [Int])
    }

    var types = ValueTypes.all
    /// Booleans are listed, though neither is left.
    var hasNoBoolean = false

    var integerOnly = false
    /// What is written with a fraction or exponent is no integer.
    var integerByForm = false
    var lower: Bound?
    var upper: Bound?
    var multiples: [ExactNumber] = []

    var minLength = 0
    var maxLength: Int?
    var patterns: [Pattern] = []
    var formats: Set<ContentFormat> = []

    var minItems = 0
    var maxItems: Int?
    var prefix: [Child] = []
    var items = Child(node: 0, isDenied: false)
    var itemsEvaluate = false
    var hasUniqueItems = false

    var properties: [Property] = []
    var additional = Child(node: 0, isDenied: false)
    var minProperties = 0
    var maxProperties: Int?
    var additionalEvaluates = false
    var names = NameRules()

    var applicators: [Applicator] = []
    var contains: [Contains] = []
    var containsEvaluates = false
    var unevaluatedItems: Int?
    var unevaluatedProperties: Int?
    var dispatch: Dispatch?

    /// Whether one pass over the value does not decide it without a dispatch.
    var isCombined: Bool {
        !applicators.isEmpty || !contains.isEmpty || unevaluatedItems != nil || unevaluatedProperties != nil
    }

    /// The only values that are allowed; nil without `enum` and `const`.
    var values: [JSONConstant]?

    var sources: [Source] = []

    /// Every node that this one refers to, in a fixed order.
    var reached: [Int] {
        var found: [Int] = []
        _ = mapNodes { node in
            found.append(node)
            return node
        }
        return found
    }

    /// The nodes that the fast pass may go on with.
    var fastNodes: [Int] {
        guard let dispatch else { return reached }
        var found: [Int] = []
        _ = dispatch.mapNodes { node in
            found.append(node)
            return node
        }
        return found
    }

    /// The same with other nodes in place of those that it refers to.
    func mapNodes(_ map: (Int) -> Int) -> CheckNode {
        var copy = self
        for index in copy.prefix.indices { copy.prefix[index].node = map(prefix[index].node) }
        copy.items.node = map(items.node)
        for index in copy.properties.indices { copy.properties[index].child.node = map(properties[index].child.node) }
        copy.additional.node = map(additional.node)
        copy.names.node = names.node.map(map)
        for index in copy.names.children.indices { copy.names.children[index].node = map(names.children[index].node) }
        copy.applicators = applicators.map { $0.mapNodes(map) }
        for index in copy.contains.indices { copy.contains[index].node = map(contains[index].node) }
        copy.unevaluatedItems = unevaluatedItems.map(map)
        copy.unevaluatedProperties = unevaluatedProperties.map(map)
        copy.dispatch = dispatch?.mapNodes(map)
        return copy
    }

    /// Whether a string is sure to pass.
    func accepts(_ text: ExactText) -> Bool {
        guard types.contains(.string) else { return false }
        if let values, !values.contains(.string(text)) { return false }
        guard patterns.allSatisfy({ $0.automaton.matches(text.bytes) }), formats.isEmpty, !isCombined else {
            return false
        }
        return text.codePointCount >= minLength && text.codePointCount <= maxLength ?? .max
    }
}

extension CheckNode.Applicator {
    func mapNodes(_ map: (Int) -> Int) -> Self {
        switch self {
        case .all(let node): return .all(map(node))
        case .any(let nodes): return .any(nodes.map(map))
        case .one(let nodes): return .one(nodes.map(map))
        case .not(let node): return .not(map(node))
        case .conditional(let condition, let then, let otherwise):
            let condition = map(condition)
            let then = then.map(map)
            return .conditional(condition, then: then, otherwise: otherwise.map(map))
        case .dependent(let name, let node): return .dependent(name, map(node))
        }
    }
}

extension CheckNode.Dispatch {
    func mapNodes(_ map: (Int) -> Int) -> Self {
        switch self {
        case .byType(let string, let number, let array, let object, let boolean, let null):
            let nodes = [string, number, array, object, boolean, null].map { $0.map(map) }
            return .byType(
                string: nodes[0],
                number: nodes[1],
                array: nodes[2],
                object: nodes[3],
                boolean: nodes[4],
                null: nodes[5]
            )
        case .byTag(let member, let values, let branches):
            return .byTag(member: member, values: values, branches: branches.map(map))
        case .instead(let node): return .instead(map(node))
        case .byItem(let index, let strings, let integers, let branches):
            return .byItem(index: index, strings: strings, integers: integers, branches: branches.map(map))
        }
    }
}
