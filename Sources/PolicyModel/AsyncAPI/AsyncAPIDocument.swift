import PolicyDocument
import WebSocketProtocol

/// An AsyncAPI document (2.0 to 2.6, and 3.0), as far as it says which messages a WebSocket carries.
///
/// In both versions the document describes the server: what 2.x lets a client `publish` and what operations of 3.0
/// `receive` come from the client; `subscribe` and `send` are the server's.
struct AsyncAPIDocument {
    enum Version {
        case two, three
    }

    /// Where a part of the document stands, behind its references.
    struct Part {
        let node: Node
        /// The file that it stands in.
        let path: String
        /// The last name on the way to it.
        var name: String
    }

    /// A message as the document describes it.
    struct Message {
        let name: String
        let span: Span
        /// The payload's schema and the file that it stands in; nil where anything is allowed.
        let payload: Part?
    }

    let root: Node
    let path: String
    let version: Version
    let context: ReadingContext

    /// Opens a document whose path stands at `reference`; reports what is wrong with it.
    init?(at path: String, _ reference: Span, _ context: ReadingContext) {
        let root: Node
        switch context.library.file(at: path) {
        case .tree(let tree): root = tree
        case .unreadable(let error):
            context.error("unreadable-file", error.message.text, at: reference)
            return nil
        case .broken: return nil
        }
        guard let stated = root["asyncapi"]?.text else {
            context.error(
                "asyncapi-version",
                "`\(path)` is no AsyncAPI document",
                at: reference,
                help: "a document begins with its version, as `asyncapi: 3.0.0`"
            )
            return nil
        }
        let parts = stated.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        switch (parts.first ?? nil, parts.dropFirst().first ?? nil) {
        case (2, .some(0...6)): version = .two
        case (3, 0): version = .three
        default:
            context.error(
                "asyncapi-version",
                "AsyncAPI `\(stated)` is not read",
                at: root["asyncapi"]?.span ?? reference,
                help: "2.0 to 2.6 and 3.0 are"
            )
            return nil
        }
        self.root = root
        self.path = path
        self.context = context
        // Schemas are read by the rules of the document that they stand in.
        _ = context.library.find(.file(path), draft: .draft7)
    }

    /// Names of channels: their keys, and in 3.0 their addresses.
    var channelNames: [String] {
        channels.flatMap { [$0.name, address(of: $0)].compactMap(\.self) }
    }

    /// The messages of one direction, each once, in the order of the document.
    ///
    /// - Parameters:
    ///   - direction: who sends them.
    ///   - wanted: names of channels; nil for every channel.
    /// - Returns: what could be read; everything else is reported.
    func messages(_ direction: MessageDirection, channels wanted: Set<String>?) -> [Message] {
        let parts =
            switch version {
            case .two: messagesOfTwo(direction, wanted)
            case .three: messagesOfThree(direction, wanted)
            }
        var seen: Set<SchemaLibrary.Place> = []
        return parts.filter { seen.insert(SchemaLibrary.Place($0.node)).inserted }.compactMap(message)
    }

    private var start: Part {
        Part(node: root, path: path, name: "")
    }

    private var channels: [Part] {
        members(of: start, "channels")
    }

    private func address(of channel: Part) -> String? {
        version == .two ? nil : channel.node["address"]?.text
    }

    private func isWanted(_ channel: Part, _ wanted: Set<String>?) -> Bool {
        guard let wanted else { return true }
        return wanted.contains(channel.name) || address(of: channel).map(wanted.contains) == true
    }

    // MARK: 2.x

    private func messagesOfTwo(_ direction: MessageDirection, _ wanted: Set<String>?) -> [Part] {
        let word = direction == .fromClient ? "publish" : "subscribe"
        return channels.filter { isWanted($0, wanted) }.flatMap { channel -> [Part] in
            guard let operation = child(of: channel, word), var message = child(of: operation, "message") else {
                return []
            }
            if message.name == "message" { message.name = "\(word) of \(channel.name)" }
            guard message.node["oneOf"] != nil else { return [message] }
            return members(of: message, "oneOf")
        }
    }

    // MARK: 3.0

    private func messagesOfThree(_ direction: MessageDirection, _ wanted: Set<String>?) -> [Part] {
        members(of: start, "operations").flatMap { operation -> [Part] in
            let isReceived = operation.node["action"]?.text == "receive"
            if !isReceived, operation.node["action"]?.text != "send" {
                context.error(
                    "asyncapi-operation",
                    "operation `\(operation.name)` neither sends nor receives",
                    at: operation.node["action"]?.span ?? operation.node.span,
                    help: "write `action: receive` or `action: send`"
                )
                return []
            }
            guard let channel = child(of: operation, "channel"), isWanted(channel, wanted) else { return [] }
            if isReceived == (direction == .fromClient) { return messages(of: operation, on: channel) }
            // A reply goes the other way; where it names no channel, it takes the request's.
            guard let reply = child(of: operation, "reply") else { return [] }
            let back = child(of: reply, "channel")
            guard back != nil || reply.node["messages"] != nil else { return [] }
            return messages(of: reply, on: back ?? channel)
        }
    }

    /// What an operation or a reply lists, or all messages of its channel.
    private func messages(of operation: Part, on channel: Part) -> [Part] {
        operation.node["messages"] == nil ? members(of: channel, "messages") : members(of: operation, "messages")
    }

    // MARK: Messages

    private func message(_ part: Part) -> Message? {
        let node = part.node
        let name = node["name"]?.text ?? node["messageId"]?.text ?? part.name
        guard isJSON(node["contentType"] ?? root["defaultContentType"], name) else { return nil }
        if let headers = node["headers"] {
            context.diagnostics.report(
                Diagnostic(
                    .warning,
                    "asyncapi-headers",
                    .init("the headers of message `\(name)` are not checked: a WebSocket message has none"),
                    at: headers.span
                )
            )
        }
        guard var payload = node["payload"].map({ Part(node: $0, path: part.path, name: "payload") }) else {
            return Message(name: name, span: node.span, payload: nil)
        }
        var format = node["schemaFormat"]
        if version == .three, let inner = payload.node["schema"], let own = payload.node["schemaFormat"] {
            format = own
            payload = Part(node: inner, path: part.path, name: "payload")
        }
        guard isJSONSchema(format, name) else { return nil }
        return Message(name: name, span: node.span, payload: payload)
    }

    private func isJSON(_ type: Node?, _ name: String) -> Bool {
        guard let type, let text = type.text else { return true }
        let media = text.split(separator: ";").first.map { $0.lowercased().filter { $0 != " " } } ?? ""
        if media == "application/json" || media.hasSuffix("+json") { return true }
        context.error(
            "asyncapi-content",
            "message `\(name)` is `\(text)`, not JSON",
            at: type.span,
            help: "choose the channels of JSON messages by `channels`"
        )
        return false
    }

    private func isJSONSchema(_ format: Node?, _ name: String) -> Bool {
        guard let format, let text = format.text else { return true }
        let parts = text.lowercased().filter { $0 != " " }.split(separator: ";")
        let version = parts.dropFirst().first { $0.hasPrefix("version=") }?.dropFirst(8)
        switch parts.first {
        case "application/vnd.aai.asyncapi", "application/vnd.aai.asyncapi+json", "application/vnd.aai.asyncapi+yaml":
            return true
        case "application/schema+json", "application/schema+yaml":
            if version == nil || version == "draft-07" { return true }
        default: break
        }
        context.error(
            "asyncapi-schema-format",
            "the payload of message `\(name)` is described by `\(text)`",
            at: format.span,
            help: "AsyncAPI's own schemas and JSON Schema draft 7 are read"
        )
        return false
    }

    // MARK: References

    /// The members of a mapping or a list, each behind its references.
    private func members(of part: Part, _ key: String) -> [Part] {
        guard let node = part.node[key] else { return [] }
        let members: [Part] =
            switch node.kind {
            case .mapping:
                node.entries.map { Part(node: $0.value, path: part.path, name: $0.key.text ?? "") }
            case .sequence:
                node.elements.enumerated().map { Part(node: $0.element, path: part.path, name: "\($0.offset + 1)") }
            case .scalar: []
            }
        return members.compactMap { member in
            // A member's own name is what the document calls it, wherever it stands.
            let isNamed = node.kind == .mapping
            return resolved(member).map { isNamed ? Part(node: $0.node, path: $0.path, name: member.name) : $0 }
        }
    }

    private func child(of part: Part, _ key: String) -> Part? {
        part.node[key].flatMap { resolved(Part(node: $0, path: part.path, name: key)) }
    }

    /// The part behind its `$ref`s; nil after an error.
    private func resolved(_ part: Part) -> Part? {
        var part = part
        var trail: Set<SchemaLibrary.Place> = []
        while let reference = part.node["$ref"], let text = reference.text {
            guard trail.insert(SchemaLibrary.Place(part.node)).inserted else {
                report("`\(text)` leads back to itself", reference.span)
                return nil
            }
            guard let next = target(of: text, reference.span, from: part) else { return nil }
            part = next
        }
        return part
    }

    private func target(of text: String, _ span: Span, from part: Part) -> Part? {
        let (address, fragment) = SchemaAddress.file(part.path).resolve(text)
        guard case .file(let file) = address else {
            report("`\(text)` would have to be fetched from a network", span)
            return nil
        }
        let root: Node
        switch context.library.file(at: file) {
        case .tree(let tree): root = tree
        case .unreadable(let error):
            report("`\(text)` leads nowhere: \(error.message.text)", span)
            return nil
        case .broken: return nil
        }
        var target = Part(node: root, path: file, name: part.name)
        guard let pointer = PercentText.decoded((fragment ?? "")[...]), pointer.isEmpty || pointer.hasPrefix("/") else {
            report("`\(text)` has no JSON Pointer behind `#`", span)
            return nil
        }
        for token in pointer.isEmpty ? [] : SchemaReading.tokens(pointer) {
            guard let next = target.node.member(token) else {
                let near = NearestName.of(token, among: target.node.entries.compactMap { $0.key.text })
                report("`\(text)` leads nowhere", span, help: near.map { "did you mean `\($0)`?" })
                return nil
            }
            target = Part(node: next, path: file, name: token)
            // A step through a reference, as 3.0 documents take: `#/channels/quotes/messages/ping`.
            guard token != SchemaReading.tokens(pointer).last || next["$ref"] == nil else { continue }
            guard let behind = resolved(target) else { return nil }
            target = Part(node: behind.node, path: behind.path, name: token)
        }
        return target
    }

    private func report(_ message: String, _ span: Span, help: String? = nil) {
        context.error("asyncapi-reference", message, at: span, help: help)
    }
}
