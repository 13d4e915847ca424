import Crypto
import Dispatch
import Foundation
import NIOCore
import NIOPosix
import WebSocketPolicy
import WebSocketPolicyRedis

/// One instance of a server: an engine, its event loop, its connection to the store.
final class Instance: Sendable {
    static let secret = Array("a secret of the tests, the same for all".utf8)

    static let key = Array("a key of thirty-two bytes or more".utf8)

    let engine: PolicyEngine
    let store: RedisStore
    let group: MultiThreadedEventLoopGroup

    static func now() -> Moment {
        Moment(
            ticks: DispatchTime.now().uptimeNanoseconds,
            unixNanoseconds: Int64(Date().timeIntervalSince1970 * 1_000_000_000)
        )
    }

    init(_ limits: String, port: Int, _ change: (inout StoreOptions) -> Void = { _ in }) throws {
        let text = "wspolicy: 1\nname: together\norigins: { allow: [https://app.example] }\n" + limits
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var options = StoreOptions(port: port, secret: Self.secret)
        // A machine that is busy with other tests may take its time.
        options.timeout = .seconds(2)
        options.longestPause = .milliseconds(100)
        change(&options)
        store = try RedisStore(options, group: group, now: Self.now)
        engine = try PolicyEngine(
            plan: try PolicyCompiler.compile(text: text),
            variable: { _ in Self.key },
            file: { _ in nil },
            sharedRevocations: limits.contains("revoked") ? store.revocations(of: "together") : nil
        )
        store.attach(engine)
    }

    /// Waits until the store answers.
    func connected() async throws -> Self {
        try await eventually { self.engine.sharedCounters?.isAvailable == true }
        return self
    }

    /// Waits until the store's list of who is revoked is known.
    func known() async throws -> Self {
        try await eventually { self.engine.sharedRevocations?.isCurrent(at: Self.now()) == true }
        return self
    }

    /// A token of a subject for an hour.
    static func token(_ subject: String, _ id: String = "t") -> String {
        func encoded(_ bytes: some Sequence<UInt8>) -> String {
            Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
                .replacing("=", with: "")
        }
        let end = Int(Date().timeIntervalSince1970) + 3600
        let claims = #"{"sub":"\#(subject)","jti":"\#(id)","exp":\#(end)}"#
        let signed = "\(encoded(#"{"alg":"HS256"}"#.utf8)).\(encoded(claims.utf8))"
        let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: key))
        return "\(signed).\(encoded(code))"
    }

    /// A connection with a token, which nobody is asked about.
    func connect(token: String) -> Connection {
        Connection(engine.admit(Self.request(peer: "203.0.113.7:1", token: token), at: Self.now()))
    }

    static func request(peer: String, token: String = "") -> HandshakeRequest {
        HandshakeRequest(
            target: token.isEmpty ? "/ws" : "/ws?t=\(token)",
            headers: [
                ("Host", "api.example"), ("Origin", "https://app.example"), ("Upgrade", "websocket"),
                ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"),
                ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ],
            peer: SocketAddress(parsing: peer),
            isSecure: true
        )
    }

    /// What is decided about a handshake, in a word.
    func handshake(peer: String = "203.0.113.7:1") async -> String {
        await connect(peer: peer).word
    }

    /// A connection, open or refused.
    func connect(peer: String = "203.0.113.7:1") async -> Connection {
        let loop = group.next()
        return await withCheckedContinuation { continuation in
            loop.execute {
                self.store.admit(Self.request(peer: peer), engine: self.engine, on: loop) { admission in
                    continuation.resume(returning: Connection(admission))
                }
            }
        }
    }

    func end() async throws {
        store.shutDown()
        try await group.shutdownGracefully()
    }
}

/// A connection and what was decided about it.
final class Connection: @unchecked Sendable {
    // @unchecked: a test uses it from one task.
    let word: String
    private var open: ConnectionGuard?

    init(_ admission: consuming Admission) {
        switch consume admission {
        case .accept(let connection, _):
            word = "accept"
            open = consume connection
        case .refuse(let refusal):
            word = "\(refusal.violation) \(refusal.status)"
            open = nil
        }
    }

    /// What is decided about a message, in a word.
    func message() -> String {
        guard var connection = open.take() else { return "closed" }
        let decision = connection.receive(message: Array("x".utf8).span, opcode: .text, at: Instance.now())
        open = consume connection
        switch decision {
        case .forward: return "forward"
        case .drop(let fault): return "\(fault.violation)"
        case .close(let fault): return "\(fault.violation) \(fault.closeCode)"
        default: return "other"
        }
    }
}
