/// One value of a positioned tree: a scalar, a sequence or a mapping, read from YAML or JSON.
///
/// A handle into its tree: cheap to copy. An alias is the node that its anchor names, so a tree may be a graph without
/// cycles; expansion is bounded when it is read.
package struct Node: Sendable {
    package enum Kind: Sendable {
        case scalar, sequence, mapping
    }

    /// What an unquoted scalar means by the YAML 1.2 core schema; anything quoted is a string.
    package enum Scalar: Sendable, Equatable {
        case null
        case bool(Bool)
        /// Decimal digits with an optional sign, as written: `012` and `+3` keep their text.
        case integer(String)
        /// A decimal fraction or exponent, `.inf` or `.nan`, as written.
        case float(String)
        case string(String)
    }

    package struct Entry: Sendable {
        package let key: Node
        package let value: Node
    }

    let tree: Tree
    let index: Int

    /// The record of the value itself, behind an alias too.
    var record: Tree.Record {
        let own = tree.records[index]
        return own.target < 0 ? own : tree.records[Int(own.target)]
    }
}

extension Node {
    package var kind: Kind {
        record.kind
    }

    package var file: FileID {
        tree.file
    }

    /// The value's own bytes, without blanks and comments behind it.
    ///
    /// A block collection reaches from its first key or dash to the end of its last member, a quoted scalar includes
    /// its quotes, a literal or folded one its header. Anchors and tags lie outside. For an alias, the place of the
    /// value that it stands for.
    package var span: Span {
        let record = record
        return Span(file: tree.file, start: Int(record.start), end: Int(record.end))
    }

    /// Where `*name` stands, for a value that an alias brought here; else nil.
    package var aliasSpan: Span? {
        let own = tree.records[index]
        guard own.target >= 0 else { return nil }
        return Span(file: tree.file, start: Int(own.start), end: Int(own.end))
    }

    /// Whether this is a scalar without quotes, not literal and not folded.
    package var isPlain: Bool {
        let record = record
        return record.kind == .scalar && record.style == .plain
    }

    /// The scalar's text as decoded, whatever it resolves to; nil for collections.
    package var text: String? {
        guard let range = textRange else { return nil }
        return String(decoding: tree.text[range], as: UTF8.self)
    }

    /// The scalar by the core schema; nil for collections.
    package var scalar: Scalar? {
        guard let text else { return nil }
        let record = record
        switch record.tag {
        case .string: return .string(text)
        case .float: return .float(text)
        case .none where record.style != .plain: return .string(text)
        case .none, .null, .bool, .integer: return CoreSchema.resolve(text)
        }
    }

    /// The members of a sequence; empty for anything else.
    package var elements: [Node] {
        let record = record
        guard record.kind == .sequence else { return [] }
        return tree.children[Int(record.low)..<Int(record.low + record.count)].map { child in
            Node(tree: tree, index: Int(child))
        }
    }

    /// The members of a mapping in order, merge keys applied; empty for anything else.
    package var entries: [Entry] {
        let record = record
        guard record.kind == .mapping else { return [] }
        return stride(from: Int(record.low), to: Int(record.low + record.count), by: 2).map { place in
            Entry(
                key: Node(tree: tree, index: Int(tree.children[place])),
                value: Node(tree: tree, index: Int(tree.children[place + 1]))
            )
        }
    }

    /// The value of a mapping's member; nil when there is none or this is no mapping.
    package subscript(_ key: String) -> Node? {
        let record = record
        guard record.kind == .mapping else { return nil }
        let wanted = key.utf8
        for place in stride(from: Int(record.low), to: Int(record.low + record.count), by: 2) {
            let name = tree.records[Int(tree.children[place])]
            guard Int(name.count) == wanted.count else { continue }
            let bytes = tree.text[Int(name.low)..<Int(name.low + name.count)]
            guard bytes.elementsEqual(wanted) else { continue }
            return Node(tree: tree, index: Int(tree.children[place + 1]))
        }
        return nil
    }

    var textRange: Range<Int>? {
        let record = record
        guard record.kind == .scalar else { return nil }
        return Int(record.low)..<Int(record.low + record.count)
    }
}
