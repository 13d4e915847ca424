import PolicyDocument
import PolicyModel
import PolicyPlan

/// Items and members of the conjunction of schemas.
extension SchemaMerge {
    mutating func mergeItems(of parts: [Part], into node: inout CheckNode, unevaluated: Part? = nil) {
        let count = parts.map { schema($0).prefixItems?.value.count ?? 0 }.max() ?? 0
        for index in 0..<count {
            let own = parts.compactMap { part -> Part? in
                if let prefix = schema(part).prefixItems?.value, index < prefix.count {
                    return inner(part, prefix[index])
                }
                return schema(part).items.map { inner(part, $0.value) }
            }
            let child = child(own)
            node.prefix.append(child)
            guard child.isDenied, let denied = own.first(where: { schema($0).boolean == false }) else { continue }
            node.sources.append(.init(keyword: .prefixItem, detail: UInt32(index), source: source(of: denied)))
        }
        var rest = parts.compactMap { part in schema(part).items.map { inner(part, $0.value) } }
        node.itemsEvaluate = !rest.isEmpty
        if rest.isEmpty, let unevaluated { rest = [unevaluated] }
        node.items = child(rest)
        if node.items.isDenied, let denied = rest.first(where: { schema($0).boolean == false }) {
            node.sources.append(.init(keyword: .items, detail: 0, source: source(of: denied)))
        }
        for part in parts {
            guard let unique = schema(part).uniqueItems, unique.value, !node.hasUniqueItems else { continue }
            node.hasUniqueItems = true
            node.sources.append(.init(keyword: .uniqueItems, detail: 0, source: sourceIndex(unique.span)))
        }
    }

    mutating func mergeMembers(
        of parts: [Part],
        into node: inout CheckNode,
        unevaluated: Part?
    ) throws(ProgramBuildError) {
        let patterns = NamePatterns(parts.flatMap { schema($0).patternProperties?.value ?? [] })
        let tables = parts.map { part in
            Dictionary(
                (schema(part).properties?.value ?? []).map { ($0.name.value, $0.schema) },
                uniquingKeysWith: { first, _ in first }
            )
        }
        /// What holds for a member: of each part what names it, or else what it says of all others.
        func schemas(_ name: ExactText?, _ matching: Set<String>) -> (parts: [(Part, Int)], isEvaluated: Bool) {
            var found: [(Part, Int)] = []
            for (part, table) in zip(parts, tables) {
                let count = found.count
                if let name, let property = table[name] { found.append((part, property)) }
                for pattern in schema(part).patternProperties?.value ?? []
                where matching.contains(pattern.pattern.value.text) {
                    found.append((part, pattern.schema))
                }
                if found.count == count, let rest = schema(part).additionalProperties {
                    found.append((part, rest.value))
                }
            }
            return (found, !found.isEmpty)
        }

        var required: [ExactText: Span] = [:]
        for part in parts {
            for name in schema(part).required?.value ?? [] where required[name.value] == nil {
                required[name.value] = name.span
            }
        }
        for name in names(of: parts) {
            let (found, isEvaluated) = schemas(name, patterns.matching(name))
            var own = found.map { inner($0.0, $0.1) }
            if !isEvaluated, let unevaluated { own = [unevaluated] }
            let denied = own.first { schema($0).boolean == false }
            node.properties.append(
                CheckNode.Property(
                    name: name,
                    child: child(own),
                    isRequired: required[name] != nil,
                    isEvaluated: isEvaluated,
                    deniedSource: denied.map { source(of: $0) },
                    requiredSource: required[name].map(sourceIndex)
                )
            )
        }

        let (others, evaluates) = schemas(nil, [])
        var rest = others.map { inner($0.0, $0.1) }
        node.additionalEvaluates = evaluates
        if !evaluates, let unevaluated { rest = [unevaluated] }
        node.additional = child(rest)
        if node.additional.isDenied, let denied = rest.first(where: { schema($0).boolean == false }) {
            node.sources.append(.init(keyword: .additionalProperties, detail: 0, source: source(of: denied)))
        }
        if !patterns.isEmpty {
            guard let automaton = patterns.automaton else {
                throw .tooManyStates(limit: NameAutomaton.stateLimit)
            }
            node.names.automaton = automaton
            for set in automaton.sets.dropFirst() {
                let (found, _) = schemas(nil, patterns.texts(set))
                node.names.children.append(child(found.map { inner($0.0, $0.1) }))
            }
        }
        mergeNames(of: parts, into: &node)
    }

    /// Every name that some schema has something to say about, in the order of writing.
    private func names(of parts: [Part]) -> [ExactText] {
        var names: [ExactText] = []
        var seen: Set<ExactText> = []
        func add(_ name: ExactText) {
            if seen.insert(name).inserted { names.append(name) }
        }
        for part in parts { schema(part).properties?.value.forEach { add($0.name.value) } }
        for part in parts { schema(part).required?.value.forEach { add($0.value) } }
        for part in parts {
            for entry in schema(part).dependentRequired?.value ?? [] where !entry.required.isEmpty {
                add(entry.name.value)
                entry.required.forEach { add($0.value) }
            }
            schema(part).dependentSchemas?.value.forEach { add($0.name.value) }
        }
        return names
    }

    /// `propertyNames` and `dependentRequired`.
    private mutating func mergeNames(of parts: [Part], into node: inout CheckNode) {
        let names = parts.compactMap { part in schema(part).propertyNames.map { inner(part, $0.value) } }
        if !names.isEmpty {
            node.names.node = reserve(names)
            for part in parts {
                guard let span = schema(part).propertyNames?.span else { continue }
                node.sources.append(.init(keyword: .propertyNames, detail: 0, source: sourceIndex(span)))
            }
        }
        for part in parts {
            for entry in schema(part).dependentRequired?.value ?? [] {
                for required in entry.required {
                    let pair = CheckNode.NamePair(name: entry.name.value, required: required.value)
                    guard !node.names.pairs.contains(pair) else { continue }
                    node.sources.append(
                        .init(
                            keyword: .dependentRequired,
                            detail: UInt32(node.names.pairs.count),
                            source: sourceIndex(required.span)
                        )
                    )
                    node.names.pairs.append(pair)
                }
            }
        }
    }
}

/// The different patterns for the names of one object's members.
private struct NamePatterns {
    let patterns: [SchemaPattern]

    init(_ properties: [SchemaNode.PatternProperty]) {
        var found: [SchemaPattern] = []
        for property in properties where !found.contains(property.pattern.value) {
            found.append(property.pattern.value)
        }
        patterns = found
    }

    var isEmpty: Bool {
        patterns.isEmpty
    }

    var automaton: NameAutomaton? {
        NameAutomaton(patterns.map(\.automaton))
    }

    func matching(_ name: ExactText) -> Set<String> {
        Set(patterns.filter { $0.automaton.matches(name.bytes) }.map(\.text))
    }

    func texts(_ set: [Int]) -> Set<String> {
        Set(set.map { patterns[$0].text })
    }
}
