package import PolicyDocument

/// Reads a JSON Schema from a positioned tree: drafts 2020-12 and, where `$schema` says so, 2019-09, 7, 6 and 4.
package enum SchemaReader {
    /// How strictly a schema is taken.
    package enum Strictness: Sendable {
        /// A policy's own: what is unknown or contradicts itself is an error.
        case authored
        /// Somebody else's, by the letter of the draft: unknown keywords are remarks, and nothing may be allowed.
        case published
    }

    /// Reads the schema at `node`.
    ///
    /// - Parameters:
    ///   - node: the schema, from YAML or JSON.
    ///   - root: what `#` stands for in references: the root of the file.
    ///   - path: the file's path, against which relative references are resolved.
    ///   - library: the resources that references reach.
    ///   - draft: the draft where no `$schema` names one.
    ///   - strictness: how unknown keywords and contradictions are taken.
    ///   - diagnostics: takes every fault; with one, what is returned is not to be compiled.
    /// - Returns: the schema; nil when it is none at all.
    package static func read(
        _ node: Node,
        root: Node,
        path: String = "",
        library: SchemaLibrary = SchemaLibrary(),
        draft: SchemaDraft = .draft2020,
        strictness: Strictness = .authored,
        diagnostics: inout Diagnostics
    ) -> SchemaDocument? {
        var reading = SchemaReading(library: library, strictness: strictness)
        let resource = library.resource(of: node, root: root, path: path, draft: draft)
        let index = reading.read(node, in: resource)
        let isSchema = reading.isSchema(index)
        let anchors = reading.readDynamicAnchors()
        reading.checkReferences()
        diagnostics.append(contentsOf: reading.diagnostics)
        return isSchema ? SchemaDocument(nodes: reading.nodes, root: index, dynamicAnchors: anchors) : nil
    }
}

/// One reading: the nodes found so far and where they stand.
struct SchemaReading {
    let library: SchemaLibrary
    let strictness: SchemaReader.Strictness
    var diagnostics = Diagnostics()
    private(set) var nodes: [SchemaNode] = []
    /// Names that dynamic references ask for.
    var dynamicNames: Set<String> = []
    private var known: [SchemaLibrary.Place: Int] = [:]
    private var failed: Set<Int> = []

    init(library: SchemaLibrary, strictness: SchemaReader.Strictness) {
        self.library = library
        self.strictness = strictness
    }

    func isSchema(_ index: Int) -> Bool {
        !failed.contains(index)
    }

    /// The index of the schema at `node`, read now unless it was before; `outer` is the resource around it.
    mutating func read(_ node: Node, in outer: Int) -> Int {
        let place = SchemaLibrary.Place(node)
        if let index = known[place] { return index }
        let resource = library.resource(at: place) ?? outer
        let dialect = library.resources[resource].dialect
        let index = nodes.count
        known[place] = index
        var schema = SchemaNode(span: node.span)
        schema.resource = resource
        schema.draft = dialect.draft
        nodes.append(schema)
        switch node.kind {
        case .mapping:
            readKeywords(of: node, dialect, into: &schema)
            if strictness == .authored { checkConsistency(of: schema) }
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

    private mutating func readKeywords(of node: Node, _ dialect: SchemaDialect, into schema: inout SchemaNode) {
        // Up to draft 7 a reference stands alone: what stands beside it says nothing.
        if dialect.draft <= .draft7, let reference = node["$ref"] {
            schema.reference = readReference(reference, in: schema.resource)
            for keyword in [SchemaKeyword.definitions, .oldDefinitions] {
                guard keyword.isKnown(in: dialect.draft), let value = node[keyword.rawValue] else { continue }
                readDefinitions(value, keyword, schema.resource)
            }
            return
        }
        for entry in node.entries {
            let name = entry.key.text ?? ""
            guard let keyword = SchemaKeyword(rawValue: name), keyword.isKnown(in: dialect.draft) else {
                if !dialect.remarks.contains(name) { refuse(name, at: entry.key.span, dialect.draft) }
                continue
            }
            guard dialect.hasAssertions || !keyword.isAssertion else { continue }
            if SchemaKeyword.notEnforced.contains(keyword) {
                let isOfDraft = dialect.draft == .draft7 && keyword.isContent
                if !isOfDraft || !keyword.isAsserted(as: entry.value.text) {
                    refuseUnenforced(keyword, at: entry.key.span)
                }
                // Another encoding than those that are known is kept: nothing can be said of what it encodes.
                guard isOfDraft else { continue }
            }
            readAssertion(keyword, entry.value, of: node, into: &schema)
            readApplicator(keyword, entry.value, of: node, into: &schema)
            readRemark(keyword, entry.value, into: &schema)
        }
        // A schema of draft 4 may be closed at a bound by a word beside it.
        if dialect.draft == .draft4 { readExclusiveWords(of: node, into: &schema) }
    }

    private mutating func refuseUnenforced(_ keyword: SchemaKeyword, at span: Span) {
        guard strictness == .authored else { return }
        diagnostics.error(
            "schema-keyword",
            SchemaWording.notEnforced(keyword.rawValue),
            at: span,
            help: "remove it, or check the value behind the policy; a key that does nothing would mislead"
        )
    }

    private mutating func refuse(_ name: String, at span: Span, _ draft: SchemaDraft) {
        guard strictness == .authored, !name.hasPrefix("x-"), !Self.foreignRemarks.contains(name) else { return }
        let message = SchemaWording.unknownKeyword(name)
        if let help = SchemaKeyword.earlier[name] {
            diagnostics.error("schema-keyword", message, at: span, help: help)
        } else if SchemaKeyword(rawValue: name) != nil {
            diagnostics.error(
                "schema-keyword",
                SchemaWording.otherDraft(name, draft),
                at: span,
                help: "state the draft that has it in `$schema`"
            )
        } else {
            let near = NearestName.of(name, among: SchemaKeyword.names(in: draft))
            diagnostics.error(
                "schema-keyword",
                message,
                at: span,
                help: near.map { "did you mean `\($0)`?" } ?? "keys of your own begin with `x-`"
            )
        }
    }

    /// Remarks for code generators that published schemas are full of; they say nothing about a value.
    private static let foreignRemarks: Set<String> = ["javaType", "tsType", "existingJavaType"]

    /// Keywords that say something about the value itself.
    private mutating func readAssertion(
        _ keyword: SchemaKeyword,
        _ value: Node,
        of node: Node,
        into schema: inout SchemaNode
    ) {
        switch keyword {
        case .type: schema.types = readTypes(value)
        case .enumeration: schema.enumeration = readEnumeration(value)
        case .constant: schema.constant = constant(value).map { Located($0, at: value.span) }
        case .minimum: schema.minimum = number(value, keyword)
        case .maximum: schema.maximum = number(value, keyword)
        case .exclusiveMinimum where schema.draft > .draft4: schema.exclusiveMinimum = number(value, keyword)
        case .exclusiveMaximum where schema.draft > .draft4: schema.exclusiveMaximum = number(value, keyword)
        case .multipleOf: schema.multipleOf = readMultiple(value)
        case .minLength: schema.minLength = size(value, keyword)
        case .maxLength: schema.maxLength = size(value, keyword)
        case .pattern: schema.pattern = readPattern(value, keyword)
        case .format: schema.format = readFormat(value)
        case .contentEncoding where schema.draft == .draft7: schema.contentEncoding = string(value, keyword)
        case .contentMediaType where schema.draft == .draft7: schema.contentMediaType = string(value, keyword)
        case .minItems: schema.minItems = size(value, keyword)
        case .maxItems: schema.maxItems = size(value, keyword)
        case .uniqueItems: schema.uniqueItems = Located(bool(value, keyword), at: value.span)
        case .minContains: schema.minContains = size(value, keyword)
        case .maxContains: schema.maxContains = size(value, keyword)
        case .minProperties: schema.minProperties = size(value, keyword)
        case .maxProperties: schema.maxProperties = size(value, keyword)
        case .required: schema.required = readNames(value, keyword)
        case .dependentRequired: schema.dependentRequired = readDependentNames(value, keyword)
        default: break
        }
    }

    /// Keywords that apply other schemas.
    private mutating func readApplicator(
        _ keyword: SchemaKeyword,
        _ value: Node,
        of node: Node,
        into schema: inout SchemaNode
    ) {
        let resource = schema.resource
        switch keyword {
        case .reference: schema.reference = readReference(value, in: resource)
        case .dynamicReference: schema.dynamicReference = readDynamicReference(value, in: resource)
        case .recursiveReference: schema.dynamicReference = readRecursiveReference(value, in: resource)
        case .definitions, .oldDefinitions: readDefinitions(value, keyword, resource)
        case .items:
            if schema.draft <= .draft2019, value.kind == .sequence {
                schema.prefixItems = list(value, keyword, resource)
                if let rest = node["additionalItems"] { schema.items = one(rest, resource) }
            } else {
                schema.items = one(value, resource)
            }
        case .additionalItems: if node["items"]?.kind != .sequence { _ = one(value, resource) }
        case .prefixItems: schema.prefixItems = list(value, keyword, resource)
        case .contains: schema.contains = one(value, resource)
        case .unevaluatedItems: schema.unevaluatedItems = one(value, resource)
        case .properties: schema.properties = readProperties(value, keyword, resource)
        case .patternProperties: schema.patternProperties = readPatternProperties(value, keyword, resource)
        case .additionalProperties: schema.additionalProperties = one(value, resource)
        case .propertyNames: schema.propertyNames = one(value, resource)
        case .unevaluatedProperties: schema.unevaluatedProperties = one(value, resource)
        case .dependentSchemas: schema.dependentSchemas = readProperties(value, keyword, resource)
        case .dependencies: readDependencies(value, into: &schema)
        case .allOf: schema.allOf = list(value, keyword, resource)
        case .anyOf: schema.anyOf = list(value, keyword, resource)
        case .oneOf: schema.oneOf = list(value, keyword, resource)
        case .not: schema.not = one(value, resource)
        case .condition: schema.condition = one(value, resource)
        case .then: schema.then = one(value, resource)
        case .otherwise: schema.otherwise = one(value, resource)
        default: break
        }
    }

    /// Keywords that name or describe.
    private mutating func readRemark(_ keyword: SchemaKeyword, _ value: Node, into schema: inout SchemaNode) {
        switch keyword {
        case .schema: readDialect(value)
        case .comment: schema.comment = string(value, keyword)
        case .title: schema.title = string(value, keyword)
        case .description: schema.description = string(value, keyword)
        case .defaultValue: schema.defaultValue = constant(value).map { Located($0, at: value.span) }
        case .examples:
            schema.examples = Located(elements(of: value, keyword).compactMap { constant($0) }, at: value.span)
        case .deprecated: schema.isDeprecated = bool(value, keyword)
        case .readOnly: schema.isReadOnly = bool(value, keyword)
        case .writeOnly: schema.isWriteOnly = bool(value, keyword)
        case .identifier, .oldIdentifier, .anchor, .dynamicAnchor: _ = string(value, keyword)
        case .recursiveAnchor: _ = bool(value, keyword)
        default: break
        }
    }

    private mutating func readExclusiveWords(of node: Node, into schema: inout SchemaNode) {
        if let word = node["exclusiveMinimum"], bool(word, .exclusiveMinimum), let bound = schema.minimum {
            schema.exclusiveMinimum = bound
            schema.minimum = nil
        }
        if let word = node["exclusiveMaximum"], bool(word, .exclusiveMaximum), let bound = schema.maximum {
            schema.exclusiveMaximum = bound
            schema.maximum = nil
        }
    }

    private mutating func readDialect(_ node: Node) {
        guard let text = string(node, .schema), library.dialect(named: text.value) == nil else { return }
        diagnostics.error(
            "schema-keyword",
            SchemaWording.otherDialect(text.value),
            at: node.span,
            help: "drafts 2020-12, 2019-09, 7, 6 and 4 are read, as `\(SchemaDraft.draft2020.metaschema)`"
        )
    }

    // MARK: Parts

    private mutating func one(_ node: Node, _ resource: Int) -> Located<Int> {
        Located(read(node, in: resource), at: node.span)
    }

    private mutating func list(_ node: Node, _ keyword: SchemaKeyword, _ resource: Int) -> Located<[Int]>? {
        let elements = elements(of: node, keyword)
        if elements.isEmpty, node.kind == .sequence, strictness == .authored {
            diagnostics.error(
                "schema-value",
                SchemaWording.listsNothing(keyword),
                at: node.span,
                help: "list a schema, or remove it"
            )
        }
        return elements.isEmpty ? nil : Located(elements.map { read($0, in: resource) }, at: node.span)
    }

    private mutating func readDefinitions(_ node: Node, _ keyword: SchemaKeyword, _ resource: Int) {
        // Others' definitions count where something refers to them; a policy's own are read for their mistakes.
        guard strictness == .authored else { return }
        for definition in members(of: node, keyword) { _ = read(definition.value, in: resource) }
    }

    private mutating func readPatternProperties(
        _ node: Node,
        _ keyword: SchemaKeyword,
        _ resource: Int
    ) -> Located<[SchemaNode.PatternProperty]> {
        var found: [SchemaNode.PatternProperty] = []
        for entry in members(of: node, keyword) {
            let schema = read(entry.value, in: resource)
            guard let pattern = readPattern(entry.key, keyword) else { continue }
            found.append(SchemaNode.PatternProperty(pattern: pattern, schema: schema))
        }
        return Located(found, at: node.span)
    }

    /// `dependencies` of earlier drafts: lists of names, or schemas.
    private mutating func readDependencies(_ node: Node, into schema: inout SchemaNode) {
        var names: [SchemaNode.DependentNames] = []
        var schemas: [SchemaNode.Property] = []
        for entry in members(of: node, .dependencies) {
            let name = Located(ExactText(entry.key.text ?? ""), at: entry.key.span)
            if entry.value.kind == .sequence {
                names.append(.init(name: name, required: readNames(entry.value, .dependencies).value))
            } else {
                schemas.append(.init(name: name, schema: read(entry.value, in: schema.resource)))
            }
        }
        if !names.isEmpty {
            schema.dependentRequired = Located((schema.dependentRequired?.value ?? []) + names, at: node.span)
        }
        if !schemas.isEmpty {
            schema.dependentSchemas = Located((schema.dependentSchemas?.value ?? []) + schemas, at: node.span)
        }
    }

    private mutating func readDependentNames(
        _ node: Node,
        _ keyword: SchemaKeyword
    ) -> Located<[SchemaNode.DependentNames]> {
        let found = members(of: node, keyword).map { entry in
            SchemaNode.DependentNames(
                name: Located(ExactText(entry.key.text ?? ""), at: entry.key.span),
                required: readNames(entry.value, keyword).value
            )
        }
        return Located(found, at: node.span)
    }

    private mutating func readProperties(
        _ node: Node,
        _ keyword: SchemaKeyword,
        _ resource: Int
    ) -> Located<[SchemaNode.Property]> {
        let properties = members(of: node, keyword).map { entry in
            SchemaNode.Property(
                name: Located(ExactText(entry.key.text ?? ""), at: entry.key.span),
                schema: read(entry.value, in: resource)
            )
        }
        return Located(properties, at: node.span)
    }

    private mutating func readTypes(_ node: Node) -> Located<[Located<SchemaType>]>? {
        let words = node.kind == .sequence ? node.elements : [node]
        var types: [Located<SchemaType>] = []
        for word in words {
            guard case .string(let text)? = word.scalar, let type = SchemaType(rawValue: text) else {
                reportType(word)
                continue
            }
            if let first = types.first(where: { $0.value == type }), strictness == .authored {
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
        if node.kind == .sequence, words.isEmpty, strictness == .authored {
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
        guard !elements.isEmpty || strictness == .published else {
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
                guard strictness == .authored else { continue }
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
        return values.isEmpty && strictness == .authored ? nil : Located(values, at: node.span)
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

    private mutating func readNames(_ node: Node, _ keyword: SchemaKeyword) -> Located<[Located<ExactText>]> {
        var names: [Located<ExactText>] = []
        for element in elements(of: node, keyword) {
            guard let text = string(element, keyword) else { continue }
            let name = Located(ExactText(text.value), at: element.span)
            if let first = names.first(where: { $0.value == name.value }), strictness == .authored {
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
