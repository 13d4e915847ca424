import PolicyDocument

/// Reads `messages`.
enum MessagesReading {
    static func section(_ node: Node, key: Span, _ context: ReadingContext) -> MessagesSection? {
        guard let reader = MappingReader(node, PolicyKeys.messages, context) else { return nil }
        var section = MessagesSection(head: reader.head(key: key))
        section.format = reader.word("format")
        section.duplicateKeys = reader.word("duplicateKeys")
        section.depth = reader.value("depth", QuantityReading.count)
        if let depth = section.depth, depth.value > 500 {
            context.error("too-large", "`depth` is at most 500", at: depth.span)
        }
        section.interoperable = reader.value("interoperable", Words.boolean)
        section.onViolation = reader.word("onViolation")
        section.schema = reader.value("schema", SchemaValue.read)
        section.discriminator = reader.value("discriminator", PointerReading.tokens)
        if let types = reader["types"] { section.types = read(types: types, context) }
        section.forbid = reader.value("forbid", ForbidReading.read)
        check(section, reader, context)
        return section
    }

    private static func read(types node: Node, _ context: ReadingContext) -> Located<[MessagesSection.MessageType]>? {
        guard node.kind == .mapping else {
            context.expected("a mapping of types", at: node)
            return nil
        }
        if node.entries.isEmpty {
            context.error("no-types", "`types` lists no type, so that no message could pass", at: node.span)
        }
        return Located(node.entries.compactMap { type($0, context) }, at: node.span)
    }

    private static func type(_ entry: Node.Entry, _ context: ReadingContext) -> MessagesSection.MessageType? {
        guard let name = entry.key.text else { return nil }
        var type = MessagesSection.MessageType(name: Located(name, at: entry.key.span), span: entry.value.span)
        // A type without anything of its own: `ping:`.
        if entry.value.scalar == .null { return type }
        guard let reader = MappingReader(entry.value, PolicyKeys.messageType, context) else { return nil }
        type.schema = reader.value("schema", SchemaValue.read)
        type.rate = reader.value("rate") { QuantityReading.rate($0, $1) }
        type.cost = reader.value("cost", QuantityReading.count)
        if let cost = type.cost, cost.value > 1 << 30 {
            context.error("too-large", "a cost is at most 1073741824", at: cost.span)
        }
        type.onViolation = reader.word("onViolation")
        return type
    }

    private static func check(_ section: MessagesSection, _ reader: MappingReader, _ context: ReadingContext) {
        guard let format = section.format, format.value != .json else { return }
        for name in ["schema", "discriminator", "types", "duplicateKeys", "depth", "interoperable", "forbid"] {
            guard let span = reader.keySpan(name) else { continue }
            context.error(
                "needs-json",
                "`\(name)` needs `format: json`",
                at: span,
                labels: [.init("the format is stated here", at: format.span)]
            )
        }
    }
}
