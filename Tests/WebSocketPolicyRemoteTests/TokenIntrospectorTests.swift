import NIOCore
import NIOEmbedded
import NIOPosix
import Synchronization
import Testing
import WebSocketPolicy
import WebSocketProtocol

@testable import WebSocketPolicyRemote

/// Asking about opaque tokens.
struct TokenIntrospectorTests {
    private static let ann = #"{"active":true,"sub":"ann","exp":1790000000}"#

    private static func settings(_ change: (inout RemoteSettings) -> Void = { _ in }) -> RemoteSettings {
        var settings = RemoteSettings()
        settings.trust = .certificates(pem: Array(LoopbackCertificates.authority.utf8))
        change(&settings)
        return settings
    }

    private static func engine(_ address: String) throws -> PolicyEngine {
        let plan = try PolicyCompiler.compile(
            text: """
                wspolicy: 1
                name: quotes
                token: { from: [{ header: Authorization }], introspection: { url: '\(address)' } }
                """
        )
        return try PolicyEngine(plan: plan, variable: { _ in nil }, file: { _ in nil })
    }

    private static func pending(_ engine: PolicyEngine, _ token: String = "abc") throws -> PendingHandshake {
        let request = HandshakeRequest(
            target: "/",
            headers: [
                ("Host", "api.example"), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
                ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
                ("Authorization", "Bearer \(token)"),
            ],
            peer: SocketAddress(parsing: "203.0.113.7:50112"),
            isSecure: true
        )
        let moment = Moment(ticks: 1, unixNanoseconds: 1_780_000_000_000_000_000)
        switch engine.begin(request, at: moment) {
        case .ask(let pending): return pending
        case .decided: throw RemoteError("nobody is asked")
        case .count: throw RemoteError("the store is asked")
        }
    }

    private static func word(_ pending: consuming PendingHandshake, _ answer: TokenAnswer) -> String {
        let moment = Moment(ticks: 1, unixNanoseconds: 1_780_000_000_000_000_000)
        switch pending.answer(answer, at: moment) {
        case .ask: return "ask"
        case .count: return "count"
        case .decided(.accept(_, let acceptance)): return acceptance.subject ?? "nobody"
        case .decided(.refuse(let refusal)): return refusal.violation.name
        }
    }

    private static func word(_ pending: consuming PendingHandshake, _ introspector: TokenIntrospector) async -> String {
        let answer = await introspector.answer(to: pending.question)
        return word(pending, answer)
    }

    @Test func `a question is posted with what the operator says, and its answer decides`() async throws {
        let server = try await LoopbackServer { request in
            .ok(request.hasSuffix("token=abc&token_type_hint=access_token") ? Self.ann : #"{"active":false}"#)
        }
        let engine = try Self.engine(server.url("/introspect"))
        let introspector = try TokenIntrospector(
            settings: Self.settings { $0.introspectionAuthorization = "Basic YTpi" }
        )
        let pending = try Self.pending(engine)
        #expect(await Self.word(pending, introspector) == "ann")
        let head = try #require(server.requests.first)
        #expect(head.hasPrefix("POST /introspect HTTP/1.1\r\nHost: localhost:\(server.port)\r\n"))
        #expect(head.contains("\r\nAuthorization: Basic YTpi\r\n"))
        #expect(head.contains("\r\nContent-Type: application/x-www-form-urlencoded\r\n"))
        let other = try Self.pending(engine, "x")
        #expect(await Self.word(other, introspector) == "tokenInvalid")
        try await server.stop()
    }

    @Test(arguments: [
        "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 302 Go\r\nLocation: https://localhost/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", "",
    ])
    func `what is no answer is none, and an operator hears of it once`(_ reply: String) async throws {
        let notes = Mutex<[String]>([])
        let server = try await LoopbackServer { _ in .text(reply) }
        let engine = try Self.engine(server.url("/introspect"))
        let introspector = try TokenIntrospector(
            settings: Self.settings { $0.note = { note in notes.withLock { $0.append(note) } } }
        )
        for _ in 0..<3 {
            let pending = try Self.pending(engine, "secret-token")
            #expect(await Self.word(pending, introspector) == "storeUnavailable")
        }
        #expect(notes.withLock { $0.count } == 1)
        server.answer { _ in .ok(Self.ann) }
        let pending = try Self.pending(engine, "secret-token")
        #expect(await Self.word(pending, introspector) == "ann")
        let said = notes.withLock { $0 }
        #expect(said.count == 2)
        #expect(said.last == "`\(server.url("/introspect"))`, which is asked about tokens, answers again")
        for note in said { #expect(!note.contains("secret-token")) }
        try await server.stop()
    }

    @Test func `an answer that does not come in time is none`() async throws {
        let server = try await LoopbackServer { _ in .silence }
        let introspector = try TokenIntrospector(
            settings: Self.settings {
                $0.timeout = .seconds(600)
                $0.questionTimeout = .milliseconds(100)
            }
        )
        let pending = try Self.pending(try Self.engine(server.url()))
        #expect(await Self.word(pending, introspector) == "storeUnavailable")
        try await server.stop()
    }

    @Test func `one token is asked about once at a time, and no more than so many are`() throws {
        let loop = EmbeddedEventLoop()
        let asked = Mutex<[EventLoopPromise<[UInt8]>]>([])
        let introspector = TokenIntrospector(settings: Self.settings { $0.maximumQuestions = 2 }, loop: loop) { _, _ in
            let promise = loop.makePromise(of: [UInt8].self)
            asked.withLock { $0.append(promise) }
            return promise.futureResult
        }
        let engine = try Self.engine("https://auth.example/")
        let words = Mutex<[String]>([])
        for token in ["a", "a", "b", "a", "c", "d"] {
            introspector.future(of: try Self.pending(engine, token).question).whenSuccess { answer in
                let word = if case .response = answer { token } else { "\(token)-" }
                words.withLock { $0.append(word) }
            }
        }
        #expect(words.withLock { $0 } == ["c-", "d-"])
        #expect(asked.withLock { $0.count } == 2)
        asked.withLock { $0 }[0].succeed([])
        #expect(words.withLock { $0 } == ["c-", "d-", "a", "a", "a"])
        // There is room for another one now.
        introspector.future(of: try Self.pending(engine, "e").question).whenSuccess { _ in
            words.withLock { $0.append("e") }
        }
        #expect(asked.withLock { $0.count } == 3)
        for promise in asked.withLock({ $0 }).dropFirst() { promise.fail(ExchangeProblem.tooSlow) }
        #expect(words.withLock { $0.suffix(1) } == ["e"])
    }
}
