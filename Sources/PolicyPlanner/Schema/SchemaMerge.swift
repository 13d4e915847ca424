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

        static func < (left: Part, right: Part) -> Bool {
            (left.document, left.node) < (right.document, right.node)
        }
    }

    /// How many nodes a program may have: merges of recursive schemas could multiply.
    static let nodeLimit = 200_000

    /// The first node allows everything.
    private(set) var nodes = [CheckNode()]
    private var documents: [SchemaDocument] = []
    private var known: [[Part]: Int] = [[]: 0]
    private var open: [(parts: [Part], node: Int)] = []
    private let sourceIndex: (Span) -> UInt32

    init(sourceIndex: @escaping (Span) -> UInt32) {
        self.sourceIndex = sourceIndex
    }

    /// The node of the conjunction of whole documents.
    mutating func merge(_ conjuncts: [Part]) throws(ProgramBuildError) -> Int {
        let node = reserve(conjuncts)
        while let next = open.popLast() {
            guard nodes.count <= Self.nodeLimit else { throw .tooManyNodes(limit: Self.nodeLimit) }
            nodes[next.node] = makeNode(next.parts)
        }
        return node
    }

    /// Takes a document in.
    mutating func add(_ document: SchemaDocument) -> Part {
        documents.append(document)
        return Part(document: documents.count - 1, node: document.root)
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

    private func schema(_ part: Part) -> SchemaNode {
        documents[part.document].nodes[part.node]
    }

    /// A node for the conjunction, to be made later where it is new.
    private mutating func reserve(_ conjuncts: [Part]) -> Int {
        let parts = closure(conjuncts)
        if let node = known[parts] { return node }
        nodes.append(CheckNode())
        known[parts] = nodes.count - 1
        open.append((parts, nodes.count - 1))
        return nodes.count - 1
    }

    /// The conjuncts and everything that they refer to, in order; `true` says nothing.
    private func closure(_ conjuncts: [Part]) -> [Part] {
        var found: Set<Part> = []
        var rest = conjuncts
        while let part = rest.popLast() {
            guard schema(part).boolean != true, found.insert(part).inserted else { continue }
            if let reference = schema(part).reference {
                rest.append(Part(document: part.document, node: reference.value))
            }
        }
        return found.sorted()
    }

    private mutating func child(_ parts: [Part]) -> CheckNode.Child {
        let isDenied = parts.contains { schema($0).boolean == false }
        return CheckNode.Child(node: reserve(parts), isDenied: isDenied)
    }

    private func source(of part: Part) -> UInt32 {
        sourceIndex(schema(part).span)
    }

    // MARK: One node

    private mutating func makeNode(_ parts: [Part]) -> CheckNode {
        var node = CheckNode()
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
        }
        mergeItems(of: parts, into: &node)
        mergeMembers(of: parts, into: &node)
        return node
    }

    private func mergeTypes(of schema: SchemaNode, into node: inout CheckNode) {
        guard let types = schema.types else { return }
        var allowed: ValueTypes = []
        for type in types.value { allowed.formUnion(type.value.valueTypes) }
        let words = types.value.map(\.value)
        let isInteger = words.contains(.integer) && !words.contains(.number)
        node.types.formIntersection(allowed)
        node.integerOnly = node.integerOnly || isInteger
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

    private mutating func mergeItems(of parts: [Part], into node: inout CheckNode) {
        let count = parts.map { schema($0).prefixItems?.value.count ?? 0 }.max() ?? 0
        for index in 0..<count {
            let own = parts.compactMap { part -> Part? in
                if let prefix = schema(part).prefixItems?.value, index < prefix.count {
                    return Part(document: part.document, node: prefix[index])
                }
                return schema(part).items.map { Part(document: part.document, node: $0.value) }
            }
            let child = child(own)
            node.prefix.append(child)
            guard child.isDenied, let denied = own.first(where: { schema($0).boolean == false }) else { continue }
            node.sources.append(.init(keyword: .prefixItem, detail: UInt32(index), source: source(of: denied)))
        }
        let rest = parts.compactMap { part in
            schema(part).items.map { Part(document: part.document, node: $0.value) }
        }
        node.items = child(rest)
        guard node.items.isDenied, let denied = rest.first(where: { schema($0).boolean == false }) else { return }
        node.sources.append(.init(keyword: .items, detail: 0, source: source(of: denied)))
    }

    private mutating func mergeMembers(of parts: [Part], into node: inout CheckNode) {
        var names: [ExactText] = []
        var seen: Set<ExactText> = []
        var tables: [Part: [ExactText: Int]] = [:]
        var required: [ExactText: Span] = [:]
        for part in parts {
            var table: [ExactText: Int] = [:]
            for property in schema(part).properties?.value ?? [] {
                table[property.name.value] = property.schema
                if seen.insert(property.name.value).inserted { names.append(property.name.value) }
            }
            tables[part] = table
        }
        for part in parts {
            for name in schema(part).required?.value ?? [] {
                if seen.insert(name.value).inserted { names.append(name.value) }
                if required[name.value] == nil { required[name.value] = name.span }
            }
        }
        for name in names {
            let own = parts.compactMap { part -> Part? in
                (tables[part]?[name] ?? schema(part).additionalProperties?.value).map {
                    Part(document: part.document, node: $0)
                }
            }
            let child = child(own)
            let denied = own.first { schema($0).boolean == false }
            node.properties.append(
                CheckNode.Property(
                    name: name,
                    child: child,
                    isRequired: required[name] != nil,
                    deniedSource: denied.map { source(of: $0) },
                    requiredSource: required[name].map(sourceIndex)
                )
            )
        }
        let rest = parts.compactMap { part in
            schema(part).additionalProperties.map { Part(document: part.document, node: $0.value) }
        }
        node.additional = child(rest)
        guard node.additional.isDenied, let denied = rest.first(where: { schema($0).boolean == false }) else { return }
        node.sources.append(.init(keyword: .additionalProperties, detail: 0, source: source(of: denied)))
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
    fileprivate var valueTypes: ValueTypes {
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
    fileprivate var valueTypes: ValueTypes {
        switch self {
        case .bool(let value): value ? .true : .false
        case .null, .number, .string, .array, .object: type.valueTypes
        }
    }
}
