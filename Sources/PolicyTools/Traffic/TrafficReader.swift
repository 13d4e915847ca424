package import PolicyDocument
import PolicyModel
import WebSocketProtocol

/// Reads traffic files: one JSON object a line; unknown members are errors, and every error has its line and column.
package struct TrafficReader {
    private let file: SourceFile
    private var diagnostics = Diagnostics()
    private var last = Int64.min

    /// All events of a file, in order, and what is wrong with it; empty lines are skipped.
    package static func read(_ file: SourceFile) -> (events: [TrafficEvent], diagnostics: Diagnostics) {
        var reader = TrafficReader(file: file)
        var events: [TrafficEvent] = []
        for line in 1...max(1, file.lineCount) {
            guard let range = file.rangeOfLine(line) else { continue }
            guard file.bytes[range].contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { continue }
            guard let node = DocumentReader.readJSON(file, in: range, diagnostics: &reader.diagnostics) else {
                continue
            }
            if let event = reader.event(node, line: line) { events.append(event) }
        }
        return (events, reader.diagnostics)
    }

    private init(file: SourceFile) {
        self.file = file
    }

    private static let kinds = ["handshake", "message", "serverMessage", "frame", "close", "tick"]

    private mutating func event(_ node: Node, line: Int) -> TrafficEvent? {
        guard let members = TrafficMembers(node, known: ["at", "connection"] + Self.kinds, &diagnostics) else {
            return nil
        }
        let at = moment(members.required("at", &diagnostics))
        let connection = members.required("connection", &diagnostics).flatMap { text($0) }
        let stated = Self.kinds.filter { members[$0] != nil }
        guard stated.count == 1, let name = stated.first, let value = members[name] else {
            diagnostics.error(
                "traffic-event",
                .init("a line has exactly one of `\(Self.kinds.joined(separator: "`, `"))`"),
                at: node.span
            )
            return nil
        }
        let kind: TrafficEvent.Kind?
        switch name {
        case "handshake": kind = handshake(value).map { .handshake($0) }
        case "message": kind = message(value).map { .message($0) }
        case "serverMessage": kind = message(value).map { .serverMessage($0) }
        case "frame": kind = frame(value).map { .frame($0) }
        case "close": kind = close(value)
        default: kind = TrafficMembers(value, known: [], &diagnostics).map { _ in .tick }
        }
        guard let at, let connection, let kind else { return nil }
        return TrafficEvent(line: line, unixNanoseconds: at, connection: connection, kind: kind)
    }

    /// Seconds since 1970 as nanoseconds.
    private mutating func moment(_ node: Node?) -> Int64? {
        guard let node else { return nil }
        guard let written = number(node), let seconds = ExactNumber(written), !seconds.isNegative || seconds.isZero,
            let nanoseconds = Self.nanoseconds(seconds)
        else {
            diagnostics.error("traffic-time", .init("`at` is seconds since 1970, a number"), at: node.span)
            return nil
        }
        guard nanoseconds >= last else {
            diagnostics.error(
                "traffic-time",
                .init("`at` goes back: no line is earlier than the one before"),
                at: node.span
            )
            return nil
        }
        last = nanoseconds
        return nanoseconds
    }

    /// Rounded down; nil beyond 64 bits.
    private static func nanoseconds(_ seconds: ExactNumber) -> Int64? {
        let scaled = ExactNumber(isNegative: false, digits: seconds.digits, exponent: seconds.exponent + 9)
        let count = scaled.floor
        return count == .max ? nil : count
    }

    private mutating func handshake(_ node: Node) -> HandshakeRequest? {
        let known = ["method", "version", "target", "headers", "headersBase64", "peer", "tls"]
        guard let members = TrafficMembers(node, known: known, &diagnostics) else { return nil }
        let target = members.required("target", &diagnostics).flatMap { text($0) }
        let method = members["method"].map { text($0) } ?? "GET"
        let version = members["version"].map { text($0) } ?? "1.1"
        let isSecure = members["tls"].map { boolean($0) } ?? false
        var isComplete = true
        var peer: SocketAddress?
        if let node = members["peer"] {
            peer = text(node).flatMap { SocketAddress(parsing: $0) }
            if peer == nil {
                diagnostics.error(
                    "traffic-peer",
                    .init("`peer` is an address with a port: `203.0.113.7:50112`"),
                    at: node.span
                )
                isComplete = false
            }
        }
        var fields: [(name: [UInt8], value: [UInt8])] = []
        for (key, isBase64) in [("headers", false), ("headersBase64", true)] {
            guard let list = members[key] else { continue }
            guard list.kind == .sequence else {
                diagnostics.error("traffic-headers", .init("`\(key)` is a list of pairs"), at: list.span)
                isComplete = false
                continue
            }
            for pair in list.elements {
                let parts = pair.elements.compactMap { bytes($0, isBase64: isBase64) }
                guard parts.count == 2, pair.elements.count == 2 else {
                    diagnostics.error(
                        "traffic-headers",
                        .init("a header is a pair of \(isBase64 ? "base64 texts" : "texts"): name and value"),
                        at: pair.span
                    )
                    isComplete = false
                    continue
                }
                fields.append((parts[0], parts[1]))
            }
        }
        guard let target, let method, let version, let isSecure, isComplete else { return nil }
        return HandshakeRequest(
            method: Array(method.utf8),
            version: Array(version.utf8),
            target: Array(target.utf8),
            rawHeaders: Self.completed(fields),
            peer: peer,
            isSecure: isSecure
        )
    }

    /// With the four fields that make a request an opening handshake, where none of them is given.
    private static func completed(_ fields: [(name: [UInt8], value: [UInt8])]) -> [([UInt8], [UInt8])] {
        let added = [
            ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ]
        let names = Set(added.map { $0.0.lowercased() })
        var all = fields.map { ($0.name, $0.value) }
        guard !fields.contains(where: { names.contains(String(decoding: $0.name, as: UTF8.self).lowercased()) }) else {
            return all
        }
        all += added.map { (Array($0.0.utf8), Array($0.1.utf8)) }
        return all
    }

    private mutating func message(_ node: Node) -> TrafficMessage? {
        guard let members = TrafficMembers(node, known: ["text", "base64", "opcode"], &diagnostics) else { return nil }
        guard let payload = payload(members, node) else { return nil }
        guard let name = members["opcode"] else {
            guard members["text"] != nil else {
                diagnostics.error("traffic-message", .init("`base64` needs an `opcode`: text or binary"), at: node.span)
                return nil
            }
            return TrafficMessage(opcode: .text, bytes: payload)
        }
        switch name.text {
        case "text": return TrafficMessage(opcode: .text, bytes: payload)
        case "binary": return TrafficMessage(opcode: .binary, bytes: payload)
        default:
            diagnostics.error("traffic-message", .init("a message's `opcode` is text or binary"), at: name.span)
            return nil
        }
    }

    /// The bytes of `text` or `base64`; exactly one is there.
    private mutating func payload(_ members: TrafficMembers, _ node: Node) -> [UInt8]? {
        switch (members["text"], members["base64"]) {
        case (let text?, nil): return bytes(text, isBase64: false)
        case (nil, let base64?): return bytes(base64, isBase64: true)
        case (nil, nil), (.some, .some):
            diagnostics.error("traffic-message", .init("give exactly one of `text` and `base64`"), at: node.span)
            return nil
        }
    }

    private static let opcodes: [String: Opcode] = [
        "continuation": .continuation, "text": .text, "binary": .binary, "close": .close, "ping": .ping, "pong": .pong,
    ]

    private mutating func frame(_ node: Node) -> TrafficFrame? {
        let known = ["opcode", "fin", "masked", "rsv", "text", "base64", "length"]
        guard let members = TrafficMembers(node, known: known, &diagnostics) else { return nil }
        var opcode: Opcode?
        if let name = members.required("opcode", &diagnostics) {
            if case .string(let text)? = name.scalar {
                opcode = Self.opcodes[text]
            } else if let number = integer(name, in: 0...15) {
                opcode = Opcode(rawValue: UInt8(number))
            }
            if opcode == nil {
                diagnostics.error(
                    "traffic-frame",
                    .init("`opcode` is text, binary, continuation, close, ping, pong or a number up to 15"),
                    at: name.span
                )
            }
        }
        let isFinal = members["fin"].map { boolean($0) } ?? true
        let isMasked = members["masked"].map { boolean($0) } ?? true
        let reserved = members["rsv"].map { integer($0, in: 0...7, or: "`rsv` is a number up to 7") } ?? 0
        let hasPayload = members["text"] != nil || members["base64"] != nil
        let payload = hasPayload ? payload(members, node) : []
        guard let opcode, let isFinal, let isMasked, let reserved, let payload else { return nil }
        var length = UInt64(payload.count)
        if let stated = members["length"] {
            guard let written = number(stated), let value = UInt64(written), value >= length else {
                diagnostics.error(
                    "traffic-frame",
                    .init("`length` is the announced number of bytes, at least those that are given"),
                    at: stated.span
                )
                return nil
            }
            length = value
        }
        return TrafficFrame(
            opcode: opcode,
            isFinal: isFinal,
            isMasked: isMasked,
            reservedBits: UInt8(reserved),
            payload: payload,
            announcedLength: length
        )
    }

    private mutating func close(_ node: Node) -> TrafficEvent.Kind? {
        guard let members = TrafficMembers(node, known: ["code"], &diagnostics) else { return nil }
        guard let code = members["code"] else { return .close(code: nil) }
        return integer(code, in: 0...65_535, or: "`code` is a close code").map { .close(code: UInt16($0)) }
    }

    private mutating func text(_ node: Node) -> String? {
        if case .string(let text)? = node.scalar { return text }
        diagnostics.error("traffic-value", .init("a text is expected"), at: node.span)
        return nil
    }

    private mutating func bytes(_ node: Node, isBase64: Bool) -> [UInt8]? {
        guard let text = text(node) else { return nil }
        guard isBase64 else { return Array(text.utf8) }
        if let bytes = Base64Text.decode(text) { return bytes }
        diagnostics.error("traffic-base64", .init("this is not base64"), at: node.span)
        return nil
    }

    private mutating func boolean(_ node: Node) -> Bool? {
        if case .bool(let value)? = node.scalar { return value }
        diagnostics.error("traffic-value", .init("true or false is expected"), at: node.span)
        return nil
    }

    private func number(_ node: Node) -> String? {
        switch node.scalar {
        case .integer(let text)?, .float(let text)?: text
        case .null?, .bool?, .string?, nil: nil
        }
    }

    private mutating func integer(_ node: Node, in range: ClosedRange<Int>, or message: String? = nil) -> Int? {
        if case .integer(let text)? = node.scalar, let value = Int(text), range.contains(value) { return value }
        if let message { diagnostics.error("traffic-value", .init(message), at: node.span) }
        return nil
    }
}
