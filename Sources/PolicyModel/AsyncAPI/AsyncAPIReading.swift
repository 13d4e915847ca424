import PolicyDocument
import WebSocketProtocol

/// Reads `asyncapi`: the types of messages and their schemas, from a document.
struct AsyncAPIReading {
    /// A message with its schema and what that fixes.
    private struct Candidate {
        let message: AsyncAPIDocument.Message
        let schema: SchemaDocument?
        let fixed: [[String]: AsyncAPIDiscriminator.Fixed]
    }

    private let context: ReadingContext
    private let direction: MessageDirection
    private let span: Span

    static func read(
        _ node: Node,
        _ direction: MessageDirection,
        into section: inout MessagesSection,
        _ context: ReadingContext
    ) {
        let reading = AsyncAPIReading(context: context, direction: direction, span: node.span)
        guard let messages = reading.messages(node) else { return }
        let candidates = messages.map(reading.candidate)
        if candidates.count == 1, let only = candidates.first, section.discriminator == nil, section.types == nil {
            section.schemas += reading.located(only)
            return
        }
        guard let pointer = reading.pointer(section.discriminator, candidates) else { return }
        let types = candidates.flatMap { reading.types($0, pointer.value) }
        reading.checkAmbiguity(candidates, pointer)
        section.discriminator = pointer
        section.types = Located(reading.refined(types, by: section.types), at: section.types?.span ?? node.span)
    }

    // MARK: The document

    private func messages(_ node: Node) -> [AsyncAPIDocument.Message]? {
        var file = node
        var channels: [Located<String>]?
        if node.kind == .mapping {
            guard let reader = MappingReader(node, PolicyKeys.asyncapi, context) else { return nil }
            guard let path = reader["file"] else {
                context.error("asyncapi-file", "`asyncapi` needs the `file` of the document", at: node.span)
                return nil
            }
            file = path
            channels = reader.list("channels", Words.text)?.value
            if let channels, channels.isEmpty {
                context.error("asyncapi-channel", "`channels` lists none", at: reader["channels"]?.span ?? span)
                return nil
            }
        }
        guard let path = Words.text(file, context) else { return nil }
        let resolved = RelativePath.resolved(path, against: context.path)
        guard let document = AsyncAPIDocument(at: resolved, file.span, context) else { return nil }
        let known = document.channelNames
        for channel in channels ?? [] where !known.contains(channel.value) {
            context.error(
                "asyncapi-channel",
                "the document has no channel `\(channel.value)`",
                at: channel.span,
                help: NearestName.of(channel.value, among: known).map { "did you mean `\($0)`?" }
                    ?? "it has \(known.map { "`\($0)`" }.joined(separator: ", "))"
            )
        }
        let wanted = channels.map { Set($0.map(\.value)) }
        if let wanted, !wanted.isSubset(of: known) { return nil }
        let before = context.diagnostics.all.count
        let messages = document.messages(direction, channels: wanted)
        guard messages.isEmpty else { return messages }
        if context.diagnostics.all.count == before { reportNone(document, wanted) }
        return nil
    }

    private func reportNone(_ document: AsyncAPIDocument, _ wanted: Set<String>?) {
        let isClient = direction == .fromClient
        let other = document.messages(isClient ? .fromServer : .fromClient, channels: wanted)
        let words =
            switch document.version {
            case .two: isClient ? "`publish`" : "`subscribe`"
            case .three: isClient ? "`action: receive`" : "`action: send`"
            }
        context.error(
            "asyncapi-without-messages",
            "the document has no message that the \(isClient ? "client" : "server") sends",
            at: span,
            help: "such messages stand under \(words), since the document describes the server"
                + (other.isEmpty ? "" : "; all of its messages go the other way")
        )
    }

    // MARK: Schemas

    private func candidate(_ message: AsyncAPIDocument.Message) -> Candidate {
        let schema = message.payload.flatMap { payload -> SchemaDocument? in
            guard case .tree(let root) = context.library.file(at: payload.path) else { return nil }
            return SchemaReader.read(
                payload.node,
                root: root,
                path: payload.path,
                library: context.library,
                draft: .draft7,
                diagnostics: &context.diagnostics
            )
        }
        return Candidate(
            message: message,
            schema: schema,
            fixed: schema.map { AsyncAPIDiscriminator(document: $0).fixed } ?? [:]
        )
    }

    private func located(_ candidate: Candidate) -> [Located<SchemaDocument>] {
        candidate.schema.map { [Located($0, at: $0.nodes[$0.root].span)] } ?? []
    }

    // MARK: The discriminator

    /// Where messages say which one they are: as the policy says, or the one shortest place that tells all apart.
    private func pointer(_ written: Located<[String]>?, _ candidates: [Candidate]) -> Located<[String]>? {
        if let written { return written }
        let places = Set(candidates.flatMap(\.fixed.keys)).filter { place in
            var seen: Set<String> = []
            return candidates.allSatisfy { candidate in
                guard let fixed = candidate.fixed[place], fixed.isRequired else { return false }
                return fixed.values.allSatisfy { seen.insert($0).inserted }
            }
        }
        let shortest = places.map(\.count).min()
        let best = places.filter { $0.count == shortest }.sorted { $0.lexicographicallyPrecedes($1) }
        if best.count == 1 { return Located(best[0], at: span) }
        if best.isEmpty {
            context.error(
                "asyncapi-discriminator",
                "no member tells the document's messages apart",
                at: span,
                labels: candidates.prefix(2).map { .init("message `\($0.message.name)`", at: $0.message.span) },
                help: "give each payload a required member with a `const` of its own, or name the `discriminator`"
            )
        } else {
            let names = best.map { "`\(Self.text($0))`" }.joined(separator: " and ")
            context.error(
                "asyncapi-discriminator",
                "\(names) both tell the document's messages apart",
                at: span,
                help: "name one: `discriminator: \(Self.text(best[0]))`"
            )
        }
        return nil
    }

    /// A message under each value that its schema fixes at the pointer.
    private func types(_ candidate: Candidate, _ pointer: [String]) -> [MessagesSection.MessageType] {
        guard let values = candidate.fixed[pointer]?.values else {
            context.error(
                "asyncapi-discriminator",
                "message `\(candidate.message.name)` has no `const` of text at `\(Self.text(pointer))`",
                at: candidate.message.span,
                labels: [.init("the discriminator is needed here", at: span)]
            )
            return []
        }
        return values.sorted().map { value in
            var type = MessagesSection.MessageType(
                name: Located(value, at: candidate.message.span),
                span: candidate.message.span
            )
            type.schemas = located(candidate)
            return type
        }
    }

    /// Two messages of one value: which one it is could not be said.
    private func checkAmbiguity(_ candidates: [Candidate], _ pointer: Located<[String]>) {
        var owners: [String: AsyncAPIDocument.Message] = [:]
        for candidate in candidates {
            for value in (candidate.fixed[pointer.value]?.values ?? []).sorted() {
                guard let other = owners[value] else {
                    owners[value] = candidate.message
                    continue
                }
                context.error(
                    "asyncapi-discriminator",
                    "messages `\(other.name)` and `\(candidate.message.name)` are both `\(value)` at "
                        + "`\(Self.text(pointer.value))`",
                    at: candidate.message.span,
                    labels: [.init("the other one", at: other.span)]
                )
            }
        }
    }

    private static func text(_ pointer: [String]) -> String {
        pointer.map { "/" + $0.replacing("~", with: "~0").replacing("/", with: "~1") }.joined()
    }

    // MARK: What the policy adds

    /// The document's types with the rates, costs, words and schemas that the policy states for them.
    private func refined(
        _ types: [MessagesSection.MessageType],
        by written: Located<[MessagesSection.MessageType]>?
    ) -> [MessagesSection.MessageType] {
        var own: [String: MessagesSection.MessageType] = [:]
        for type in written?.value ?? [] {
            own[type.name.value] = type
            guard !types.contains(where: { $0.name.value == type.name.value }) else { continue }
            context.error(
                "asyncapi-type",
                "the document has no message of type `\(type.name.value)`",
                at: type.name.span,
                labels: [.init("the document is named here", at: span)],
                help: NearestName.of(type.name.value, among: types.map(\.name.value)).map { "did you mean `\($0)`?" }
            )
        }
        return types.map { type in
            guard var refined = own[type.name.value] else { return type }
            refined.schemas = type.schemas + refined.schemas
            return refined
        }
    }
}
