import PolicyDocument
import PolicyModel
import PolicyPlan

/// Merges schemas that all hold for one value into one node, and so on downwards.
///
/// A node is known by the set of schemas that it stands for, references followed; so recursive schemas end, and their
/// number is bounded.
struct SchemaMerge {
    /// One schema of one document.
    struct Part: Hashable, Comparable {
        let document: Int
        let node: Int
        /// The dynamic anchors of the resources through which it was reached; see `DynamicScopes`.
        let scope: Int
        /// Unions that a branch already stands for.
        var dropped: Unions = []

        static func < (left: Part, right: Part) -> Bool {
            (left.document, left.node, left.scope, left.dropped.rawValue)
                < (right.document, right.node, right.scope, right.dropped.rawValue)
        }
    }

    /// The unions that one schema may have.
    struct Unions: OptionSet, Hashable {
        let rawValue: UInt8

        static let any = Unions(rawValue: 1)
        static let one = Unions(rawValue: 2)
    }

    /// How many nodes a program may have: merges of recursive schemas could multiply.
    static let nodeLimit = 200_000

    /// The first node allows everything.
    private(set) var nodes = [CheckNode()]
    private var documents: [SchemaDocument] = []
    private var scopes = DynamicScopes()
    /// Members that select a branch, and the nodes in which they are expected first.
    private var tags: [(name: ExactText, node: Int)] = []
    private var known: [[Part]: Int] = [[]: 0]
    private var open: [(parts: [Part], node: Int)] = []
    let sourceIndex: (Span) -> UInt32

    init(sourceIndex: @escaping (Span) -> UInt32) {
        self.sourceIndex = sourceIndex
    }

    /// The node of the conjunction of whole documents.
    mutating func merge(_ conjuncts: [Part]) throws(ProgramBuildError) -> Int {
        let node = reserve(conjuncts)
        while let next = open.popLast() {
            guard nodes.count <= Self.nodeLimit else { throw .tooManyNodes(limit: Self.nodeLimit) }
            nodes[next.node] = try makeNode(next.parts)
        }
        return node
    }

    /// Takes a document in.
    mutating func add(_ document: SchemaDocument) -> Part {
        documents.append(document)
        return enter(documents.count - 1, document.root, scope: 0)
    }

    /// Notes that a member is likely to be a node's first; see `putTagsFirst`.
    mutating func expectFirst(_ name: ExactText, in node: Int) {
        tags.append((name, node))
    }

    /// Puts members that select a branch first, once all nodes are made.
    mutating func putTagsFirst() {
        for tag in tags { _ = putFirst(tag.name, in: tag.node) }
    }

    /// Puts a member first in a node's properties, so that the interpreter expects it there; its index is 0 then.
    ///
    /// The node itself, or a new one in place of the node that allows everything, to which all that is free refers.
    mutating func putFirst(_ name: ExactText, in index: Int) -> Int {
        var node = nodes[index]
        if let place = node.properties.firstIndex(where: { $0.name == name }) {
            node.properties.insert(node.properties.remove(at: place), at: 0)
        } else {
            let denied = node.sources.first { $0.keyword == .additionalProperties }
            node.properties.insert(
                CheckNode.Property(
                    name: name,
                    child: node.additional,
                    isRequired: false,
                    isEvaluated: node.additionalEvaluates,
                    deniedSource: denied?.source,
                    requiredSource: nil
                ),
                at: 0
            )
        }
        guard index != 0 else {
            nodes.append(node)
            return nodes.count - 1
        }
        nodes[index] = node
        return index
    }

    // MARK: Sets of schemas

    func schema(_ part: Part) -> SchemaNode {
        documents[part.document].nodes[part.node]
    }

    /// A schema as it is reached from one with the scope.
    private mutating func enter(_ document: Int, _ node: Int, scope: Int) -> Part {
        let anchors = documents[document].dynamicAnchors
        guard !anchors.isEmpty else { return Part(document: document, node: node, scope: 0) }
        let own = anchors[documents[document].nodes[node].resource] ?? [:]
        return Part(document: document, node: node, scope: scopes.extend(scope, document, own))
    }

    /// A schema that a part refers to, in place or below.
    mutating func inner(_ part: Part, _ node: Int) -> Part {
        enter(part.document, node, scope: part.scope)
    }

    /// A node for the conjunction, to be made later where it is new.
    mutating func reserve(_ conjuncts: [Part]) -> Int {
        reserveExactly(closure(conjuncts))
    }

    /// The conjuncts and everything that they refer to, in order; `true` says nothing.
    mutating func closure(_ conjuncts: [Part]) -> [Part] {
        var found: Set<Part> = []
        var rest = conjuncts
        while let part = rest.popLast() {
            guard schema(part).boolean != true, found.insert(part).inserted else { continue }
            for node in schema(part).conjuncts { rest.append(inner(part, node)) }
            if let reference = schema(part).dynamicReference?.value {
                let target = reference.anchor.flatMap { scopes.anchor($0, in: part.scope) } ?? reference.target
                rest.append(inner(part, target))
            }
        }
        return found.sorted()
    }

    mutating func child(_ parts: [Part]) -> CheckNode.Child {
        let isDenied = parts.contains { schema($0).boolean == false }
        return CheckNode.Child(node: reserve(parts), isDenied: isDenied)
    }

    func source(of part: Part) -> UInt32 {
        sourceIndex(schema(part).span)
    }

    /// A node for parts that are already all that they refer to.
    mutating func reserveExactly(_ parts: [Part]) -> Int {
        let parts = Set(parts).sorted()
        if let node = known[parts] { return node }
        nodes.append(CheckNode())
        known[parts] = nodes.count - 1
        open.append((parts, nodes.count - 1))
        return nodes.count - 1
    }

    /// Adds a finished node.
    mutating func append(_ node: CheckNode) -> Int {
        nodes.append(node)
        return nodes.count - 1
    }

    // MARK: One node

    private mutating func makeNode(_ all: [Part]) throws(ProgramBuildError) -> CheckNode {
        var node = CheckNode()
        let (parts, apart) = separated(all)
        for part in parts {
            let schema = schema(part)
            if schema.boolean == false {
                node.types = []
                node.sources.append(.init(keyword: .type, detail: 0, source: sourceIndex(schema.span)))
            }
            mergeTypes(of: schema, into: &node)
            mergeValues(of: schema, into: &node)
            mergeNumbers(of: schema, into: &node)
            mergeSizes(of: schema, into: &node)
            mergeTexts(of: schema, into: &node)
        }
        mergeItems(of: parts, into: &node)
        try mergeMembers(of: parts, into: &node, unevaluated: nil)
        combine(parts, apart, into: &node)
        node.dispatch = try dispatch(parts, node)
        return node
    }

    /// Takes schemas out that look at what others evaluate, unless everything here belongs to them.
    ///
    /// What stands beside such a schema, and not inside of it, must not count as evaluated for it.
    private mutating func separated(_ parts: [Part]) -> (together: [Part], apart: [Part]) {
        let looking = parts.filter { schema($0).unevaluatedItems != nil || schema($0).unevaluatedProperties != nil }
        guard !looking.isEmpty else { return (parts, []) }
        let apart = looking.filter { closure([$0]) != parts }
        return (parts.filter { !apart.contains($0) }, apart)
    }

    private func mergeTexts(of schema: SchemaNode, into node: inout CheckNode) {
        if let pattern = schema.pattern, !node.patterns.contains(where: { $0.text == pattern.value.text }) {
            let detail = UInt32(node.patterns.count)
            node.patterns.append(.init(automaton: pattern.value.automaton, text: pattern.value.text))
            node.sources.append(.init(keyword: .pattern, detail: detail, source: sourceIndex(pattern.span)))
        }
        if let format = schema.format, let known = ContentFormat(name: format.value, isPlain: schema.draft <= .draft6),
            node.formats.insert(known).inserted
        {
            node.sources.append(
                .init(keyword: .format, detail: UInt32(known.rawValue), source: sourceIndex(format.span))
            )
        }
        if let keyword = schema.contentMediaType ?? schema.contentEncoding,
            let content = ContentFormat(
                encoding: schema.contentEncoding?.value,
                mediaType: schema.contentMediaType?.value
            ),
            node.formats.insert(content).inserted
        {
            node.sources.append(
                .init(keyword: .format, detail: UInt32(content.rawValue), source: sourceIndex(keyword.span))
            )
        }
    }

    private func mergeTypes(of schema: SchemaNode, into node: inout CheckNode) {
        guard let types = schema.types else { return }
        var allowed: ValueTypes = []
        for type in types.value { allowed.formUnion(type.value.valueTypes) }
        let words = types.value.map(\.value)
        let isInteger = words.contains(.integer) && !words.contains(.number)
        node.types.formIntersection(allowed)
        node.integerOnly = node.integerOnly || isInteger
        node.integerByForm = node.integerByForm || (isInteger && schema.draft == .draft4)
        let detail = UInt32(allowed.rawValue) | (isInteger ? ContentKeyword.integerDetail : 0)
        node.sources.append(.init(keyword: .type, detail: detail, source: sourceIndex(types.span)))
    }

    private func mergeValues(of schema: SchemaNode, into node: inout CheckNode) {
        var lists: [(values: [JSONConstant], span: Span)] = []
        if let enumeration = schema.enumeration { lists.append((enumeration.value.map(\.value), enumeration.span)) }
        if let constant = schema.constant { lists.append(([constant.value], constant.span)) }
        for list in lists {
            var allowed: ValueTypes = []
            for value in list.values { allowed.formUnion(value.valueTypes) }
            let hadBoolean = !node.types.isDisjoint(with: .boolean) || node.hasNoBoolean
            node.types.formIntersection(allowed)
            node.hasNoBoolean =
                hadBoolean && !allowed.isDisjoint(with: .boolean) && node.types.isDisjoint(with: .boolean)
            node.values = node.values.map { known in known.filter(list.values.contains) } ?? list.values
            let types = allowed.isDisjoint(with: .boolean) ? allowed : allowed.union(.boolean)
            node.sources.append(
                .init(keyword: .type, detail: UInt32(types.rawValue), source: sourceIndex(list.span))
            )
            node.sources.append(.init(keyword: .enumeration, detail: 0, source: sourceIndex(list.span)))
        }
    }

    private func mergeNumbers(of schema: SchemaNode, into node: inout CheckNode) {
        for (found, isExcluded) in [(schema.minimum, false), (schema.exclusiveMinimum, true)] {
            guard let found else { continue }
            let bound = CheckNode.Bound(value: found.value, isExcluded: isExcluded)
            if let known = node.lower, known.value > bound.value || (known.value == bound.value && known.isExcluded) {
                continue
            }
            node.lower = bound
            node.replace(.lowerBound, sourceIndex(found.span))
        }
        for (found, isExcluded) in [(schema.maximum, false), (schema.exclusiveMaximum, true)] {
            guard let found else { continue }
            let bound = CheckNode.Bound(value: found.value, isExcluded: isExcluded)
            if let known = node.upper, known.value < bound.value || (known.value == bound.value && known.isExcluded) {
                continue
            }
            node.upper = bound
            node.replace(.upperBound, sourceIndex(found.span))
        }
        if let multiple = schema.multipleOf, !node.multiples.contains(multiple.value) {
            node.sources.append(
                .init(
                    keyword: .multipleOf,
                    detail: UInt32(node.multiples.count),
                    source: sourceIndex(multiple.span)
                )
            )
            node.multiples.append(multiple.value)
        }
    }

    private func mergeSizes(of schema: SchemaNode, into node: inout CheckNode) {
        raise(&node, \.minLength, schema.minLength, .minLength)
        lower(&node, \.maxLength, schema.maxLength, .maxLength)
        raise(&node, \.minItems, schema.minItems, .minItems)
        lower(&node, \.maxItems, schema.maxItems, .maxItems)
        raise(&node, \.minProperties, schema.minProperties, .minProperties)
        lower(&node, \.maxProperties, schema.maxProperties, .maxProperties)
    }

    private func raise(
        _ node: inout CheckNode,
        _ path: WritableKeyPath<CheckNode, Int>,
        _ found: Located<Int>?,
        _ keyword: ContentKeyword
    ) {
        guard let found, found.value > node[keyPath: path] else { return }
        node[keyPath: path] = found.value
        node.replace(keyword, sourceIndex(found.span))
    }

    private func lower(
        _ node: inout CheckNode,
        _ path: WritableKeyPath<CheckNode, Int?>,
        _ found: Located<Int>?,
        _ keyword: ContentKeyword
    ) {
        guard let found, found.value < node[keyPath: path] ?? .max else { return }
        node[keyPath: path] = found.value
        node.replace(keyword, sourceIndex(found.span))
    }
}

extension CheckNode {
    /// Makes this the only source of a keyword of which the strictest counts.
    fileprivate mutating func replace(_ keyword: ContentKeyword, _ source: UInt32) {
        sources.removeAll { $0.keyword == keyword }
        sources.append(Source(keyword: keyword, detail: 0, source: source))
    }
}

extension SchemaType {
    var valueTypes: ValueTypes {
        switch self {
        case .null: .null
        case .boolean: .boolean
        case .integer, .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }
}

extension JSONConstant {
    var valueTypes: ValueTypes {
        switch self {
        case .bool(let value): value ? .true : .false
        case .null, .number, .string, .array, .object: type.valueTypes
        }
    }
}
