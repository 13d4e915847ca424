package import PolicyDocument
package import PolicyModel

/// One place where a message is not what a schema wants, and the words of the schema that say so.
package struct SchemaFault: Sendable {
    /// The byte of the message at which it becomes known.
    package let offset: Int
    /// Where the keyword, or its value, is written.
    package let span: Span
}

/// Compares one value with one schema, keyword by keyword, and notes every fault.
package struct SchemaCheck {
    let schema: SchemaDocument
    package private(set) var faults: [SchemaFault] = []
    /// Dynamic anchors of the resources through which the schema was reached, the outermost first.
    private var anchors: [String: Int] = [:]

    package init(_ schema: SchemaDocument, _ value: JSONValue) {
        self.init(schema, value, against: schema.root, anchors: [:])
    }

    /// One value against one schema of the document.
    init(_ schema: SchemaDocument, _ value: JSONValue, against index: Int, anchors: [String: Int]) {
        self.schema = schema
        self.anchors = anchors
        check(value, against: index, following: [])
    }

    mutating func fault(_ offset: Int?, _ span: Span) {
        // Without an end nothing that is known only there is a fault.
        if let offset { faults.append(SchemaFault(offset: offset, span: span)) }
    }

    // `trail`: the nodes whose references led here without a step into the value.
    private mutating func check(_ value: JSONValue, against index: Int, following trail: [Int]) {
        if case .skipped = value.content { return }
        if trail.contains(index) { return }
        let node = schema.nodes[index]
        if let boolean = node.boolean {
            if !boolean { fault(value.start, node.span) }
            return
        }
        let outer = anchors
        defer { anchors = outer }
        for (name, target) in schema.dynamicAnchors[node.resource] ?? [:] where anchors[name] == nil {
            anchors[name] = target
        }
        for conjunct in conjuncts(of: node) { check(value, against: conjunct, following: trail + [index]) }
        checkTogether(value, node, anchors)
        guard isAllowedType(value, node) else { return }
        checkListedValues(value, node)
        switch value.content {
        case .null, .bool, .skipped: break
        case .number(let text) where value.end != nil: checkNumber(text.value, value, node)
        case .string(let text) where value.end != nil: checkLength(text, value, node)
        case .number, .string: break
        case .array(let items): checkArray(items, value, node)
        case .object(let members): checkObject(members, value, node)
        }
    }

    /// The schemas that hold whenever a schema does.
    private func conjuncts(of node: SchemaNode) -> [Int] {
        var found = node.conjuncts
        if let reference = node.dynamicReference?.value {
            found.append(reference.anchor.flatMap { anchors[$0] } ?? reference.target)
        }
        return found
    }

    // MARK: Type and listed values

    private mutating func isAllowedType(_ value: JSONValue, _ node: SchemaNode) -> Bool {
        var isAllowed = true
        if let types = node.types {
            let words = types.value.map(\.value)
            let isNumber = value.kind == .number
            if isNumber, words.contains(.integer), !words.contains(.number) {
                if case .number(let text) = value.content, value.end != nil,
                    !text.value.isInteger || (node.draft == .draft4 && !text.isPlain)
                {
                    fault(value.end, types.span)
                    isAllowed = false
                }
            } else if !words.contains(Self.type(of: value)) {
                fault(value.start, types.span)
                isAllowed = false
            }
        }
        for (values, span) in Self.lists(of: node)
        where !values.contains(where: { $0.type == Self.type(of: value) }) {
            fault(value.start, span)
            isAllowed = false
        }
        return isAllowed
    }

    private mutating func checkListedValues(_ value: JSONValue, _ node: SchemaNode) {
        guard value.end != nil else { return }
        for (values, span) in Self.lists(of: node) where !values.contains(where: { Self.isEqual(value, $0) }) {
            fault(value.end, span)
        }
    }

    /// The values that `enum` lists, and the one of `const`.
    private static func lists(of node: SchemaNode) -> [([JSONConstant], Span)] {
        var lists: [([JSONConstant], Span)] = []
        if let enumeration = node.enumeration { lists.append((enumeration.value.map(\.value), enumeration.span)) }
        if let constant = node.constant { lists.append(([constant.value], constant.span)) }
        return lists
    }

    private static func type(of value: JSONValue) -> SchemaType {
        switch value.kind {
        case .null: .null
        case .bool: .boolean
        case .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }

    /// Equality by value: numbers as decimals, members in any order.
    private static func isEqual(_ value: JSONValue, _ constant: JSONConstant) -> Bool {
        switch (value.content, constant) {
        case (.null, .null): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.number(let left), .number(let right)): return left.value == Decimal(right)
        case (.string(let left), .string(let right)): return left == right.bytes
        case (.array(let left), .array(let right)):
            return left.count == right.count && zip(left, right).allSatisfy { isEqual($0, $1) }
        case (.object(let members), .object(let wanted)):
            guard Set(members.map(\.name)) == Set(wanted.keys.map(\.bytes)) else { return false }
            return members.allSatisfy { member in
                guard let value = member.value, let other = wanted[ExactText(bytes: member.name)] else { return false }
                return isEqual(value, other)
            }
        default: return false
        }
    }

    // MARK: Scalars

    private mutating func checkNumber(_ number: Decimal, _ value: JSONValue, _ node: SchemaNode) {
        if let bound = node.minimum, number.compared(to: Decimal(bound.value)) < 0 { fault(value.end, bound.span) }
        if let bound = node.maximum, number.compared(to: Decimal(bound.value)) > 0 { fault(value.end, bound.span) }
        if let bound = node.exclusiveMinimum, number.compared(to: Decimal(bound.value)) <= 0 {
            fault(value.end, bound.span)
        }
        if let bound = node.exclusiveMaximum, number.compared(to: Decimal(bound.value)) >= 0 {
            fault(value.end, bound.span)
        }
        if let divisor = node.multipleOf, !number.isMultiple(of: Decimal(divisor.value)) {
            fault(value.end, divisor.span)
        }
    }

    private mutating func checkLength(_ text: [UInt8], _ value: JSONValue, _ node: SchemaNode) {
        let codePoints = String(decoding: text, as: UTF8.self).unicodeScalars.count
        if let bound = node.minLength, codePoints < bound.value { fault(value.end, bound.span) }
        if let bound = node.maxLength, codePoints > bound.value { fault(value.end, bound.span) }
        if let pattern = node.pattern, !PatternMatch.matches(pattern.value, text) { fault(value.end, pattern.span) }
        if let format = node.format,
            FormatCheck.matches(String(decoding: text, as: UTF8.self), format.value) == false
        {
            fault(value.end, format.span)
        }
        if let keyword = node.contentMediaType ?? node.contentEncoding,
            !ContentOfString.fits(text, encoding: node.contentEncoding?.value, mediaType: node.contentMediaType?.value)
        {
            fault(value.end, keyword.span)
        }
    }

    // MARK: Containers

    private mutating func checkArray(_ items: [JSONValue], _ value: JSONValue, _ node: SchemaNode) {
        let first = node.prefixItems?.value ?? []
        for (place, item) in items.enumerated() {
            if let bound = node.maxItems, place == bound.value { fault(item.start, bound.span) }
            guard let child = place < first.count ? first[place] : node.items?.value else { continue }
            check(item, against: child, following: [])
        }
        if let bound = node.minItems, items.count < bound.value { fault(value.end, bound.span) }
        if let unique = node.uniqueItems, unique.value, !value.hasSkipped {
            let isRepeated = items.indices.contains { right in items[..<right].contains { $0.isEqual(items[right]) } }
            if isRepeated { fault(value.end, unique.span) }
        }
    }

    private mutating func checkObject(_ members: [JSONValue.Member], _ value: JSONValue, _ node: SchemaNode) {
        var names: Set<[UInt8]> = []
        for member in members {
            names.insert(member.name)
            if let bound = node.maxProperties, names.count > bound.value { fault(member.nameEnd, bound.span) }
            if let names = node.propertyNames {
                let name = JSONValue(
                    kind: .string,
                    start: member.nameEnd,
                    end: member.nameEnd,
                    content: .string(member.name)
                )
                if !accepts(name, names.value, anchors) { fault(member.nameEnd, names.span) }
            }
            for (child, span) in schemas(for: member.name, node) {
                if schema.nodes[child].boolean == false {
                    // What is not allowed at all is known by its name.
                    fault(member.nameEnd, schema.nodes[child].span)
                    if let span { fault(member.nameEnd, span) }
                } else if let inner = member.value {
                    check(inner, against: child, following: [])
                }
            }
        }
        for entry in node.dependentRequired?.value ?? [] where names.contains(entry.name.value.bytes) {
            for required in entry.required where !names.contains(required.value.bytes) {
                fault(value.end, required.span)
            }
        }
        if let bound = node.minProperties, names.count < bound.value { fault(value.end, bound.span) }
        for name in node.required?.value ?? [] where !names.contains(name.value.bytes) {
            fault(value.end, name.span)
            if let required = node.required { fault(value.end, required.span) }
        }
    }

    /// The schemas for a member's value, and the keyword where it speaks of all other members.
    private func schemas(for name: [UInt8], _ node: SchemaNode) -> [(schema: Int, span: Span?)] {
        var found: [(Int, Span?)] = []
        for property in node.properties?.value ?? [] where property.name.value.bytes == name {
            found.append((property.schema, nil))
        }
        for property in node.patternProperties?.value ?? []
        where PatternMatch.matches(property.pattern.value, name) {
            found.append((property.schema, nil))
        }
        if found.isEmpty, let rest = node.additionalProperties { found.append((rest.value, rest.span)) }
        return found
    }
}
