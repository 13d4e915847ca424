import PolicyDocument
import Testing

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

    /// Each diagnostic as `id line:column length [message]`, labels and help behind it.
    var told: [String] {
        diagnostics.all.map { diagnostic in
            let position = file.position(at: diagnostic.span.start)
            let labels = diagnostic.labels.map { label in
                let position = file.position(at: label.span.start)
                return " (\(position.line):\(position.column) \(label.text))"
            }
            return "\(position.line):\(position.column) \(diagnostic.id): \(diagnostic.message.text)" + labels.joined()
        }
    }

    /// The ids of the diagnostics, in order.
    var ids: [String] {
        diagnostics.all.map(\.id)
    }
}
