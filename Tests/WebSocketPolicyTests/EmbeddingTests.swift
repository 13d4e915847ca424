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
}
