import PolicyDocument

/// Values that are one word of a closed set, or true or false.
enum Words {
    static func read<Word: RawRepresentable & CaseIterable>(
        _ node: Node,
        as type: Word.Type,
        _ context: ReadingContext
    ) -> Word? where Word.RawValue == String {
        let names = Word.allCases.map(\.rawValue)
        guard let text = node.text, node.kind == .scalar else {
            context.expected(list(names), at: node)
            return nil
        }
        if let word = Word(rawValue: text) { return word }
        context.error(
            "unknown-word",
            "\(ReadingContext.shown(node)) is not \(list(names))",
            at: node.span,
            help: NearestName.of(text, among: names).map { "did you mean `\($0)`?" }
        )
        return nil
    }

    static func mode(_ node: Node, _ context: ReadingContext) -> Mode? {
        enum Written: String, CaseIterable {
            case enforce, observe
        }
        return read(node, as: Written.self, context).map { $0 == .observe ? .observe : .enforce }
    }

    static func boolean(_ node: Node, _ context: ReadingContext) -> Bool? {
        if case .bool(let value)? = node.scalar { return value }
        var help: String?
        if node.yaml11Form == .boolean, let text = node.text?.lowercased() {
            help = "YAML 1.2 reads this as a text; write `\(["yes", "on", "y"].contains(text) ? "true" : "false")`"
        }
        context.expected("true or false", at: node, help: help)
        return nil
    }

    /// A text that is not empty.
    static func text(_ node: Node, _ context: ReadingContext) -> String? {
        guard node.kind == .scalar, let text = node.text, !text.isEmpty, node.scalar != .null else {
            context.expected("a text", at: node)
            return nil
        }
        return text
    }

    /// The words in backticks, with commas and a last `or`.
    static func list(_ names: [String]) -> String {
        let quoted = names.map { "`\($0)`" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.joined() }
        return quoted.dropLast().joined(separator: ", ") + " or " + last
    }
}
