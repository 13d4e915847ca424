/// A tree as text, one node a line, for goldens and for looking at.
///
/// ```
/// mapping 0..<9 1:1
///   key plain string("name") 0..<4 1:1
///   value plain string("abc") 6..<9 1:7
/// ```
package enum TreeDump {
    /// The lines of a tree, each with the node's byte span, line and column.
    package static func text(_ root: Node, in file: SourceFile) -> String {
        var lines: [String] = []
        add(root, role: "", depth: 0, file: file, to: &lines)
        return lines.map { $0 + "\n" }.joined()
    }

    private static func add(_ node: Node, role: String, depth: Int, file: SourceFile, to lines: inout [String]) {
        let position = file.position(at: node.span.start)
        var line = String(repeating: "  ", count: depth) + role + name(node)
        line += " \(node.span.start)..<\(node.span.end) \(position.line):\(position.column)"
        if let alias = node.aliasSpan { line += " alias \(alias.start)..<\(alias.end)" }
        lines.append(line)
        for element in node.elements { add(element, role: "- ", depth: depth + 1, file: file, to: &lines) }
        for entry in node.entries {
            add(entry.key, role: "key ", depth: depth + 1, file: file, to: &lines)
            add(entry.value, role: "value ", depth: depth + 1, file: file, to: &lines)
        }
    }

    private static func name(_ node: Node) -> String {
        switch node.kind {
        case .sequence: "sequence"
        case .mapping: "mapping"
        case .scalar: "\(style(node.record.style)) \(value(node.scalar))"
        }
    }

    private static func style(_ style: Tree.Style) -> String {
        switch style {
        case .plain: "plain"
        case .singleQuoted: "single"
        case .doubleQuoted: "double"
        case .literal: "literal"
        case .folded: "folded"
        case .jsonString: "json"
        }
    }

    private static func value(_ scalar: Node.Scalar?) -> String {
        switch scalar {
        case nil: "none"
        case .null: "null"
        case .bool(let value): "bool(\(value))"
        case .integer(let text): "integer(\(text))"
        case .float(let text): "float(\(text))"
        case .string(let text): "string(\(text.debugDescription))"
        }
    }
}
