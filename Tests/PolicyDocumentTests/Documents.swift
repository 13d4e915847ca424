import PolicyDocument

/// A text, read, with what was said about it.
struct Document {
    let file: SourceFile
    let root: Node?
    let diagnostics: Diagnostics

    init(yaml text: String) {
        self.init(yaml: Array(text.utf8))
    }

    init(yaml bytes: [UInt8]) {
        file = SourceFile(id: FileID(index: 0), path: "policy.yaml", bytes: bytes)
        var diagnostics = Diagnostics()
        root = DocumentReader.readYAML(file, diagnostics: &diagnostics)
        self.diagnostics = diagnostics
    }

    init(json text: String) {
        self.init(json: Array(text.utf8))
    }

    init(json bytes: [UInt8]) {
        file = SourceFile(id: FileID(index: 0), path: "traffic.json", bytes: bytes)
        var diagnostics = Diagnostics()
        root = DocumentReader.readJSON(file, diagnostics: &diagnostics)
        self.diagnostics = diagnostics
    }

    /// The source text of a span.
    func text(_ span: Span) -> String {
        String(decoding: file.bytes[span.start..<span.end], as: UTF8.self)
    }

    /// Each diagnostic as `line:column id: message`, its labels behind it.
    var told: [String] {
        diagnostics.all.map { diagnostic in
            let labels = diagnostic.labels.map { " (\(place($0.span)) \($0.text))" }
            return "\(place(diagnostic.span)) \(diagnostic.id): \(diagnostic.message.text)" + labels.joined()
        }
    }

    /// The ids of the diagnostics, in order.
    var ids: [String] {
        diagnostics.all.map(\.id)
    }

    /// The text with everything that was said about it, for goldens.
    var report: String {
        var lines = String(decoding: file.bytes, as: UTF8.self).split(
            omittingEmptySubsequences: false,
            whereSeparator: \.isNewline
        ).map { line in line.isEmpty ? "|" : "| \(visible(String(line)))" }
        for (diagnostic, line) in zip(diagnostics.all, told) {
            lines.append(line)
            lines.append("    at \(visible(text(diagnostic.span)).debugDescription)")
            if let help = diagnostic.help { lines.append("    help: \(help)") }
        }
        if root == nil { lines.append("no tree") }
        return lines.map { $0 + "\n" }.joined()
    }

    private func place(_ span: Span) -> String {
        let position = file.position(at: span.start)
        return "\(position.line):\(position.column)"
    }

    private func visible(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar.value {
            case 0x09: "→"
            case 0x0A: "\n"
            case 0x00..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE...0xFFFF:
                "<U+\(String(scalar.value, radix: 16, uppercase: true))>"
            default: String(scalar)
            }
        }.joined()
    }
}

extension Document {
    /// Every node of the tree, each once where it is written.
    var nodes: [Node] {
        var found: [Node] = []
        var waiting = [root].compactMap { $0 }
        while let node = waiting.popLast() {
            found.append(node)
            guard node.aliasSpan == nil else { continue }
            waiting.append(contentsOf: node.elements)
            for entry in node.entries { waiting.append(contentsOf: [entry.key, entry.value]) }
        }
        return found
    }
}
