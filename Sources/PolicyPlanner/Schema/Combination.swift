import PolicyDocument
import PolicyModel
import PolicyPlan

/// What several schemas say about one value together, and the short ways to decide it in one pass.
extension SchemaMerge {
    /// Programs beyond this size get no further short ways: each may multiply the nodes below it.
    private static let dispatchLimit = 50_000

    mutating func combine(_ parts: [Part], _ apart: [Part], into node: inout CheckNode) {
        for part in apart { add(.all(reserve([part])), .allOf, schema(part).span, &node) }
        for part in parts {
            let schema = schema(part)
            if let union = schema.anyOf, !part.dropped.contains(.any) {
                add(.any(union.value.map { reserve([inner(part, $0)]) }), .anyOf, union.span, &node)
            }
            if let union = schema.oneOf, !part.dropped.contains(.one) {
                add(.one(union.value.map { reserve([inner(part, $0)]) }), .oneOf, union.span, &node)
            }
            if let not = schema.not { add(.not(reserve([inner(part, not.value)])), .not, not.span, &node) }
            if let condition = schema.condition {
                let then = schema.then.map { reserve([inner(part, $0.value)]) }
                let otherwise = schema.otherwise.map { reserve([inner(part, $0.value)]) }
                let first = reserve([inner(part, condition.value)])
                add(.conditional(first, then: then, otherwise: otherwise), .conditional, condition.span, &node)
            }
            for dependent in schema.dependentSchemas?.value ?? [] {
                let inner = reserve([inner(part, dependent.schema)])
                add(.dependent(dependent.name.value, inner), .dependentSchema, dependent.name.span, &node)
            }
            if let contains = schema.contains {
                let detail = UInt32(node.contains.count)
                let span = schema.minContains?.span ?? schema.maxContains?.span ?? contains.span
                node.sources.append(.init(keyword: .contains, detail: detail, source: sourceIndex(span)))
                node.contains.append(
                    .init(
                        node: reserve([inner(part, contains.value)]),
                        minimum: schema.minContains?.value ?? 1,
                        maximum: schema.maxContains?.value
                    )
                )
                node.containsEvaluates = node.containsEvaluates || schema.draft >= .draft2020
            }
            if let rest = schema.unevaluatedItems {
                node.unevaluatedItems = reserve([inner(part, rest.value)])
                node.sources.append(.init(keyword: .unevaluatedItems, detail: 0, source: sourceIndex(rest.span)))
            }
            if let rest = schema.unevaluatedProperties {
                node.unevaluatedProperties = reserve([inner(part, rest.value)])
                node.sources.append(.init(keyword: .unevaluatedProperties, detail: 0, source: sourceIndex(rest.span)))
            }
        }
    }

    private func add(
        _ applicator: CheckNode.Applicator,
        _ keyword: ContentKeyword,
        _ span: Span,
        _ node: inout CheckNode
    ) {
        node.sources.append(
            .init(keyword: keyword, detail: UInt32(node.applicators.count), source: sourceIndex(span))
        )
        node.applicators.append(applicator)
    }

    // MARK: Short ways

    /// A union of one part and its branches.
    private struct Union {
        let place: Int
        let kind: Unions
        let branches: [Part]
    }

    mutating func dispatch(_ parts: [Part], _ node: CheckNode) throws(ProgramBuildError) -> CheckNode.Dispatch? {
        guard node.isCombined, nodes.count < Self.dispatchLimit, node.contains.isEmpty else { return nil }
        if node.unevaluatedItems != nil || node.unevaluatedProperties != nil {
            return try folded(parts, node)
        }
        let isUnion = node.applicators.allSatisfy { applicator in
            switch applicator {
            case .any, .one: true
            case .all, .not, .conditional, .dependent: false
            }
        }
        guard isUnion else { return nil }
        let unions = self.unions(parts)
        for union in unions where union.branches.count == 1 {
            return .instead(branch(union.branches[0], of: union, parts))
        }
        for union in unions {
            if let found = byType(union, parts) ?? byTag(union, parts) ?? byItem(union, parts) { return found }
        }
        return nil
    }

    private mutating func unions(_ parts: [Part]) -> [Union] {
        var unions: [Union] = []
        for (place, part) in parts.enumerated() {
            let schema = schema(part)
            if let any = schema.anyOf, !part.dropped.contains(.any) {
                unions.append(Union(place: place, kind: .any, branches: any.value.map { inner(part, $0) }))
            }
            if let one = schema.oneOf, !part.dropped.contains(.one) {
                unions.append(Union(place: place, kind: .one, branches: one.value.map { inner(part, $0) }))
            }
        }
        return unions
    }

    /// What holds when a branch of a union is taken.
    private mutating func branch(_ branch: Part, of union: Union, _ parts: [Part]) -> Int {
        reserveExactly(closure([branch]) + dropping(union, parts))
    }

    private func dropping(_ union: Union, _ parts: [Part]) -> [Part] {
        var rest = parts
        rest[union.place].dropped.formUnion(union.kind)
        return rest
    }

    /// Where nothing but properties and references says what is evaluated, that is known beforehand.
    private mutating func folded(
        _ parts: [Part],
        _ node: CheckNode
    ) throws(ProgramBuildError) -> CheckNode.Dispatch? {
        guard node.applicators.isEmpty else { return nil }
        let members = parts.compactMap { part in schema(part).unevaluatedProperties.map { inner(part, $0.value) } }
        let items = parts.compactMap { part in schema(part).unevaluatedItems.map { inner(part, $0.value) } }
        guard members.count <= 1, items.count <= 1 else { return nil }
        var plain = node
        plain.unevaluatedItems = nil
        plain.unevaluatedProperties = nil
        plain.prefix = []
        plain.properties = []
        plain.names = CheckNode.NameRules()
        plain.sources = []
        mergeItems(of: parts, into: &plain, unevaluated: items.first)
        try mergeMembers(of: parts, into: &plain, unevaluated: members.first)
        return .instead(append(plain))
    }

    // MARK: By type

    private static let kinds: [ValueTypes] = [.string, .number, .array, .object, .boolean, .null]

    private mutating func byType(_ union: Union, _ parts: [Part]) -> CheckNode.Dispatch? {
        var taken: ValueTypes = []
        var nodes: [Int?] = [nil, nil, nil, nil, nil, nil]
        let allowed = union.branches.map { self.types(of: $0) }
        for own in allowed {
            // A branch for one of the two booleans takes both: the other is refused in it.
            let own = own.isDisjoint(with: .boolean) ? own : own.union(.boolean)
            guard taken.isDisjoint(with: own) else { return nil }
            taken.formUnion(own)
        }
        for (part, own) in zip(union.branches, allowed) {
            let node = branch(part, of: union, parts)
            for (index, kind) in Self.kinds.enumerated() where !own.isDisjoint(with: kind) { nodes[index] = node }
        }
        return .byType(
            string: nodes[0],
            number: nodes[1],
            array: nodes[2],
            object: nodes[3],
            boolean: nodes[4],
            null: nodes[5]
        )
    }

    /// The types that a schema allows by `type`, `enum` and `const`, its own or of what holds with it.
    private mutating func types(of part: Part) -> ValueTypes {
        closure([part]).reduce(.all) { types, part in
            let schema = schema(part)
            var allowed = types
            if schema.boolean == false { return [] }
            if let words = schema.types {
                allowed.formIntersection(words.value.reduce(into: ValueTypes()) { $0.formUnion($1.value.valueTypes) })
            }
            for values in schema.lists {
                allowed.formIntersection(values.reduce(into: ValueTypes()) { $0.formUnion($1.valueTypes) })
            }
            return allowed
        }
    }

    // MARK: By tag

    private mutating func byTag(_ union: Union, _ parts: [Part]) -> CheckNode.Dispatch? {
        let outer = parts.reduce(into: ValueTypes.all) { $0.formIntersection(types(ofOne: $1)) }
        var candidates: [(name: ExactText, values: [Set<ExactText>])] = []
        for (index, part) in union.branches.enumerated() {
            guard types(of: part).intersection(outer).subtracting(.object).isEmpty else { return nil }
            let tags = self.tags(of: part)
            if index == 0 {
                candidates = tags.sorted { $0.key < $1.key }.map { ($0.key, [$0.value]) }
            } else {
                candidates = candidates.compactMap { candidate in
                    guard let values = tags[candidate.name],
                        candidate.values.allSatisfy({ $0.isDisjoint(with: values) })
                    else { return nil }
                    return (candidate.name, candidate.values + [values])
                }
            }
        }
        guard let tag = candidates.first else { return nil }
        var values: [ExactText: Int] = [:]
        var branches: [Int] = []
        for (index, part) in union.branches.enumerated() {
            branches.append(branch(part, of: union, parts))
            for value in tag.values[index] { values[value] = index }
        }
        for branch in branches { expectFirst(tag.name, in: branch) }
        return .byTag(member: tag.name, values: values, branches: branches)
    }

    // MARK: By item

    private mutating func byItem(_ union: Union, _ parts: [Part]) -> CheckNode.Dispatch? {
        let outer = parts.reduce(into: ValueTypes.all) { $0.formIntersection(types(ofOne: $1)) }
        var candidates: [(index: Int, values: [Set<JSONConstant>])] = []
        for (place, part) in union.branches.enumerated() {
            guard types(of: part).intersection(outer).subtracting(.array).isEmpty else { return nil }
            let items = selectingItems(of: part)
            if place == 0 {
                candidates = items.sorted { $0.key < $1.key }.map { ($0.key, [$0.value]) }
            } else {
                candidates = candidates.compactMap { candidate in
                    guard let values = items[candidate.index],
                        candidate.values.allSatisfy({ $0.isDisjoint(with: values) })
                    else { return nil }
                    return (candidate.index, candidate.values + [values])
                }
            }
        }
        guard let found = candidates.first else { return nil }
        var strings: [ExactText: Int] = [:]
        var integers: [ExactText: Int] = [:]
        var branches: [Int] = []
        for (place, part) in union.branches.enumerated() {
            branches.append(branch(part, of: union, parts))
            for value in found.values[place] {
                if let text = value.text { strings[text] = place }
                if case .number(let number) = value { integers[ExactText(number.text)] = place }
            }
        }
        return .byItem(index: found.index, strings: strings, integers: integers, branches: branches)
    }

    /// Items that a schema makes sure of and of which it lists the values: strings, and integers from zero on.
    private mutating func selectingItems(of part: Part) -> [Int: Set<JSONConstant>] {
        var minimum = 0
        var items: [Int: Set<JSONConstant>] = [:]
        for part in closure([part]) {
            minimum = max(minimum, schema(part).minItems?.value ?? 0)
            for (index, item) in (schema(part).prefixItems?.value ?? []).enumerated() {
                for inner in closure([inner(part, item)]) {
                    for values in schema(inner).lists where values.allSatisfy(\.isSelecting) {
                        items[index] = items[index]?.intersection(values) ?? Set(values)
                    }
                }
            }
        }
        return items.filter { $0.key < minimum && !$0.value.isEmpty }
    }

    private func types(ofOne part: Part) -> ValueTypes {
        guard let words = schema(part).types else { return .all }
        return words.value.reduce(into: ValueTypes()) { $0.formUnion($1.value.valueTypes) }
    }

    /// Members that a schema requires and of which it lists the values, all of them strings.
    private mutating func tags(of part: Part) -> [ExactText: Set<ExactText>] {
        var required: Set<ExactText> = []
        var tags: [ExactText: Set<ExactText>] = [:]
        for part in closure([part]) {
            required.formUnion(schema(part).required?.value.map(\.value) ?? [])
            for property in schema(part).properties?.value ?? [] {
                for inner in closure([inner(part, property.schema)]) {
                    for values in schema(inner).lists {
                        let texts = values.compactMap(\.text)
                        guard texts.count == values.count else { continue }
                        tags[property.name.value] = tags[property.name.value]?.intersection(texts) ?? Set(texts)
                    }
                }
            }
        }
        return tags.filter { required.contains($0.key) && !$0.value.isEmpty }
    }
}

extension SchemaNode {
    /// The values that `enum` and `const` list, a list each.
    fileprivate var lists: [[JSONConstant]] {
        [enumeration?.value.map(\.value), constant.map { [$0.value] }].compactMap { $0 }
    }
}

extension JSONConstant {
    /// Whether it can be found as it is written: a string, or an integer from zero to 15 digits.
    fileprivate var isSelecting: Bool {
        switch self {
        case .string: true
        case .number(let number): number.isInteger && !number.isNegative && number.point <= 15
        case .null, .bool, .array, .object: false
        }
    }

    fileprivate var text: ExactText? {
        guard case .string(let text) = self else { return nil }
        return text
    }
}
