import PolicyDocument

/// Reads one file of a policy.
enum FileReading {
    /// The policy as written, with all that is wrong with it; nil where the file is none.
    static func read(_ file: SourceFile, _ library: SchemaLibrary, _ diagnostics: inout Diagnostics) -> PolicyFile? {
        guard let root = DocumentReader.readYAML(file, diagnostics: &diagnostics) else { return nil }
        let context = ReadingContext(root: root, path: file.path, library: library)
        defer { diagnostics.append(contentsOf: context.diagnostics) }
        guard let reader = MappingReader(root, PolicyKeys.top, context) else { return nil }
        checkVersion(root, context)
        var policy = PolicyFile(file: file.id, level: LevelReading.level(root, context), root: root)
        policy.name = reader.value("name", name)
        if reader["name"] == nil {
            context.error("missing-name", "a policy has a `name`", at: head(of: root), help: "write `name: my-policy`")
        }
        policy.description = reader.value("description", Words.text)
        policy.target = reader.word("target")
        policy.extends = reader.list("extends", Words.text)?.value ?? []
        if let routes = reader["routes"] { policy.routes = RoutesReading.routes(routes, context) }
        policy.suppressions = suppressions(in: file, root: root, diagnostics: &context.diagnostics)
        return policy
    }

    private static func checkVersion(_ root: Node, _ context: ReadingContext) {
        guard let version = root["wspolicy"] else {
            context.error(
                "missing-version",
                "a policy begins with its language version",
                at: head(of: root),
                help: "write `wspolicy: 1` as the first line"
            )
            return
        }
        guard version.scalar == .integer("1") else {
            context.error(
                "unknown-version",
                "language version \(ReadingContext.shown(version)) is unknown",
                at: version.span,
                help: "this version reads `wspolicy: 1`"
            )
            return
        }
        if root.entries.first?.key.text != "wspolicy",
            let key = root.entries.first(where: { $0.key.text == "wspolicy" })
        {
            context.error("version-first", "`wspolicy` stands first", at: key.key.span)
        }
    }

    /// The first key, or the whole of an empty mapping.
    static func head(of root: Node) -> Span {
        root.entries.first?.key.span ?? root.span
    }

    private static func name(_ node: Node, _ context: ReadingContext) -> String? {
        guard let text = Words.text(node, context) else { return nil }
        let isName = text.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
        }
        if isName, text.utf8.count <= 100 { return text }
        context.error("wrong-name", "a name has lower-case letters, digits and `-` only", at: node.span)
        return nil
    }
}
