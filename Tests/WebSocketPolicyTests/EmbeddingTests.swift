import Crypto
import Foundation
import Synchronization
import Testing
import WebSocketPolicy

/// What an embedder writes, with the public interface alone.
struct EmbeddingTests {
    private static let policy = """
        wspolicy: 1
        name: quotes
        origins: { allow: [https://app.example] }
        limits: { messageSize: 1KiB, messages: [{ per: connection, atMost: 2 per 1s }] }
        messages: { schema: { type: object, required: [type] } }
        """

    private static func engine(_ text: String = policy) throws -> PolicyEngine {
        try PolicyEngine(plan: try PolicyCompiler.compile(text: text), variable: { _ in nil }, file: { _ in nil })
    }

    private static func request(origin: String) -> HandshakeRequest {
        HandshakeRequest(
            target: "/ws",
            headers: [
                ("Host", "api.example"), ("Origin", origin), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
                ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ],
            peer: SocketAddress(parsing: "203.0.113.7:50112"),
            isSecure: true
        )
    }

    @Test func `a server admits, decides messages and closes with what the policy says`() throws {
        let engine = try Self.engine()
        #expect(try engine.plan.selfCheck().isEmpty)
        let now = Moment(ticks: 1_000_000_000, unixNanoseconds: 1_780_000_000_000_000_000)
        switch engine.admit(Self.request(origin: "https://app.example"), at: now) {
        case .refuse(let refusal): Issue.record("refused: \(refusal.violation)")
        case .accept(var connection, let acceptance):
            #expect(acceptance.subject == nil)
            guard
                case .forward = connection.receive(
                    message: Array(#"{"type":"ping"}"#.utf8).span,
                    opcode: .text,
                    at: now
                )
            else {
                Issue.record("not forwarded")
                return
            }
            guard case .close(let fault) = connection.receive(message: Array("{}".utf8).span, opcode: .text, at: now)
            else {
                Issue.record("not closed")
                return
            }
            #expect(fault.violation == .schemaMismatch)
            #expect(fault.closeCode == 4000)
            let why = connection.explanation(of: fault)
            #expect(engine.plan.source(why.source)?.line == 5)
            guard case .closed = connection.receive(message: Array("{}".utf8).span, opcode: .text, at: now) else {
                Issue.record("goes on after a close")
                return
            }
        }
        switch engine.admit(Self.request(origin: "https://evil.example"), at: now) {
        case .accept: Issue.record("accepted")
        case .refuse(let refusal):
            #expect(refusal.violation == .originForbidden)
            #expect(refusal.status == 403)
            #expect(refusal.reason.utf8.count <= 123)
        }
    }

    @Test func `a policy with problems says all of them with their places`() {
        let error = #expect(throws: PolicyError.self) {
            try PolicyCompiler.compile(text: "wspolicy: 1\nname: a\norigin: any\nlimits: { messageSize: 0 }")
        }
        #expect(error?.problems.count == 3, "\(error?.description ?? "")")
        #expect(error?.problems.contains { $0.hasPrefix("policy.yaml:3:1: error: unknown key `origin`") } == true)
    }

    @Test func `a missing key refuses to start with its name`() throws {
        let text =
            Self.policy + "\ntoken: { from: [{ header: Authorization }], algorithms: [HS256], keys: [{ env: MY_KEY }] }"
        let error = #expect(throws: EngineSetupError.self) { try Self.engine(text) }
        #expect(error?.description.contains("`MY_KEY`") == true)
    }

    private static let session = """
        wspolicy: 1
        name: sessions
        origins: { allow: [https://app.example] }
        token:
          from: [{ header: Authorization }]
          algorithms: [HS256]
          keys: [{ env: KEY }]
          revoked: { file: revoked.txt }
        """
    private static let key = Array("a key of thirty-two bytes or more".utf8)

    /// Who is refused; the file that servers would read.
    private final class Lists: Sendable {
        let text = Mutex("")
    }

    private static func token(_ subject: String, _ id: String) -> String {
        func encoded(_ bytes: some Sequence<UInt8>) -> String {
            Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
                .replacing("=", with: "")
        }
        let claims = #"{"sub":"\#(subject)","jti":"\#(id)","exp":1780003600}"#
        let signed = "\(encoded(#"{"alg":"HS256"}"#.utf8)).\(encoded(claims.utf8))"
        let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: key))
        return "\(signed).\(encoded(code))"
    }

    @Test func `who is revoked on all instances needs a list, one that nobody fills at least`() throws {
        let text = Self.session.replacing("file: revoked.txt", with: "shared: true")
        let plan = try PolicyCompiler.compile(text: text)
        let error = #expect(throws: EngineSetupError.self) {
            try PolicyEngine(plan: plan, variable: { _ in Self.key }, file: { _ in nil })
        }
        #expect(error?.description.contains("`token.revoked`") == true)
        let list = SharedRevocations()
        let engine = try PolicyEngine(
            plan: plan,
            variable: { _ in Self.key },
            file: { _ in nil },
            sharedRevocations: list
        )
        #expect(engine.sharedRevocations === list)
        // A policy that shares none has no use for it.
        let other = try PolicyEngine(
            plan: try PolicyCompiler.compile(text: Self.session),
            variable: { _ in Self.key },
            file: { _ in [] },
            sharedRevocations: list
        )
        #expect(other.sharedRevocations == nil)
    }

    /// What a message on a connection of a token is decided to be, before and after lists are read anew.
    private static func words(_ subject: String, _ id: String, _ lists: [String]) throws -> [String] {
        let file = Lists()
        let engine = try PolicyEngine(
            plan: try PolicyCompiler.compile(text: session),
            variable: { _ in key },
            file: { $0 == "revoked.txt" ? Array(file.text.withLock { $0 }.utf8) : nil }
        )
        let now = Moment(ticks: 1_000_000_000, unixNanoseconds: 1_780_000_000_000_000_000)
        let request = HandshakeRequest(
            target: "/ws",
            headers: [
                ("Host", "api.example"), ("Origin", "https://app.example"), ("Upgrade", "websocket"),
                ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"),
                ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Authorization", "Bearer \(token(subject, id))"),
            ],
            peer: SocketAddress(parsing: "203.0.113.7:50112"),
            isSecure: true
        )
        var words: [String] = []
        guard case .accept(var connection, _) = engine.admit(request, at: now) else { return ["refused"] }
        for list in lists {
            file.text.withLock { $0 = list }
            try engine.reloadRevocations(file: { _ in Array(file.text.withLock { $0 }.utf8) })
            switch connection.receive(message: Array("x".utf8).span, opcode: .text, at: now) {
            case .forward: words.append("forward")
            case .close(let fault): words.append("\(fault.violation.name) \(fault.closeCode)")
            case .closed: words.append("closed")
            default: words.append("other")
            }
        }
        switch engine.admit(request, at: now) {
        case .accept(var other, _):
            other.close()
            words.append("accept")
        case .refuse(let refusal): words.append(refusal.violation.name)
        }
        connection.close()
        return words
    }

    @Test func `D26 a connection ends with the first event after its subject was revoked, before the message passes`()
        throws
    {
        #expect(
            try Self.words("ann", "a", ["", "bob", "ann", "ann"]) == [
                "forward", "forward", "tokenRevoked 4001", "closed", "tokenRevoked",
            ]
        )
    }

    @Test func `D27 a revoked token ends its own connection, and that of another token of the subject stays`() throws {
        #expect(try Self.words("ann", "b", ["b"]) == ["tokenRevoked 4001", "tokenRevoked"])
        #expect(try Self.words("ann", "c", ["b"]) == ["forward", "accept"])
    }

    @Test func `lists that are read anew under a newer plan reach connections of the one before`() throws {
        let file = Lists()
        let read: @Sendable (String) -> [UInt8]? = { path in
            // The newer plan has another list; the older one's file stays where it was.
            path == "revoked.txt" ? Array(file.text.withLock { $0 }.utf8) : path == "newer.txt" ? [] : nil
        }
        let old = try PolicyEngine(
            plan: try PolicyCompiler.compile(text: Self.session),
            variable: { _ in Self.key },
            file: read
        )
        let request = HandshakeRequest(
            target: "/ws",
            headers: [
                ("Host", "api.example"), ("Origin", "https://app.example"), ("Upgrade", "websocket"),
                ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"),
                ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
                ("Authorization", "Bearer \(Self.token("ann", "a"))"),
            ],
            peer: SocketAddress(parsing: "203.0.113.7:50112"),
            isSecure: true
        )
        let now = Moment(ticks: 1_000_000_000, unixNanoseconds: 1_780_000_000_000_000_000)
        for list in ["revoked.txt", "newer.txt"] {
            file.text.withLock { $0 = "" }
            guard case .accept(var connection, _) = old.admit(request, at: now) else {
                Issue.record("refused")
                return
            }
            let new = try PolicyEngine(
                plan: try PolicyCompiler.compile(text: Self.session.replacing("revoked.txt", with: list)),
                keepingCountersOf: old,
                variable: { _ in Self.key },
                file: read
            )
            #expect(connection.tick(at: now) == nil)
            file.text.withLock { $0 = "ann" }
            try new.reloadRevocations(file: read)
            #expect(connection.tick(at: now)?.violation == .tokenRevoked, "\(list)")
            connection.close()
            // Back again for the next one.
            file.text.withLock { $0 = "" }
            try new.reloadRevocations(file: read)
        }
    }

    @Test func `a list that cannot be read anew leaves everything as it was`() throws {
        let engine = try PolicyEngine(
            plan: try PolicyCompiler.compile(text: Self.session),
            variable: { _ in Self.key },
            file: { _ in Array("ann".utf8) }
        )
        #expect(throws: EngineSetupError.self) { try engine.reloadRevocations(file: { _ in nil }) }
        #expect(throws: EngineSetupError.self) {
            try PolicyEngine(
                plan: try PolicyCompiler.compile(text: Self.session),
                variable: { _ in Self.key },
                file: { _ in nil }
            )
        }
    }
}
