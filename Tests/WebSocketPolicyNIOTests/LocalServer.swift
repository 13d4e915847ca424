import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import WebSocketPolicy
import WebSocketPolicyNIO

/// A server with a policy on a socket of this machine, and raw clients of it.
struct LocalServer: Sendable {
    /// How the policy stands in the server.
    enum Adapter: CaseIterable, Sendable {
        /// `WebSocketPolicyServer.protect`: our own reading of the head.
        case handler
        /// The same, with messages that are awaited.
        case awaited
        /// SwiftNIO's HTTP server and its typed upgrade.
        case typedUpgrader
        /// The same, with messages that are awaited.
        case awaitedUpgrader
        /// SwiftNIO's HTTP server and its older upgrade.
        case upgrader
    }

    let policy: WebSocketPolicyServer
    let log: Wire.Log
    let channel: any Channel

    /// Starts a server that answers each message with the same, and runs `body` while it serves.
    static func run(
        _ policy: String,
        _ adapter: Adapter = .handler,
        wallClock: @escaping @Sendable () -> Int64 = { Wire.start },
        pushes: Int = 0,
        waterMark: ChannelOptions.Types.WriteBufferWaterMark? = nil,
        answer: (@Sendable (TokenQuestion) async -> TokenAnswer)? = nil,
        beforeReading: (@Sendable () async -> Void)? = nil,
        body: (LocalServer) async throws -> Void
    ) async throws {
        try await run(
            try Wire.engine(policy),
            adapter,
            wallClock: wallClock,
            pushes: pushes,
            waterMark: waterMark,
            answer: answer,
            beforeReading: beforeReading,
            body: body
        )
    }

    /// The same with an engine; `isSecure` says that connections come by TLS.
    static func run(
        _ engine: PolicyEngine,
        _ adapter: Adapter = .handler,
        isSecure: Bool = false,
        wallClock: @escaping @Sendable () -> Int64 = { Wire.start },
        pushes: Int = 0,
        waterMark: ChannelOptions.Types.WriteBufferWaterMark? = nil,
        answer: (@Sendable (TokenQuestion) async -> TokenAnswer)? = nil,
        beforeReading: (@Sendable () async -> Void)? = nil,
        body: (LocalServer) async throws -> Void
    ) async throws {
        let log = Wire.Log()
        var options = WebSocketPolicyServer.Options()
        options.wallClock = wallClock
        options.answer = answer
        options.onDecision = { decision in log.decisions.withLock { $0.append(decision) } }
        let server = WebSocketPolicyServer(engine: engine, options: options)
        var bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                log.channels.withLock { $0.append(channel) }
                return initialize(channel, server, log, adapter, isSecure, pushes, beforeReading)
            }
        if let waterMark { bootstrap = bootstrap.childChannelOption(.writeBufferWaterMark, value: waterMark) }
        let channel = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
        do {
            try await body(LocalServer(policy: server, log: log, channel: channel))
        } catch {
            try? await channel.close()
            throw error
        }
        try await channel.close()
    }

    private static func initialize(
        _ channel: any Channel,
        _ server: WebSocketPolicyServer,
        _ log: Wire.Log,
        _ adapter: Adapter,
        _ isSecure: Bool,
        _ pushes: Int,
        _ beforeReading: (@Sendable () async -> Void)?
    ) -> EventLoopFuture<Void> {
        let configure: @Sendable (any Channel, WebSocketConnection) throws -> Void = { channel, connection in
            log.connections.withLock { $0.append(connection) }
            try channel.pipeline.syncOperations.addHandler(EchoApplication(pushes: pushes))
        }
        switch adapter {
        case .handler: return server.protect(channel, isSecure: isSecure, configure: configure)
        case .awaited:
            return server.protect(channel, isSecure: isSecure).map { (opened: EventLoopFuture<AsyncWebSocket?>) in
                echo(opened, log, beforeReading)
            }
        case .awaitedUpgrader:
            let upgrader = WebSocketPolicyUpgrader<Void>(server: server, isSecure: isSecure) { opened in
                echo(opened, log, beforeReading)
            }
            return upgrade(channel, upgrader)
        case .typedUpgrader:
            let upgrader = WebSocketPolicyUpgrader<Void>(
                server: server,
                isSecure: isSecure,
                configure: configure
            ) { channel in channel.eventLoop.makeSucceededVoidFuture() }
            return upgrade(channel, upgrader)
        case .upgrader:
            let upgrader = WebSocketPolicyUpgrader<Void>(
                server: server,
                isSecure: isSecure,
                configure: configure
            ) { channel in channel.eventLoop.makeSucceededVoidFuture() }
            return channel.pipeline.configureHTTPServerPipeline(
                withServerUpgrade: (upgraders: [upgrader], completionHandler: { _ in })
            )
        }
    }

    private static func upgrade(
        _ channel: any Channel,
        _ upgrader: WebSocketPolicyUpgrader<Void>
    ) -> EventLoopFuture<Void> {
        let configuration = NIOTypedHTTPServerUpgradeConfiguration(upgraders: [upgrader]) { channel in
            channel.close()
        }
        return channel.eventLoop.makeCompletedFuture {
            _ = try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
                configuration: .init(upgradeConfiguration: configuration)
            )
        }
    }

    /// Answers awaited messages with the same.
    private static func echo(
        _ opened: EventLoopFuture<AsyncWebSocket?>,
        _ log: Wire.Log,
        _ beforeReading: (@Sendable () async -> Void)?
    ) {
        _ = Task {
            guard let socket = try await opened.get() else { return }
            log.connections.withLock { $0.append(socket.connection) }
            try await socket.channel.executeThenClose { inbound, outbound in
                await beforeReading?()
                for try await message in inbound {
                    if case .close = message { continue }
                    try await outbound.write(message)
                }
            }
        }
    }

    /// Opens a raw TCP connection, hands it to `body`, and closes it.
    func client<Result: Sendable>(
        readsBySelf: Bool = true,
        _ body: (RawClient) async throws -> Result
    ) async throws -> Result {
        let client = try await connect(readsBySelf: readsBySelf)
        let result = try await body(client)
        try? await client.channel.close()
        return result
    }

    /// Opens a raw TCP connection; whoever called it closes it.
    func connect(readsBySelf: Bool = true) async throws -> RawClient {
        let received = RawClient.Received()
        let socket = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.autoRead, value: readsBySelf)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(RawClient.Reader(received))
                }
            }
            .connect(host: "127.0.0.1", port: channel.localAddress?.port ?? 0).get()
        return RawClient(channel: socket, received: received)
    }
}

/// Answers each message with the same; the first one is followed by as many more of 64 KiB.
private final class EchoApplication: ChannelInboundHandler {
    typealias InboundIn = WebSocketMessage
    typealias OutboundOut = WebSocketMessage

    private var pushes: Int

    init(pushes: Int) {
        self.pushes = pushes
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let message = unwrapInboundIn(data)
        if case .close = message { return }
        context.write(wrapOutboundOut(message), promise: nil)
        while pushes > 0 {
            pushes -= 1
            let payload = ByteBuffer(repeating: 0x78, count: 65_536)
            context.writeAndFlush(wrapOutboundOut(.binary(payload)), promise: nil)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
    }
}

/// A TCP connection that sends what it is told, and keeps what comes.
struct RawClient: Sendable {
    /// What has come, and who waits for more.
    final class Received: Sendable {
        struct State: Sendable {
            var bytes: [UInt8] = []
            var isEnded = false
        }
        let state = Mutex(State())
        let news: AsyncStream<Void>
        let tell: AsyncStream<Void>.Continuation

        init() {
            (news, tell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        }
    }

    final class Reader: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let received: Received

        init(_ received: Received) {
            self.received = received
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let buffer = unwrapInboundIn(data)
            received.state.withLock { $0.bytes += buffer.readableBytesView }
            received.tell.yield()
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case ChannelEvent.inputClosed = event { end() }
        }

        func channelInactive(context: ChannelHandlerContext) {
            end()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            end()
            context.close(promise: nil)
        }

        private func end() {
            received.state.withLock { $0.isEnded = true }
            received.tell.yield()
        }
    }

    let channel: any Channel
    let received: Received

    func send(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    func send(_ text: String) async throws {
        try await send(Array(text.utf8))
    }

    /// What has come, once it holds as many bytes as wanted, or the server's end of the stream has come.
    func bytes(until isEnough: ([UInt8]) -> Bool = { _ in false }) async -> [UInt8] {
        for await _ in received.news {
            let state = received.state.withLock { $0 }
            if state.isEnded || isEnough(state.bytes) { break }
        }
        return received.state.withLock { state in
            defer { state.bytes = [] }
            return state.bytes
        }
    }

    /// The head of the response, and the bytes behind it.
    func head() async -> (head: String, rest: [UInt8]) {
        let end: [UInt8] = [13, 10, 13, 10]
        let bytes = await bytes { $0.count >= 4 && Self.place(of: end, in: $0) != nil }
        guard let place = Self.place(of: end, in: bytes) else { return (String(decoding: bytes, as: UTF8.self), []) }
        return (String(decoding: bytes[..<(place + 4)], as: UTF8.self), Array(bytes[(place + 4)...]))
    }

    private static func place(of pattern: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= pattern.count else { return nil }
        return (0...(bytes.count - pattern.count)).first { bytes[$0..<($0 + pattern.count)].elementsEqual(pattern) }
    }
}
