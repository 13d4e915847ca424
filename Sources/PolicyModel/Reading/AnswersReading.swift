import PolicyDocument
import WebSocketProtocol

/// Reads `closeCodes`, `responses` and `responseHeaders`.
enum AnswersReading {
    static func closeCodes(_ node: Node, _ context: ReadingContext) -> [CloseCodeEntry] {
        members(node, context) { entry in
            guard let violation = violation(entry.key, context) else { return nil }
            guard case .integer(let text)? = entry.value.scalar, let code = UInt16(text) else {
                context.expected("a close code such as `4008`", at: entry.value)
                return nil
            }
            guard CloseCode.isSendable(byServer: code) else {
                context.error(
                    "unsendable-close-code",
                    "close code \(code) must not be sent by a server",
                    at: entry.value.span,
                    help: "codes of an application are 3000 to 4999 (RFC 6455 §7.4)"
                )
                return nil
            }
            return CloseCodeEntry(violation: violation, code: Located(code, at: entry.value.span))
        }
    }

    static func responses(_ node: Node, _ context: ReadingContext) -> [ResponseEntry] {
        members(node, context) { entry in
            guard let violation = violation(entry.key, context),
                let reader = MappingReader(entry.value, PolicyKeys.response, context)
            else { return nil }
            var response = ResponseEntry(violation: violation, span: entry.value.span)
            response.deliver = reader.word("deliver")
            response.status = reader.value("status", status)
            response.reason = reader.value("reason", Words.text)
            check(response, reader, context)
            return response
        }
    }

    private static func check(_ response: ResponseEntry, _ reader: MappingReader, _ context: ReadingContext) {
        let violation = response.violation.value
        if !violation.isHandshake {
            for name in ["deliver", "status"] {
                guard let span = reader.keySpan(name) else { continue }
                context.error(
                    "response-after-handshake",
                    "`\(violation.name)` never refuses a handshake, so `\(name)` says nothing",
                    at: span,
                    help: "its close code is changed under `closeCodes`"
                )
            }
        } else if let deliver = response.deliver, deliver.value == .close, !violation.mayDeliverClose {
            context.error(
                "close-before-upgrade",
                "`\(violation.name)` is always told by HTTP: what is refused so early is not upgraded first",
                at: deliver.span
            )
        }
        if let reason = response.reason, reason.value.utf8.count > 123 {
            context.error(
                "long-reason",
                "a close reason has at most 123 bytes, this one has \(reason.value.utf8.count) (RFC 6455 §5.5)",
                at: reason.span
            )
        }
    }

    private static func status(_ node: Node, _ context: ReadingContext) -> UInt16? {
        guard case .integer(let text)? = node.scalar, let status = UInt16(text), (400...599).contains(status) else {
            context.expected("an HTTP status from 400 to 599", at: node)
            return nil
        }
        return status
    }

    /// Fields that the handshake itself needs, or that frame the response.
    private static let ownedFields: Set<String> = [
        "connection", "upgrade", "sec-websocket-accept", "sec-websocket-protocol", "sec-websocket-extensions",
        "sec-websocket-key", "sec-websocket-version", "content-length", "transfer-encoding", "retry-after",
        "www-authenticate", "date", "host",
    ]

    static func responseHeaders(_ node: Node, _ context: ReadingContext) -> [ResponseHeaderEntry] {
        var seen: [String: Span] = [:]
        return members(node, context) { entry in
            guard let name = entry.key.text, ASCIIToken.isToken(Array(name.utf8)) else {
                context.error("wrong-header", "\(ReadingContext.shown(entry.key)) is no field name", at: entry.key.span)
                return nil
            }
            guard !ownedFields.contains(name.lowercased()) else {
                context.error("owned-header", "`\(name)` is written by the server itself", at: entry.key.span)
                return nil
            }
            if let first = seen[name.lowercased()] {
                context.error(
                    "wrong-header",
                    "`\(name)` is stated twice",
                    at: entry.key.span,
                    labels: [.init("first stated here", at: first)]
                )
                return nil
            }
            seen[name.lowercased()] = entry.key.span
            guard let value = Words.text(entry.value, context) else { return nil }
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                context.error("wrong-header", "a field's value holds no control character", at: entry.value.span)
                return nil
            }
            return ResponseHeaderEntry(
                name: Located(name, at: entry.key.span),
                value: Located(value, at: entry.value.span)
            )
        }
    }

    private static func members<Value>(
        _ node: Node,
        _ context: ReadingContext,
        _ read: (Node.Entry) -> Value?
    ) -> [Value] {
        guard node.kind == .mapping else {
            context.expected("a mapping", at: node)
            return []
        }
        return node.entries.compactMap(read)
    }

    private static func violation(_ node: Node, _ context: ReadingContext) -> Located<Violation>? {
        let name = node.text ?? ""
        if let violation = Violation(name: name) { return Located(violation, at: node.span) }
        context.error(
            "unknown-violation",
            "unknown violation `\(name)`",
            at: node.span,
            help: NearestName.of(name, among: Violation.allCases.map(\.name)).map { "did you mean `\($0)`?" }
        )
        return nil
    }
}
