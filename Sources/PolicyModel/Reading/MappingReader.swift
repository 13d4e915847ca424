import PolicyDocument

/// What reading collects besides what it returns.
final class ReadingContext {
    var diagnostics = Diagnostics()
    /// The root of the file that is read: what `#` means in its schemas.
    let root: Node
    /// The file's path, against which paths in it are resolved.
    let path: String
    /// Whether a route is read, which must not hold what is decided before the path is known.
    var isInRoute = false

    /// The schema files that references reach.
    let library: SchemaLibrary

    init(root: Node, path: String, library: SchemaLibrary = SchemaLibrary()) {
        self.root = root
        self.path = path
        self.library = library
    }

    func error(
        _ id: String,
        _ message: String,
        at span: Span,
        labels: [Diagnostic.Label] = [],
        help: String? = nil
    ) {
        diagnostics.error(id, .init(message), at: span, labels: labels, help: help)
    }

    func expected(_ what: String, at node: Node, help: String? = nil) {
        let found =
            switch node.kind {
            case .mapping: "a mapping"
            case .sequence: "a list"
            case .scalar: Self.shown(node)
            }
        error("wrong-value", "\(what) is expected, not \(found)", at: node.span, help: help)
    }

    static func shown(_ node: Node) -> String {
        guard let text = node.text, !text.isEmpty else { return "an empty value" }
        return "`\(text.count > 60 ? text.prefix(59) + "…" : text[...])`"
    }
}

/// One mapping of the language: a closed set of keys, each read as what it must be.
///
/// Everything wrong is reported where it stands; what can be read is returned.
struct MappingReader {
    let node: Node
    let table: KeyTable
    let context: ReadingContext

    /// Checks the keys; nil where the value is no mapping.
    init?(_ node: Node, _ table: KeyTable, _ context: ReadingContext) {
        self.node = node
        self.table = table
        self.context = context
        guard node.kind == .mapping else {
            context.expected("a mapping", at: node)
            return nil
        }
        for entry in node.entries {
            let name = entry.key.text ?? ""
            guard let key = table[name] else {
                reportUnknown(name, entry)
                continue
            }
            if !key.isEnforced {
                context.error(
                    "not-enforced",
                    "`\(name)` is not enforced by this version",
                    at: entry.key.span,
                    help: "leave it out: a key that does nothing would promise what nobody keeps"
                )
            }
        }
    }

    private func reportUnknown(_ name: String, _ entry: Node.Entry) {
        let near = NearestName.of(name, among: table.keys.map(\.name))
        let elsewhere = PolicyKeys.places(of: name, except: table)
        var help = near.map { "did you mean `\($0)`?" }
        if let place = elsewhere.first, near == nil || near != name {
            help = [help, "`\(name)` belongs to \(place)"].compactMap(\.self).joined(separator: "; ")
        }
        context.error(
            "unknown-key",
            "unknown key `\(name)` in \(table.place)",
            at: entry.key.span,
            help: help ?? "known here: \(table.keys.map(\.name).joined(separator: ", "))"
        )
    }

    subscript(_ name: String) -> Node? { node[name] }

    /// The span of a key, for what is said about the section as a whole.
    func keySpan(_ name: String) -> Span? {
        node.entries.first { $0.key.text == name }?.key.span
    }

    /// A value read by `read`; nil where the key is missing or its value wrong.
    func value<Value>(_ name: String, _ read: (Node, ReadingContext) -> Value?) -> Located<Value>? {
        guard let node = node[name], let value = read(node, context) else { return nil }
        return Located(value, at: node.span)
    }

    /// A list whose entries are read one by one; wrong ones are reported and left out.
    func list<Value>(_ name: String, _ read: (Node, ReadingContext) -> Value?) -> Located<[Located<Value>]>? {
        guard let node = node[name] else { return nil }
        guard node.kind == .sequence else {
            context.expected("a list", at: node)
            return nil
        }
        let values = node.elements.compactMap { element in
            read(element, context).map { Located($0, at: element.span) }
        }
        return Located(values, at: node.span)
    }

    /// One word of a closed set.
    func word<Word: RawRepresentable & CaseIterable>(_ name: String, _ type: Word.Type = Word.self) -> Located<Word>?
    where Word.RawValue == String {
        value(name) { Words.read($0, as: Word.self, $1) }
    }

    /// The section's head: its place and its own mode.
    func head(key: Span) -> SectionHead {
        SectionHead(key: key, span: node.span, mode: value("mode", Words.mode))
    }
}
