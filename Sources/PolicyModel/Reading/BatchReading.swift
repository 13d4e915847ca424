import PolicyDocument

/// Reads `messages.batch`: that a top-level array is several messages.
enum BatchReading {
    /// A larger batch is no batch any more but a file.
    static let mostItems: Int64 = 65_536

    static func read(_ node: Node, _ context: ReadingContext) -> Located<Int64>? {
        guard let reader = MappingReader(node, PolicyKeys.batch, context) else { return nil }
        // Each item counts as a message: the only word there is, so that it may be left out.
        let _: Located<MessagesSection.BatchCount>? = reader.word("count")
        guard reader["items"] != nil else {
            context.error("batch-items", "a batch says how many `items` it may have", at: node.span)
            return nil
        }
        guard let items = reader.value("items", QuantityReading.count) else { return nil }
        guard items.value <= mostItems else {
            context.error("too-large", "a batch has at most \(mostItems) items", at: items.span)
            return nil
        }
        return items
    }
}
