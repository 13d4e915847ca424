package import PolicyDocument

/// The schema resources of one load: the files that references reach, and what an `$id` names inside of them.
///
/// Files are read once, whoever refers to them. Nothing is ever fetched from a network.
package final class SchemaLibrary {
    /// What came of a file that a reference names.
    package enum File {
        case tree(Node)
        case unreadable(SourceError)
        /// It was read, and what is wrong with it is reported.
        case broken
    }

    /// A schema that is named by an address, with the anchors that it has.
    struct Resource {
        let address: SchemaAddress
        let root: Node
        var dialect: SchemaDialect
        /// The file that it stands in, for references that lead nowhere else.
        let path: String?
        var anchors: [String: Node] = [:]
        var dynamicAnchors: [String: Node] = [:]
    }

    /// Where a schema is written.
    struct Place: Hashable {
        let span: Span
        let isMapping: Bool

        init(_ node: Node) {
            span = node.span
            isMapping = node.kind == .mapping
        }
    }

    /// `$recursiveAnchor` as a dynamic anchor, under a name that no anchor can have.
    static let recursiveAnchor = "\u{0}"

    private(set) var resources: [Resource] = []
    private var byAddress: [SchemaAddress: Int] = [:]
    private var lexical: [Place: Int] = [:]
    private var files: [String: File] = [:]
    private var patterns: [String: SchemaPattern] = [:]
    private let load: (String) -> File

    /// - Parameter load: reads the schema file at a path; asked once for each.
    package init(load: @escaping (String) -> File) {
        self.load = load
    }

    /// A library without files: references lead to their own document, or to what is added.
    package convenience init() {
        self.init { .unreadable(.missing(path: $0)) }
    }

    /// Makes a document known under an absolute URI.
    package func add(_ uri: String, root: Node, draft: SchemaDraft = .draft2020) {
        let address = SchemaAddress.uri("").resolve(uri).address
        guard byAddress[address] == nil else { return }
        let resource = append(Resource(address: address, root: root, dialect: SchemaDialect(draft), path: nil))
        index(root, in: resource)
    }

    /// The resource that a schema inside of a document belongs to; `root` is what `#` stands for there.
    func resource(of schema: Node, root: Node, path: String, draft: SchemaDraft) -> Int {
        if let known = lexical[Place(schema)] { return known }
        let address = SchemaAddress.file(path)
        let base =
            byAddress[address]
            ?? append(Resource(address: address, root: root, dialect: SchemaDialect(draft), path: path))
        index(schema, in: dialectOf(schema, in: base))
        return lexical[Place(schema)] ?? base
    }

    /// The resource of a schema inside of another document, which may state a draft of its own.
    private func dialectOf(_ schema: Node, in base: Int) -> Int {
        guard let own = schema["$schema"]?.text.flatMap({ dialect(named: $0) }), own != resources[base].dialect else {
            return base
        }
        let outer = resources[base]
        resources.append(Resource(address: outer.address, root: outer.root, dialect: own, path: outer.path))
        return resources.count - 1
    }

    /// The resource that a place belongs to, where it is known to be a schema.
    func resource(at place: Place) -> Int? {
        lexical[place]
    }

    /// The file at a path, read once.
    func file(at path: String) -> File {
        let file = files[path] ?? load(path)
        files[path] = file
        return file
    }

    /// The resource at an address; a file is read for it.
    func find(_ address: SchemaAddress, draft: SchemaDraft) -> (resource: Int?, error: SourceError?) {
        if let known = byAddress[address] { return (known, nil) }
        guard case .file(let path) = address else { return (nil, nil) }
        switch file(at: path) {
        case .tree(let root):
            let dialect = root["asyncapi"]?.text == nil ? SchemaDialect(draft) : .asyncAPI
            let base = append(Resource(address: address, root: root, dialect: dialect, path: path))
            index(root, in: base)
            // The root's own `$id` makes it a resource of that name as well.
            let named = lexical[Place(root)] ?? base
            byAddress[address] = named
            return (named, nil)
        case .unreadable(let error): return (nil, error)
        case .broken: return (nil, nil)
        }
    }

    /// Whether a file was read and has faults of its own.
    func isBroken(_ address: SchemaAddress) -> Bool {
        guard case .file(let path) = address, case .broken? = files[path] else { return false }
        return true
    }

    /// The automaton of a pattern, made once.
    func pattern(_ text: String) throws(PatternFault) -> SchemaPattern {
        if let known = patterns[text] { return known }
        let pattern = SchemaPattern(text: text, automaton: try Pattern(text).automaton())
        patterns[text] = pattern
        return pattern
    }

    // MARK: Index

    private func append(_ resource: Resource) -> Int {
        resources.append(resource)
        byAddress[resource.address] = resources.count - 1
        return resources.count - 1
    }

    /// Notes the names of a schema and of all schemas inside of it.
    private func index(_ node: Node, in parent: Int) {
        let place = Place(node)
        guard lexical[place] == nil else { return }
        guard node.kind == .mapping else {
            lexical[place] = parent
            return
        }
        var resource = parent
        let outer = resources[parent].dialect
        // A document's root states its draft before its names can be read.
        let own = node["$schema"]?.text.flatMap { dialect(named: $0) }
        let draft = (own ?? outer).draft
        if Place(resources[parent].root) == place, let own { resources[parent].dialect = own }
        let isHidden = draft <= .draft7 && node["$ref"] != nil
        let key = draft == .draft4 ? "id" : "$id"
        if !isHidden, case .string(let text)? = node[key]?.scalar {
            resource = name(node, text, own ?? outer, in: parent)
        }
        lexical[place] = resource
        if draft >= .draft2019, let name = node["$anchor"]?.text { note(anchor: name, node, in: resource) }
        if draft >= .draft2020, let name = node["$dynamicAnchor"]?.text {
            note(anchor: name, node, in: resource)
            if resources[resource].dynamicAnchors[name] == nil { resources[resource].dynamicAnchors[name] = node }
        }
        if draft == .draft2019, node["$recursiveAnchor"]?.scalar == .bool(true) {
            resources[resource].dynamicAnchors[Self.recursiveAnchor] = node
        }
        for entry in node.entries {
            guard let keyword = entry.key.text.flatMap(SchemaKeyword.init), keyword.isKnown(in: draft) else { continue }
            for schema in Self.schemas(in: entry.value, keyword.shape) { index(schema, in: resource) }
        }
    }

    private func note(anchor name: String, _ node: Node, in resource: Int) {
        if resources[resource].anchors[name] == nil { resources[resource].anchors[name] = node }
    }

    /// Takes an `$id`: a new resource, or in earlier drafts an anchor of this one.
    private func name(_ node: Node, _ text: String, _ dialect: SchemaDialect, in parent: Int) -> Int {
        let (address, fragment) = resources[parent].address.resolve(text)
        var resource = parent
        if address != resources[parent].address {
            if let known = byAddress[address] {
                resource = known
            } else {
                resource = append(
                    Resource(address: address, root: node, dialect: dialect, path: resources[parent].path)
                )
            }
        }
        if let fragment, !fragment.isEmpty, dialect.draft <= .draft7 { note(anchor: fragment, node, in: resource) }
        return resource
    }

    /// The schemas that a keyword's value holds.
    static func schemas(in value: Node, _ shape: SchemaKeyword.Shape) -> [Node] {
        switch shape {
        case .none: []
        case .schema: [value]
        case .list: value.elements
        case .schemaOrList: value.kind == .sequence ? value.elements : [value]
        case .mapping: value.entries.map(\.value).filter { $0.kind != .sequence }
        }
    }

    /// The rules that a `$schema` names; nil where nothing is known of it.
    func dialect(named address: String) -> SchemaDialect? {
        if let draft = SchemaDraft(metaschema: address) { return SchemaDialect(draft) }
        let plain = address.hasSuffix("#") ? String(address.dropLast()) : address
        guard let known = byAddress[.uri(plain)] else { return nil }
        let root = resources[known].root
        guard let base = root["$schema"]?.text.flatMap(SchemaDraft.init(metaschema:)) else { return nil }
        var dialect = SchemaDialect(base)
        if let vocabularies = root["$vocabulary"] {
            dialect.hasAssertions = vocabularies.entries.contains {
                $0.key.text?.hasSuffix("/vocab/validation") ?? false
            }
        }
        return dialect
    }
}
