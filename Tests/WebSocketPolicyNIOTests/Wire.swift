import Crypto
import Foundation
import NIOCore
import NIOEmbedded
import Synchronization
import Testing
import WebSocketPolicy
import WebSocketPolicyNIO
import WebSocketProtocol

/// A connection of a server with a policy, without a socket: bytes in, bytes and messages out, time by hand.
final class Wire {
    static let key = "the key of the wire, thirty-two bytes"
    static let start: Int64 = 1_780_000_000_000_000_000

    /// What the server's side heard of.
    final class Log: Sendable {
        let decisions = Mutex<[WebSocketDecision]>([])
        let connections = Mutex<[WebSocketConnection]>([])
        /// The server's channels, where it stands on sockets.
        let channels = Mutex<[any Channel]>([])

        var words: [String] {
            decisions.withLock { $0.map { $0.violation.map { v in v.name } ?? $0.kind.rawValue } }
        }
    }

    /// The application: keeps what it is handed, or answers with the same.
    private final class Application: ChannelInboundHandler {
        typealias InboundIn = WebSocketMessage
        typealias OutboundOut = WebSocketMessage
        let echoes: Bool
        let keep: @Sendable (WebSocketMessage) -> Void

        init(echoes: Bool, keep: @escaping @Sendable (WebSocketMessage) -> Void) {
            self.echoes = echoes
            self.keep = keep
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let message = unwrapInboundIn(data)
            keep(message)
            if echoes, case .close = message { return }
            if echoes { context.write(wrapOutboundOut(message), promise: nil) }
        }

        func channelReadComplete(context: ChannelHandlerContext) {
            context.flush()
        }
    }

    private final class Kept: Sendable {
        let messages = Mutex<[WebSocketMessage]>([])
    }

    let server: WebSocketPolicyServer
    let channel: EmbeddedChannel
    let log: Log
    private let kept = Kept()
    private let clock: Clock

    final class Clock: Sendable {
        let offset = Atomic<Int64>(0)
    }

    static func engine(
        _ policy: String,
        files: [String: String] = [:],
        shared: SharedRevocations? = nil
    ) throws -> PolicyEngine {
        let plan = try PolicyCompiler.compile(text: "wspolicy: 1\nname: wire\n" + policy)
        return try PolicyEngine(
            plan: plan,
            variable: { _ in Array(Self.key.utf8) },
            file: { files[$0].map { Array($0.utf8) } },
            sharedRevocations: shared
        )
    }

    static let open = "origins: { allow: [https://app.example] }\ntransport: { tls: optional }\n"

    convenience init(
        _ policy: String = open,
        files: [String: String] = [:],
        shared: SharedRevocations? = nil,
        echoes: Bool = false,
        options: (inout WebSocketPolicyServer.Options) -> Void = { _ in }
    ) throws {
        let log = Log()
        let clock = Clock()
        var chosen = WebSocketPolicyServer.Options()
        chosen.wallClock = { Self.start + clock.offset.load(ordering: .relaxed) }
        chosen.onDecision = { decision in log.decisions.withLock { $0.append(decision) } }
        options(&chosen)
        let engine = try Self.engine(policy, files: files, shared: shared)
        let server = WebSocketPolicyServer(engine: engine, options: chosen)
        try self.init(server, log, clock, echoes: echoes)
    }

    /// Another connection of the same server.
    func another(peer: String = "203.0.113.7") throws -> Wire {
        try Wire(server, log, clock, echoes: false, peer: peer)
    }

    private convenience init(
        _ server: WebSocketPolicyServer,
        _ log: Log,
        _ clock: Clock,
        echoes: Bool,
        peer: String = "203.0.113.7"
    ) throws {
        let address = WebSocketProtocol.SocketAddress(parsing: "\(peer.contains(":") ? "[\(peer)]" : peer):50112")
        try self.init(server, log, clock, echoes: echoes, peer: address, isSecure: false, at: 0)
    }

    /// A connection of a server, from an address, at a time after the start.
    init(
        _ server: WebSocketPolicyServer,
        _ log: Log,
        _ clock: Clock,
        echoes: Bool = false,
        peer: WebSocketProtocol.SocketAddress?,
        isSecure: Bool,
        at nanoseconds: Int64
    ) throws {
        self.server = server
        self.log = log
        self.clock = clock
        channel = EmbeddedChannel()
        let kept = kept
        channel.embeddedEventLoop.advanceTime(to: .uptimeNanoseconds(UInt64(nanoseconds)))
        try server.protect(channel, isSecure: isSecure) { channel, connection in
            log.connections.withLock { $0.append(connection) }
            try channel.pipeline.syncOperations.addHandler(
                Application(echoes: echoes) { message in kept.messages.withLock { $0.append(message) } }
            )
        }.wait()
        // The channel takes the address that it is told for that of its peer.
        let address = peer?.description ?? "127.0.0.1:1"
        let parts = address.lastIndex(of: ":").map { (address[..<$0], address[address.index(after: $0)...]) }
        let host = parts.map { $0.0.filter { !"[]".contains($0) } } ?? ""
        try channel.connect(
            to: NIOCore.SocketAddress(ipAddress: String(host), port: parts.flatMap { Int($0.1) } ?? 1)
        ).wait()
    }

    // MARK: The client's side

    static func head(
        _ target: String = "/ws",
        method: String = "GET",
        origin: String? = "https://app.example",
        fields: [String] = [],
        key: String? = "dGhlIHNhbXBsZSBub25jZQ=="
    ) -> String {
        var lines = ["\(method) \(target) HTTP/1.1", "Host: api.example", "Upgrade: websocket", "Connection: Upgrade"]
        if let key { lines.append("Sec-WebSocket-Key: \(key)") }
        lines.append("Sec-WebSocket-Version: 13")
        if let origin { lines.append("Origin: \(origin)") }
        return (lines + fields + ["", ""]).joined(separator: "\r\n")
    }

    func send(_ bytes: [UInt8]) throws {
        guard channel.isActive else { return }
        try channel.writeInbound(ByteBuffer(bytes: bytes))
    }

    func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    /// Opens the connection; what the server answers is taken away.
    @discardableResult
    func opened(_ target: String = "/ws", fields: [String] = []) throws -> Wire {
        try send(Self.head(target, fields: fields))
        let answer = try text()
        #expect(answer.hasPrefix("HTTP/1.1 101 "), "\(answer)")
        return self
    }

    func frame(_ frame: ClientFrame) throws {
        try send(frame.bytes)
    }

    func message(_ text: String) throws {
        try frame(ClientFrame(text))
    }

    // MARK: What comes of it

    /// Everything that was written to the socket since the last call.
    func output() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let part = try channel.readOutbound(as: ByteBuffer.self) { bytes += part.readableBytesView }
        return bytes
    }

    func text() throws -> String {
        String(decoding: try output(), as: UTF8.self)
    }

    /// The frames that were written, in words.
    func frames() throws -> [String] {
        ServerFrame.words(try output())
    }

    /// The messages that the application was handed since the last call, in words.
    func delivered() -> [String] {
        kept.messages.withLock { messages in
            defer { messages = [] }
            return messages.map { message in
                switch message {
                case .text(let buffer): "text " + String(buffer: buffer)
                case .binary(let buffer): "binary \(Array(buffer.readableBytesView))"
                case .close(let close): "close \(close.code.map { "\($0)" } ?? "-") \(close.reason)"
                }
            }
        }
    }

    /// Bytes of memory that each message holds which the application keeps.
    var heldByteCounts: [Int] {
        kept.messages.withLock { messages in
            messages.map { message in
                switch message {
                case .text(let buffer), .binary(let buffer): buffer.storageCapacity
                case .close: 0
                }
            }
        }
    }

    var isClosed: Bool { !channel.isActive }

    /// Both clocks go on.
    func pass(_ time: TimeAmount) {
        clock.offset.add(time.nanoseconds, ordering: .relaxed)
        channel.embeddedEventLoop.advanceTime(by: time)
    }

    /// A token of the wire's key that is good for so many seconds.
    static func token(_ subject: String = "ann", seconds: Int64 = 600, id: String? = nil) -> String {
        func encoded(_ data: Data) -> String {
            data.base64EncodedString().replacingOccurrences(of: "+", with: "-")
                .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
        }
        let jti = id.map { ",\"jti\":\"\($0)\"" } ?? ""
        let claims = "{\"sub\":\"\(subject)\",\"exp\":\(start / 1_000_000_000 + seconds)\(jti)}"
        let signed = encoded(Data(#"{"alg":"HS256"}"#.utf8)) + "." + encoded(Data(claims.utf8))
        let code = HMAC<SHA256>.authenticationCode(
            for: Data(signed.utf8),
            using: SymmetricKey(data: Data(key.utf8))
        )
        return signed + "." + encoded(Data(code))
    }
}

/// A frame as a client sends it, right or wrong.
struct ClientFrame {
    var first: UInt8
    var payload: [UInt8]
    var isMasked = true
    /// In place of the payload's own length, with its form: 7, 16 or 64 bits.
    var announced: (bits: Int, length: UInt64)?

    init(_ text: String, final: Bool = true, opcode: UInt8 = 1) {
        self.init(Array(text.utf8), final: final, opcode: opcode)
    }

    init(_ payload: [UInt8] = [], final: Bool = true, opcode: UInt8, reserved: UInt8 = 0) {
        first = (final ? 0x80 : 0) | reserved << 4 | opcode
        self.payload = payload
    }

    var header: [UInt8] {
        let count = UInt64(payload.count)
        let (bits, length) = announced ?? (count < 126 ? 7 : count < 65_536 ? 16 : 64, count)
        let mask: UInt8 = isMasked ? 0x80 : 0
        var bytes = [first]
        switch bits {
        case 7: bytes.append(mask | UInt8(length))
        case 16: bytes += [mask | 126, UInt8(length >> 8), UInt8(length & 255)]
        default: bytes += [mask | 127] + (0..<8).map { UInt8(length >> (56 - 8 * UInt64($0)) & 255) }
        }
        return bytes + (isMasked ? Self.mask : [])
    }

    static let mask: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]

    var bytes: [UInt8] {
        header + (isMasked ? payload.enumerated().map { $1 ^ Self.mask[$0 & 3] } : payload)
    }

    static func close(_ code: UInt16? = 1000, _ reason: [UInt8] = []) -> ClientFrame {
        ClientFrame((code.map { [UInt8($0 >> 8), UInt8($0 & 255)] } ?? []) + reason, opcode: 8)
    }
}

/// Frames that a server wrote.
enum ServerFrame {
    static func words(_ bytes: [UInt8]) -> [String] {
        var rest = bytes[...]
        var words: [String] = []
        while rest.count >= 2 {
            let first = rest.removeFirst()
            let second = rest.removeFirst()
            #expect(first & 0xF0 == 0x80 && second & 0x80 == 0, "final, no reserved bits, unmasked")
            var length = Int(second)
            if second >= 126 {
                let count = second == 126 ? 2 : 8
                length = rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
                rest = rest.dropFirst(count)
            }
            #expect(rest.count >= length)
            let payload = Array(rest.prefix(length))
            rest = rest.dropFirst(length)
            switch first & 15 {
            case 1: words.append("text " + String(decoding: payload, as: UTF8.self))
            case 2: words.append("binary \(payload)")
            case 8 where payload.isEmpty: words.append("close")
            case 8:
                let code = Int(payload[0]) << 8 | Int(payload[1])
                words.append("close \(code) \(String(decoding: payload.dropFirst(2), as: UTF8.self))")
            case 9: words.append("ping \(payload.count)")
            case 10: words.append("pong " + String(decoding: payload, as: UTF8.self))
            default: words.append("opcode \(first & 15)")
            }
        }
        #expect(rest.isEmpty)
        return words
    }
}
