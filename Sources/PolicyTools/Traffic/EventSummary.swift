import WebSocketProtocol

/// What an event is, in a few words, for readers of decisions; no query, no payload, no field is shown.
enum EventSummary {
    static func of(_ kind: TrafficEvent.Kind) -> String {
        switch kind {
        case .handshake(let request): "handshake \(path(of: request))"
        case .message(let message): "\(name(of: message.opcode)) message, \(bytes(message.bytes.count))"
        case .serverMessage(let message): "server's \(name(of: message.opcode)) message, \(bytes(message.bytes.count))"
        case .frame(let frame):
            "\(name(of: frame.opcode)) frame, \(bytes(frame.announcedLength))\(frame.isFinal ? "" : ", not final")"
        case .close: "peer closes"
        case .tick: "time passes"
        }
    }

    /// The path without its query, where a token may stand, cut to what a line holds.
    private static func path(of request: HandshakeRequest) -> String {
        let target = request.text(request.target)
        let path = target.prefix { $0 != "?" }
        let shown = path.unicodeScalars.map { scalar in
            scalar.value < 0x20 || scalar.value == 0x7F || scalar.value == 0xFFFD ? "." : String(scalar)
        }
        return shown.count <= 40 ? shown.joined() : shown.prefix(39).joined() + "…"
    }

    private static func name(of opcode: Opcode) -> String {
        switch opcode {
        case .text: "text"
        case .binary: "binary"
        case .continuation: "continuation"
        case .close: "close"
        case .ping: "ping"
        case .pong: "pong"
        default: "opcode \(opcode.rawValue)"
        }
    }

    private static func bytes(_ count: some BinaryInteger) -> String {
        count == 1 ? "1 byte" : "\(count) bytes"
    }
}
