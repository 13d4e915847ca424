import PolicyDocument
import PolicyModel

/// Keywords that are known only when a value is complete, since they count what several schemas say of it.
extension SchemaCheck {
    /// Whether a whole value passes a schema of the document.
    func accepts(_ value: JSONValue, _ index: Int, _ anchors: [String: Int]) -> Bool {
        SchemaCheck(schema, value, against: index, anchors: anchors).faults.isEmpty
    }

    mutating func checkTogether(_ value: JSONValue, _ node: SchemaNode, _ anchors: [String: Int]) {
        guard value.end != nil, !value.hasSkipped else { return }
        if let union = node.anyOf, !union.value.contains(where: { accepts(value, $0, anchors) }) {
            noteUnion(union, value, anchors)
        }
        if let union = node.oneOf, union.value.filter({ accepts(value, $0, anchors) }).count != 1 {
            noteUnion(union, value, anchors)
        }
        if let not = node.not, accepts(value, not.value, anchors) { fault(value.end, not.span) }
        if let condition = node.condition {
            let next = accepts(value, condition.value, anchors) ? node.then : node.otherwise
            if let next, !accepts(value, next.value, anchors) { fault(value.end, condition.span) }
        }
        switch value.content {
        case .object(let members):
            let names = Set(members.map(\.name))
            for dependent in node.dependentSchemas?.value ?? [] where names.contains(dependent.name.value.bytes) {
                if !accepts(value, dependent.schema, anchors) { fault(value.end, dependent.name.span) }
            }
            guard let rest = node.unevaluatedProperties else { return }
            let evaluated = evaluatedNames(of: members, value, node, anchors, isOutermost: true)
            for member in members where !evaluated.contains(member.name) {
                guard let inner = member.value, accepts(inner, rest.value, anchors) else {
                    fault(value.end, rest.span)
                    continue
                }
            }
        case .array(let items):
            if let contains = node.contains {
                let count = items.filter { accepts($0, contains.value, anchors) }.count
                let isEnough = count >= node.minContains?.value ?? 1 && count <= node.maxContains?.value ?? .max
                if !isEnough {
                    fault(value.end, node.minContains?.span ?? node.maxContains?.span ?? contains.span)
                }
            }
            guard let rest = node.unevaluatedItems else { return }
            let evaluated = evaluatedItems(of: items, value, node, anchors, isOutermost: true)
            for (place, item) in items.enumerated() where !evaluated.contains(place) {
                if !accepts(item, rest.value, anchors) { fault(value.end, rest.span) }
            }
        case .null, .bool, .number, .string, .skipped: break
        }
    }

    /// A union that does not hold: its own place, or what is wrong with one of its branches.
    private mutating func noteUnion(_ union: Located<[Int]>, _ value: JSONValue, _ anchors: [String: Int]) {
        fault(value.end, union.span)
        for branch in union.value {
            for inner in SchemaCheck(schema, value, against: branch, anchors: anchors).faults {
                fault(value.end, inner.span)
            }
        }
    }

    // MARK: What is evaluated

    /// The schemas for the same value that pass, and so count for what is evaluated.
    private func passing(_ value: JSONValue, _ node: SchemaNode, _ anchors: [String: Int]) -> [Int] {
        var candidates = node.conjuncts + (node.anyOf?.value ?? []) + (node.oneOf?.value ?? [])
        if let reference = node.dynamicReference?.value {
            candidates.append(reference.anchor.flatMap { anchors[$0] } ?? reference.target)
        }
        if let condition = node.condition {
            let holds = accepts(value, condition.value, anchors)
            if holds { candidates.append(condition.value) }
            if let next = holds ? node.then : node.otherwise { candidates.append(next.value) }
        }
        if case .object(let members) = value.content {
            for dependent in node.dependentSchemas?.value ?? []
            where members.contains(where: { $0.name == dependent.name.value.bytes }) {
                candidates.append(dependent.schema)
            }
        }
        return candidates.filter { accepts(value, $0, anchors) }
    }

    private func entered(_ index: Int, _ anchors: [String: Int]) -> [String: Int] {
        anchors.merging(schema.dynamicAnchors[schema.nodes[index].resource] ?? [:]) { outer, _ in outer }
    }

    private func evaluatedNames(
        of members: [JSONValue.Member],
        _ value: JSONValue,
        _ node: SchemaNode,
        _ anchors: [String: Int],
        isOutermost: Bool
    ) -> Set<[UInt8]> {
        let all = Set(members.map(\.name))
        if node.additionalProperties != nil || (!isOutermost && node.unevaluatedProperties != nil) { return all }
        var found: Set<[UInt8]> = []
        for member in members {
            let isNamed = node.properties?.value.contains { $0.name.value.bytes == member.name } ?? false
            let isMatched =
                node.patternProperties?.value.contains { PatternMatch.matches($0.pattern.value, member.name) } ?? false
            if isNamed || isMatched { found.insert(member.name) }
        }
        for index in passing(value, node, anchors) {
            found.formUnion(
                evaluatedNames(of: members, value, schema.nodes[index], entered(index, anchors), isOutermost: false)
            )
        }
        return found
    }

    private func evaluatedItems(
        of items: [JSONValue],
        _ value: JSONValue,
        _ node: SchemaNode,
        _ anchors: [String: Int],
        isOutermost: Bool
    ) -> Set<Int> {
        if node.items != nil || (!isOutermost && node.unevaluatedItems != nil) { return Set(items.indices) }
        var found = Set(items.indices.prefix(node.prefixItems?.value.count ?? 0))
        if node.draft >= .draft2020, let contains = node.contains {
            found.formUnion(items.indices.filter { accepts(items[$0], contains.value, anchors) })
        }
        for index in passing(value, node, anchors) {
            found.formUnion(
                evaluatedItems(of: items, value, schema.nodes[index], entered(index, anchors), isOutermost: false)
            )
        }
        return found
    }
}

extension JSONValue {
    /// Whether something inside is too deep to be looked at.
    var hasSkipped: Bool {
        switch content {
        case .skipped: true
        case .null, .bool, .number, .string: false
        case .array(let items): items.contains(where: \.hasSkipped)
        case .object(let members): members.contains { $0.value?.hasSkipped ?? false }
        }
    }

    /// Equality by value: numbers as decimals, members in any order.
    func isEqual(_ other: JSONValue) -> Bool {
        switch (content, other.content) {
        case (.null, .null): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.number(let left), .number(let right)): return left.value == right.value
        case (.string(let left), .string(let right)): return left == right
        case (.array(let left), .array(let right)):
            return left.count == right.count && zip(left, right).allSatisfy { $0.isEqual($1) }
        case (.object(let left), .object(let right)):
            return Self.contains(left, all: right) && Self.contains(right, all: left)
        default: return false
        }
    }

    private static func contains(_ members: [Member], all others: [Member]) -> Bool {
        others.allSatisfy { other in
            members.contains { member in
                guard member.name == other.name, let left = member.value, let right = other.value else { return false }
                return left.isEqual(right)
            }
        }
    }
}
