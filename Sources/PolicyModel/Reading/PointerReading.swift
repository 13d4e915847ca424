import PolicyDocument

/// JSON Pointers (RFC 6901).
enum PointerReading {
    /// The reference tokens, unescaped; at least one.
    static func tokens(_ node: Node, _ context: ReadingContext) -> [String]? {
        guard let text = Words.text(node, context) else { return nil }
        if let tokens = tokens(of: text) { return tokens }
        context.error(
            "wrong-pointer",
            "`\(text)` is no JSON Pointer",
            at: node.span,
            help: text.hasPrefix("/") ? "`~` is written `~0`, `/` in a name `~1`" : "did you mean `/\(text)`?"
        )
        return nil
    }

    /// nil where the text does not begin with `/` or holds a wrong escape.
    static func tokens(of text: String) -> [String]? {
        guard text.hasPrefix("/") else { return nil }
        var tokens: [String] = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            var token = ""
            var characters = part.unicodeScalars.makeIterator()
            while let next = characters.next() {
                guard next == "~" else {
                    token.unicodeScalars.append(next)
                    continue
                }
                switch characters.next() {
                case "0": token += "~"
                case "1": token += "/"
                case .some, nil: return nil
                }
            }
            tokens.append(token)
        }
        return tokens
    }
}

/// Schemas inside a policy.
enum SchemaValue {
    static func read(_ node: Node, _ context: ReadingContext) -> SchemaDocument? {
        SchemaReader.read(
            node,
            root: context.root,
            path: context.path,
            library: context.library,
            diagnostics: &context.diagnostics
        )
    }
}
