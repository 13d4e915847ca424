import PolicyDocument

import WebSocketProtocol

/// Reads `messages` and `serverMessages`.
enum MessagesReading {
    static func section(
        _ node: Node,
        key: Span,
        _ direction: MessageDirection,
        _ context: ReadingContext
    ) -> MessagesSection? {
        let keys = direction == .fromClient ? PolicyKeys.messages : PolicyKeys.serverMessages
        guard let reader = MappingReader(node, keys, context) else { return nil }
        var section = MessagesSection(head: reader.head(key: key))
        section.format = reader.word("format")
        section.duplicateKeys = reader.word("duplicateKeys")
        section.depth = reader.value("depth", QuantityReading.count)
        if let depth = section.depth, depth.value > 500 {
            context.error("too-large", "`depth` is at most 500", at: depth.span)
        }
        section.interoperable = reader.value("interoperable", Words.boolean)
        section.onViolation = reader.word("onViolation")
        section.schemas = [reader.value("schema", SchemaValue.read)].compactMap(\.self)
        section.discriminator = reader.value("discriminator", PointerReading.tokens)
        if let types = reader["types"] { section.types = read(types: types, direction, context) }
        section.forbid = reader.value("forbid", ForbidReading.read)
        if direction == .fromClient { section.first = reader.value("first", Words.text) }
        if let batch = reader["batch"] { section.batch = BatchReading.read(batch, context) }
        if let document = reader["asyncapi"] { AsyncAPIReading.read(document, direction, into: &section, context) }
        check(section, reader, context)
        return section
    }

    private static func read(
        types node: Node,
        _ direction: MessageDirection,
        _ context: ReadingContext
    ) -> Located<[MessagesSection.MessageType]>? {
        guard node.kind == .mapping else {
            context.expected("a mapping of types", at: node)
            return nil
        }
        if node.entries.isEmpty {
            context.error("no-types", "`types` lists no type, so that no message could pass", at: node.span)
        }
        return Located(node.entries.compactMap { type($0, direction, context) }, at: node.span)
    }

    private static func type(
        _ entry: Node.Entry,
        _ direction: MessageDirection,
        _ context: ReadingContext
    ) -> MessagesSection.MessageType? {
        guard let name = entry.key.text else { return nil }
        var type = MessagesSection.MessageType(name: Located(name, at: entry.key.span), span: entry.value.span)
        // A type without anything of its own: `ping:`.
        if entry.value.scalar == .null { return type }
        let keys = direction == .fromClient ? PolicyKeys.messageType : PolicyKeys.serverMessageType
        guard let reader = MappingReader(entry.value, keys, context) else { return nil }
        type.schemas = [reader.value("schema", SchemaValue.read)].compactMap(\.self)
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
        let names = [
            "schema", "discriminator", "types", "duplicateKeys", "depth", "interoperable", "forbid", "asyncapi",
            "batch",
        ]
        for name in names {
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
