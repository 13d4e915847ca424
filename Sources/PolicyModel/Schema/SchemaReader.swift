package import PolicyDocument

/// Reads a JSON Schema (draft 2020-12, the keywords that this version enforces) from a positioned tree.
package enum SchemaReader {
    /// Reads the schema at `node`.
    ///
    /// - Parameters:
    ///   - node: the schema, from YAML or JSON.
    ///   - root: what `#` stands for in references: the root of the file.
    ///   - diagnostics: takes every fault; with one, what is returned is not to be compiled.
    /// - Returns: the schema; nil when it is none at all.
    package static func read(_ node: Node, root: Node, diagnostics: inout Diagnostics) -> SchemaDocument? {
        var reading = SchemaReading(root: root)
        let index = reading.read(node)
        let isSchema = reading.isSchema(index)
        reading.checkReferences()
        diagnostics.append(contentsOf: reading.diagnostics)
        return isSchema ? SchemaDocument(nodes: reading.nodes, root: index) : nil
    }
}

/// One reading: the nodes found so far and where they stand.
struct SchemaReading {
    /// A schema's place; two references to one place are one node.
    private struct Place: Hashable {
        let span: Span
        let isMapping: Bool
    }

    let root: Node
    var diagnostics = Diagnostics()
    private(set) var nodes: [SchemaNode] = []
    private var known: [Place: Int] = [:]
    private var failed: Set<Int> = []

    init(root: Node) {
        self.root = root
    }

    func isSchema(_ index: Int) -> Bool {
        !failed.contains(index)
    }

    /// The index of the schema at `node`, read now unless it was before.
    mutating func read(_ node: Node) -> Int {
        let place = Place(span: node.span, isMapping: node.kind == .mapping)
        if let index = known[place] { return index }
        let index = nodes.count
        known[place] = index
        nodes.append(SchemaNode(span: node.span))
        switch node.kind {
        case .mapping:
            var schema = SchemaNode(span: node.span)
            for entry in node.entries { readKeyword(entry, into: &schema) }
            checkConsistency(of: schema)
            nodes[index] = schema
        case .scalar, .sequence:
            if case .bool(let value)? = node.scalar {
                nodes[index].boolean = value
            } else {
                failed.insert(index)
                diagnostics.error(
                    "schema-value",
                    SchemaWording.notASchema,
                    at: node.span,
                    help: "a schema is a mapping of keywords, or `true` or `false`"
                )
            }
        }
        return index
    }

    // MARK: Keywords

    private mutating func readKeyword(_ entry: Node.Entry, into schema: inout SchemaNode) {
        let name = entry.key.text ?? ""
        guard let keyword = SchemaKeyword(rawValue: name) else { return refuse(name, at: entry.key.span) }
        let value = entry.value
        switch keyword {
        case .schema: readDialect(value)
        case .reference: schema.reference = readReference(value)
        case .definitions: for definition in members(of: value, keyword) { _ = read(definition.value) }
        case .comment: schema.comment = string(value, keyword)
        case .title: schema.title = string(value, keyword)
        case .description: schema.description = string(value, keyword)
        case .defaultValue: schema.defaultValue = constant(value).map { Located($0, at: value.span) }
        case .examples:
            schema.examples = Located(elements(of: value, keyword).compactMap { constant($0) }, at: value.span)
        case .deprecated: schema.isDeprecated = bool(value, keyword)
        case .readOnly: schema.isReadOnly = bool(value, keyword)
        case .writeOnly: schema.isWriteOnly = bool(value, keyword)
        case .type: schema.types = readTypes(value)
        case .enumeration: schema.enumeration = readEnumeration(value)
        case .constant: schema.constant = constant(value).map { Located($0, at: value.span) }
        case .minimum: schema.minimum = number(value, keyword)
        case .maximum: schema.maximum = number(value, keyword)
        case .exclusiveMinimum: schema.exclusiveMinimum = number(value, keyword)
        case .exclusiveMaximum: schema.exclusiveMaximum = number(value, keyword)
        case .multipleOf: schema.multipleOf = readMultiple(value)
        case .minLength: schema.minLength = size(value, keyword)
        case .maxLength: schema.maxLength = size(value, keyword)
        case .minItems: schema.minItems = size(value, keyword)
        case .maxItems: schema.maxItems = size(value, keyword)
        case .minProperties: schema.minProperties = size(value, keyword)
        case .maxProperties: schema.maxProperties = size(value, keyword)
        case .items: schema.items = Located(read(value), at: value.span)
        case .additionalProperties: schema.additionalProperties = Located(read(value), at: value.span)
        case .prefixItems:
            schema.prefixItems = Located(elements(of: value, keyword).map { read($0) }, at: value.span)
        case .properties: schema.properties = readProperties(value)
        case .required: schema.required = readRequired(value)
        }
    }

    private mutating func refuse(_ name: String, at span: Span) {
        guard !name.hasPrefix("x-") else { return }
        if SchemaKeyword.notEnforced.contains(name) {
            diagnostics.error(
                "schema-keyword",
                SchemaWording.notEnforced(name),
                at: span,
                help: "remove it, or check the value behind the policy; a key that does nothing would mislead"
            )
        } else if let help = SchemaKeyword.earlier[name] {
            diagnostics.error("schema-keyword", SchemaWording.unknownKeyword(name), at: span, help: help)
        } else {
            let near = NearestName.of(name, among: SchemaKeyword.allNames)
            diagnostics.error(
                "schema-keyword",
                SchemaWording.unknownKeyword(name),
                at: span,
                help: near.map { "did you mean `\($0)`?" } ?? "keys of your own begin with `x-`"
            )
        }
    }

    private mutating func readDialect(_ node: Node) {
        guard let text = string(node, .schema) else { return }
        let accepted = [
            "https://json-schema.org/draft/2020-12/schema", "https://json-schema.org/draft/2020-12/schema#",
        ]
        guard !accepted.contains(text.value) else { return }
        diagnostics.error(
            "schema-keyword",
            SchemaWording.otherDialect(text.value),
            at: node.span,
            help: "this version reads `\(accepted[0])`"
        )
    }

    private mutating func readTypes(_ node: Node) -> Located<[Located<SchemaType>]>? {
        let words = node.kind == .sequence ? node.elements : [node]
        var types: [Located<SchemaType>] = []
        for word in words {
            guard case .string(let text)? = word.scalar, let type = SchemaType(rawValue: text) else {
                reportType(word)
                continue
            }
            if let first = types.first(where: { $0.value == type }) {
                diagnostics.error(
                    "schema-value",
                    SchemaWording.repeated(text),
                    at: word.span,
                    labels: [.init("first listed here", at: first.span)]
                )
            } else {
                types.append(Located(type, at: word.span))
            }
        }
        if node.kind == .sequence, words.isEmpty {
            diagnostics.error(
                "schema-value",
                SchemaWording.emptyList("type"),
                at: node.span,
                help: "list a type, or write the schema `false`"
            )
        }
        return types.isEmpty ? nil : Located(types, at: node.span)
    }

    private mutating func reportType(_ node: Node) {
        let names = SchemaType.allCases.map(\.rawValue)
        let isNull = node.scalar == .null
        let near = isNull ? "\"null\"" : node.text.flatMap { NearestName.of($0, among: names) }
        diagnostics.error(
            "schema-value",
            isNull ? SchemaWording.nullIsNoTypeName : SchemaWording.unknownType(node.text ?? "…"),
            at: node.span,
            help: near.map { "did you mean `\($0)`?" } ?? "types are \(names.joined(separator: ", "))"
        )
    }

    private mutating func readEnumeration(_ node: Node) -> Located<[Located<JSONConstant>]>? {
        let elements = elements(of: node, .enumeration)
        guard node.kind == .sequence else { return nil }
        guard !elements.isEmpty else {
            diagnostics.error(
                "schema-value",
                SchemaWording.emptyList("enum"),
                at: node.span,
                help: "list a value, or write the schema `false`"
            )
            return nil
        }
        var values: [Located<JSONConstant>] = []
        for element in elements {
            guard let value = constant(element) else { continue }
            if let first = values.first(where: { $0.value == value }) {
                diagnostics.error(
                    "schema-value",
                    SchemaWording.repeatedValue,
                    at: element.span,
                    labels: [.init("first listed here", at: first.span)],
                    help: "remove one; numbers compare by value"
                )
            } else {
                values.append(Located(value, at: element.span))
            }
        }
        return values.isEmpty ? nil : Located(values, at: node.span)
    }

    private mutating func readMultiple(_ node: Node) -> Located<ExactNumber>? {
        guard let multiple = number(node, .multipleOf) else { return nil }
        guard !multiple.value.isZero, !multiple.value.isNegative else {
            diagnostics.error("schema-value", SchemaWording.notAboveZero, at: node.span)
            return nil
        }
        guard multiple.value.digits.count <= 18 else {
            diagnostics.error(
                "schema-value",
                SchemaWording.longMultiple,
                at: node.span,
                help: "at most 18 digits count"
            )
            return nil
        }
        return multiple
    }

    private mutating func readProperties(_ node: Node) -> Located<[SchemaNode.Property]> {
        let properties = members(of: node, .properties).map { entry in
            SchemaNode.Property(
                name: Located(ExactText(entry.key.text ?? ""), at: entry.key.span),
                schema: read(entry.value)
            )
        }
        return Located(properties, at: node.span)
    }

    private mutating func readRequired(_ node: Node) -> Located<[Located<ExactText>]> {
        var names: [Located<ExactText>] = []
        for element in elements(of: node, .required) {
            guard let text = string(element, .required) else { continue }
            let name = Located(ExactText(text.value), at: element.span)
            if let first = names.first(where: { $0.value == name.value }) {
                diagnostics.error(
                    "schema-value",
                    SchemaWording.repeated(text.value),
                    at: element.span,
                    labels: [.init("first listed here", at: first.span)]
                )
            } else {
                names.append(name)
            }
        }
        return Located(names, at: node.span)
    }
}
