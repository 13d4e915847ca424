import PolicyDocument

/// Reads `messages.forbid`.
enum ForbidReading {
    static func read(_ node: Node, _ context: ReadingContext) -> MessagesSection.Forbid? {
        guard let reader = MappingReader(node, PolicyKeys.forbid, context) else { return nil }
        var forbid = MessagesSection.Forbid()
        forbid.keys = reader.list("keys") { entry($0, .names, $1) }?.value.map(\.value) ?? []
        forbid.strings = reader.list("strings") { entry($0, .strings, $1) }?.value.map(\.value) ?? []
        return forbid
    }

    /// A pattern as a text, or a mapping with a pattern or a pack.
    private static func entry(
        _ node: Node,
        _ kind: ForbiddenPack.Kind,
        _ context: ReadingContext
    ) -> MessagesSection.Forbidden? {
        guard node.kind == .mapping else {
            guard let pattern = pattern(node, context) else { return nil }
            return MessagesSection.Forbidden(patterns: [pattern], mode: .enforce, span: node.span)
        }
        guard let reader = MappingReader(node, PolicyKeys.forbidden, context) else { return nil }
        let mode = reader.value("mode", Words.mode)?.value
        switch (reader["pattern"], reader["pack"]) {
        case (let text?, nil):
            guard let pattern = pattern(text, context) else { return nil }
            return MessagesSection.Forbidden(patterns: [pattern], mode: mode ?? .enforce, span: node.span)
        case (nil, let name?):
            guard let pack = pack(name, kind, context) else { return nil }
            return MessagesSection.Forbidden(
                patterns: pack.patterns.compactMap { try? context.library.pattern($0) },
                mode: mode ?? pack.mode,
                span: node.span
            )
        case (nil, nil), (.some, .some):
            context.error(
                "forbidden-entry",
                "an entry has either a `pattern` or a `pack`",
                at: node.span,
                help: "as `{ pack: \(ForbiddenPack.all.first { $0.kind == kind }?.name ?? "") }`"
            )
            return nil
        }
    }

    private static func pattern(_ node: Node, _ context: ReadingContext) -> SchemaPattern? {
        guard let text = Words.text(node, context) else { return nil }
        do throws(PatternFault) {
            return try context.library.pattern(text)
        } catch {
            context.error(
                "schema-pattern",
                SchemaWording.wrongPattern(error.message).text,
                at: error.range.isEmpty ? node.span : node.span(ofUTF8: error.range),
                help: error.help
            )
            return nil
        }
    }

    private static func pack(
        _ node: Node,
        _ kind: ForbiddenPack.Kind,
        _ context: ReadingContext
    ) -> ForbiddenPack? {
        let packs = ForbiddenPack.all.filter { $0.kind == kind }
        if let pack = packs.first(where: { $0.name == node.text }) { return pack }
        let near = node.text.flatMap { NearestName.of($0, among: packs.map(\.name)) }
        context.error(
            "unknown-pack",
            "\(ReadingContext.shown(node)) is no pack for \(kind == .names ? "`keys`" : "`strings`")",
            at: node.span,
            help: near.map { "did you mean `\($0)`?" } ?? "packs are \(packs.map(\.name).joined(separator: ", "))"
        )
        return nil
    }
}
