import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// An https server on the loopback that answers byte for byte what a test says.
final class LoopbackServer: Sendable {
    /// What is sent when a request's head has come.
    enum Reply: Sendable {
        case bytes([UInt8], thenClose: Bool)
        /// A piece every so often, without end.
        case trickle(String, every: TimeAmount)
        case silence

        static func ok(_ body: String, _ fields: String = "") -> Reply {
            .bytes(
                Array("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)".utf8),
                thenClose: true
            )
        }

        static func text(_ text: String, thenClose: Bool = true) -> Reply {
            .bytes(Array(text.utf8), thenClose: thenClose)
        }
    }

    typealias Script = @Sendable (_ request: String) -> Reply

    private let channel: any Channel
    private let state: State

    final class State: Sendable {
        let script: Mutex<Script>
        let requests = Mutex<[String]>([])

        init(_ script: @escaping Script) {
            self.script = Mutex(script)
        }
    }

    init(
        certificate: String = LoopbackCertificates.certificate,
        isPlain: Bool = false,
        _ script: @escaping Script
    ) async throws {
        let state = State(script)
        self.state = state
        let configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)).map { .certificate($0) },
            privateKey: .privateKey(
                try NIOSSLPrivateKey(bytes: Array(LoopbackCertificates.key.utf8), format: .pem)
            )
        )
        let context = try NIOSSLContext(configuration: configuration)
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if !isPlain { try pipeline.addHandler(NIOSSLServerHandler(context: context)) }
                    try pipeline.addHandler(Answering(state, isPlain: isPlain))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    var port: Int { channel.localAddress?.port ?? 0 }

    func url(_ path: String = "/jwks.json", host: String = "localhost") -> String { "https://\(host):\(port)\(path)" }

    /// The requests so far, as they came.
    var requests: [String] { state.requests.withLock { $0 } }

    func answer(_ script: @escaping Script) {
        state.script.withLock { $0 = script }
    }

    func stop() async throws {
        try await channel.close().get()
    }

    private final class Answering: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let state: State
        private let isPlain: Bool
        private var received: [UInt8] = []
        private var hasAnswered = false

        init(_ state: State, isPlain: Bool) {
            self.state = state
            self.isPlain = isPlain
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += Array(unwrapInboundIn(data).readableBytesView)
            if isPlain, received.first == 0x16 {
                // What begins a TLS handshake is a wrong request to who expects none.
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 400 No\r\n\r\n")), promise: nil)
                return context.close(promise: nil)
            }
            let text = String(decoding: received, as: UTF8.self)
            guard !hasAnswered, let end = text.range(of: "\r\n\r\n") else { return }
            let length = text.split(separator: "\r\n").first { $0.hasPrefix("Content-Length: ") }
                .flatMap { Int($0.dropFirst(16)) }
            guard text[end.upperBound...].utf8.count >= length ?? 0 else { return }
            hasAnswered = true
            state.requests.withLock { $0.append(text) }
            let script = state.script.withLock { $0 }
            switch script(text) {
            case .silence: break
            case .bytes(let bytes, let thenClose):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
                if thenClose { context.close(promise: nil) }
            case .trickle(let piece, let pause):
                let channel = context.channel
                context.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: pause) { task in
                    guard channel.isActive else { return task.cancel() }
                    channel.writeAndFlush(ByteBuffer(string: piece), promise: nil)
                }
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}

extension String {
    fileprivate func range(of other: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(other) { return start..<index(start, offsetBy: other.count) }
            start = index(after: start)
        }
        return nil
    }
}
