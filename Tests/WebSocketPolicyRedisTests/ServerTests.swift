import Dispatch
import NIOCore
import NIOPosix
import Synchronization
import Testing
import WebSocketPolicy
import WebSocketPolicyNIO
import WebSocketPolicyRedis

/// A SwiftNIO server whose handshakes ask the store.
@Suite(.serialized)
struct ServerTests {
    /// A server on a socket of this machine that answers each message with the same.
    private final class Server: Sendable {
        let instance: Instance
        let channel: any Channel

        init(_ limits: String, port: Int, _ change: (inout StoreOptions) -> Void = { _ in }) async throws {
            let instance = try Instance(limits, port: port, change)
            self.instance = instance
            var options = WebSocketPolicyServer.Options()
            options.count = { instance.store.count($0, on: $1, answered: $2) }
            let policy = WebSocketPolicyServer(engine: instance.engine, options: options)
            channel = try await ServerBootstrap(group: instance.group)
                .childChannelInitializer { channel in
                    policy.protect(channel) { channel, _ in
                        try channel.pipeline.syncOperations.addHandler(Echo())
                    }
                }
                .bind(host: "127.0.0.1", port: 0).get()
            _ = try await instance.connected()
        }

        /// What a client hears until so many bytes of the end are there, or the connection ends.
        func say(_ bytes: [UInt8], until end: [UInt8]) async throws -> String {
            let heard = Heard(end)
            let address = channel.localAddress
            let client = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Listener(heard))
                    }
                }
                .connect(to: try #require(address)).get()
            try await client.writeAndFlush(ByteBuffer(bytes: bytes))
            try await eventually { heard.isWhole }
            try? await client.close()
            return heard.text
        }

        func end() async throws {
            try await channel.close()
            try await instance.end()
        }
    }

    private final class Echo: ChannelInboundHandler {
        typealias InboundIn = WebSocketMessage
        typealias OutboundOut = WebSocketMessage

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.writeAndFlush(wrapOutboundOut(unwrapInboundIn(data)), promise: nil)
        }
    }

    private final class Heard: Sendable {
        private let state = Mutex<(bytes: [UInt8], isOver: Bool)>(([], false))
        private let end: [UInt8]

        init(_ end: [UInt8]) { self.end = end }

        func add(_ bytes: [UInt8]) { state.withLock { $0.bytes += bytes } }

        func finish() { state.withLock { $0.isOver = true } }

        var isWhole: Bool { state.withLock { $0.isOver || $0.bytes.suffix(end.count) == end[...] } }

        var text: String { state.withLock { String(decoding: $0.bytes, as: UTF8.self) } }
    }

    private final class Listener: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let heard: Heard

        init(_ heard: Heard) { self.heard = heard }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            heard.add(Array(unwrapInboundIn(data).readableBytesView))
        }

        func channelInactive(context: ChannelHandlerContext) { heard.finish() }
    }

    private static let request = Array(
        """
        GET /ws HTTP/1.1\r
        Host: api.example\r
        Origin: https://app.example\r
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        \r

        """.utf8
    )
    private static let policy = """
        transport: { tls: optional }
        limits: { handshakeTimeout: 1s, connections: [{ per: clientAddress, atMost: 3 per 1h, shared: true }] }
        """
    private static let blank = Array("\r\n\r\n".utf8)

    @Test func `two servers admit together what one limit allows`() async throws {
        let redis = try await RedisServer()
        let both = [
            try await Server(Self.policy, port: redis.port), try await Server(Self.policy, port: redis.port),
        ]
        var statuses: [String] = []
        for number in 0..<6 {
            let answer = try await both[number % 2].say(Self.request, until: Self.blank)
            statuses.append(String(answer.prefix(12)))
        }
        #expect(statuses == Array(repeating: "HTTP/1.1 101", count: 3) + Array(repeating: "HTTP/1.1 429", count: 3))
        for server in both { try await server.end() }
    }

    @Test func `what a client sends before the answer is read after it`() async throws {
        let redis = try await RedisServer()
        let server = try await Server(Self.policy, port: redis.port)
        // A masked text frame of `x`, its mask zero.
        let frame: [UInt8] = [0x81, 0x81, 0, 0, 0, 0, 0x78]
        let answer = try await server.say(Self.request + frame, until: [0x81, 0x01, 0x78])
        #expect(answer.hasPrefix("HTTP/1.1 101"))
        #expect(answer.hasSuffix("\u{1}x"))
        // More than anybody sends before an answer ends the connection.
        redis.freeze()
        let flood = try await server.say(Self.request + Array(repeating: 0, count: 100_000), until: [0xFF, 0xFF, 0xFF])
        #expect(!flood.hasPrefix("HTTP/1.1 101"))
        redis.thaw()
        try await server.end()
    }

    @Test func `a silent store costs its time limit, and no more than the handshake's`() async throws {
        let redis = try await RedisServer()
        let soon = try await Server(Self.policy, port: redis.port) { $0.timeout = .milliseconds(200) }
        let late = try await Server(Self.policy, port: redis.port) { $0.timeout = .seconds(20) }
        redis.freeze()
        #expect(try await soon.say(Self.request, until: Self.blank).hasPrefix("HTTP/1.1 503"))
        #expect(try await late.say(Self.request, until: Self.blank).hasPrefix("HTTP/1.1 408"))
        redis.thaw()
        // What was asked for the client that had left is counted, and nothing is held.
        try await eventually { late.instance.store.metrics.taken + late.instance.store.metrics.failures > 0 }
        for server in [soon, late] { try await server.end() }
    }
}
