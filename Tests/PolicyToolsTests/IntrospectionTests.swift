import PolicyDocument
import PolicyRuntime
import PolicyTools
import Synchronization
import Testing
import WebSocketProtocol

/// Opaque tokens: whoever is asked about them says who somebody is (RFC 7662).
struct IntrospectionTests {
    private static let address = "https://auth.example/introspect"
    private static let ann = #"{"active":true,"sub":"ann","exp":1780000600,"aud":"realtime"}"#

    /// Answers by table, and remembers what it was asked.
    private final class Desk: Sendable {
        let answers: Mutex<[String: String]>
        let asked = Mutex<[String]>([])

        init(_ answers: [String: String]) {
            self.answers = Mutex(answers)
        }

        func answer(_ question: TokenQuestion) -> TokenAnswer {
            #expect(question.address == IntrospectionTests.address)
            let token = String(decoding: question.token, as: UTF8.self)
            asked.withLock { $0.append(token) }
            return answers.withLock { $0[token] }.map { .response(Array($0.utf8)) } ?? .unavailable
        }

        var count: Int { asked.withLock { $0.count } }
    }

    private static func trial(_ desk: Desk?, _ keys: String = "", more: String = "") throws -> Trial {
        var trial = try Trial(
            """
            origins: { allow: [https://app.example] }
            token:
              from: [{ query: t }, { message: /token }]
              audience: [realtime]
              introspection: { url: \(address)\(keys) }
            \(more)
            """
        )
        if let desk { trial.ask = desk.answer }
        return trial
    }

    private static let moment = Moment(ticks: 1, unixNanoseconds: 1_780_000_000_000_000_000)

    /// A handshake with a token in its query.
    private static func request(token: String) -> HandshakeRequest {
        HandshakeRequest(
            target: "/ws?t=\(token)",
            headers: [
                ("Host", "api.example"), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
                ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
                ("Origin", "https://app.example"),
            ],
            peer: SocketAddress(parsing: "203.0.113.7:1"),
            isSecure: true
        )
    }

    @Test func `an active token is whoever the answer says`() throws {
        let desk = Desk(["abc": Self.ann])
        var trial = try Self.trial(desk)
        trial.handshake(target: "/ws?t=abc")
        let line = try #require(trial.decisions().first)
        #expect(line.kind == .accept)
        #expect(line.subject == "ann")
        #expect(desk.asked.withLock { $0 } == ["abc"])
    }

    @Test(
        arguments: [
            (#"{"active":false}"#, .tokenInvalid), (#"{"active":false,"sub":"ann"}"#, .tokenInvalid),
            (#"{"active":true,"sub":"ann","exp":1779999970,"aud":"realtime"}"#, .tokenExpired),
            (#"{"active":true,"sub":"ann","aud":"realtime"}"#, .tokenInvalid),
            (#"{"active":true,"sub":"ann","exp":1780000600}"#, .tokenInvalid),
            (#"{"active":true,"sub":"ann","exp":1780000600,"aud":"other"}"#, .tokenInvalid),
            (#"{"active":true,"sub":"ann","exp":"1780000600","aud":"realtime"}"#, .tokenInvalid),
            (#"{"active":true,"sub":"ann","exp":1780000600,"nbf":1780000031,"aud":"realtime"}"#, .tokenInvalid),
            // What is no answer says nothing about the token.
            ("", .storeUnavailable), ("{}", .storeUnavailable), ("[]", .storeUnavailable), ("true", .storeUnavailable),
            (#"{"active":"true"}"#, .storeUnavailable), (#"{"active":1}"#, .storeUnavailable),
            (#"{"active":null}"#, .storeUnavailable), (#"{"active":true,"active":true}"#, .storeUnavailable),
            (#"{"active":false,"\u0061ctive":true}"#, .storeUnavailable), (#"{"Active":true}"#, .storeUnavailable),
            (#"{"active":true"#, .storeUnavailable), (#"{"active":true} x"#, .storeUnavailable),
            ("<html>active</html>", .storeUnavailable),
        ] as [(String, Violation)]
    )
    func `every other answer refuses, by its own violation`(_ answer: String, _ violation: Violation) throws {
        var trial = try Self.trial(Desk(["abc": answer]))
        trial.handshake(target: "/ws?t=abc")
        trial.handshake("m")
        trial.message(#"{"token":"abc"}"#, "m")
        #expect(trial.words() == [violation.name, "accept", violation.name])
    }

    @Test func `an answer of 64 KiB is read, a longer one is not`() throws {
        let start = String(Self.ann.dropLast()) + #","x":""#
        for (count, word) in [(65_536, "accept"), (65_537, "storeUnavailable")] {
            let answer = start + String(repeating: "x", count: count - start.utf8.count - 2) + "\"}"
            #expect(answer.utf8.count == count)
            var trial = try Self.trial(Desk(["abc": answer]))
            trial.handshake(target: "/ws?t=abc")
            #expect(trial.words() == [word])
        }
    }

    @Test func `where nobody asks, or nobody answers, nobody comes in`() throws {
        for desk in [nil, Desk([:])] {
            var trial = try Self.trial(desk)
            trial.handshake(target: "/ws?t=abc")
            let line = try #require(trial.decisions().first)
            #expect(line.violation == .storeUnavailable)
            #expect(line.answer == .http(status: 503))
            #expect(line.policy?.hasSuffix(":7:25") == true, "\(line.policy ?? "")")
            #expect(trial.engine.asksAboutTokens)
        }
        // The first message is waited for as long as any.
        var trial = try Self.trial(nil)
        trial.handshake()
        trial.message(#"{"token":"abc"}"#)
        trial.tick(at: 5)
        #expect(trial.words() == ["accept", "wait", "tokenTimeout"])
    }

    @Test func `nobody is asked about what is no token, or is longer than any`() throws {
        let desk = Desk([:])
        var trial = try Self.trial(desk)
        for token in ["a%20b", "a%00b", "%C3%A9", String(repeating: "a", count: 8193)] {
            trial.handshake(target: "/ws?t=\(token)")
        }
        #expect(trial.words() == Array(repeating: "tokenInvalid", count: 4))
        trial = try Self.trial(desk)
        trial.handshake(target: "/ws?t=\(String(repeating: "a", count: 8192))")
        #expect(trial.words() == ["storeUnavailable"])
        #expect(desk.count == 1)
    }

    @Test func `without cache somebody is asked every time, with it as long as it lasts`() throws {
        let desk = Desk(["abc": Self.ann])
        var trial = try Self.trial(desk)
        for _ in 0..<3 { trial.handshake(target: "/ws?t=abc") }
        #expect(trial.words() == ["accept", "accept", "accept"])
        #expect(desk.count == 3)
        let kept = Desk(["abc": Self.ann])
        trial = try Self.trial(kept, ", cache: 30s")
        for seconds in [0, 0, 29.999, 30, 59.999, 60] { trial.handshake(at: seconds, target: "/ws?t=abc") }
        #expect(trial.words() == Array(repeating: "accept", count: 6))
        #expect(kept.count == 3)
        // What is remembered is the token's whole text.
        trial.handshake(at: 60, target: "/ws?t=abd")
        #expect(trial.words().last == "storeUnavailable")
    }

    @Test func `what is remembered ends with the token, and is never an answer that refuses`() throws {
        let desk = Desk(["abc": #"{"active":true,"sub":"ann","exp":1780000010,"aud":"realtime"}"#, "no": "{}"])
        var trial = try Self.trial(desk, ", cache: 1h")
        for seconds in [0, 39.999, 40] { trial.handshake(at: seconds, target: "/ws?t=abc") }
        #expect(trial.words() == ["accept", "accept", "tokenExpired"])
        #expect(desk.count == 2)
        trial = try Self.trial(desk, ", cache: 1h")
        for _ in 0..<3 { trial.handshake(target: "/ws?t=no") }
        _ = trial.words()
        #expect(desk.count == 5)
    }

    @Test func `an answer over 4 KiB is asked for again, and many tokens displace each other`() throws {
        let long = String(Self.ann.dropLast()) + #","x":"\#(String(repeating: "x", count: 4096))"}"#
        var answers = ["long": long]
        for index in 0..<6000 { answers["t\(index)"] = Self.ann }
        let desk = Desk(answers)
        let trial = try Self.trial(desk, ", cache: 1h")
        func admit(_ token: String) -> Bool {
            let request = Self.request(token: token)
            guard case .ask(let pending) = trial.engine.begin(request, at: Self.moment) else { return false }
            let answer = desk.answer(pending.question)
            guard case .decided(.accept) = pending.answer(answer, at: Self.moment) else { return false }
            return true
        }
        for _ in 0..<2 { #expect(admit("long")) }
        for index in 0..<6000 { #expect(admit("t\(index)")) }
        // Not all of 6,000 are remembered, and some are.
        let asked = (0..<6000).filter { admit("t\($0)") }.count
        #expect((1904..<6000).contains(asked), "\(asked)")
    }

    @Test func `with keys a token of three parts is verified, and nobody is asked about it`() throws {
        let desk = Desk(["abc": Self.ann])
        let keys = " }\n  algorithms: [HS256]\n  keys: [{ env: K }]\n  claims: { type: object"
        var trial = try Self.trial(desk, keys)
        let claims = #"{"sub":"bob","exp":1780000600,"aud":"realtime"}"#
        trial.handshake(target: "/ws?t=\(Trial.token(claims))")
        trial.handshake(target: "/ws?t=abc")
        trial.handshake(target: "/ws?t=a.b.c")
        trial.handshake(target: "/ws?t=a.b.c.d.e")
        trial.handshake(target: "/ws?t=a.b")
        let lines = trial.decisions()
        #expect(lines.map(\.subject) == ["bob", "ann", nil, nil, nil])
        #expect(
            lines.map { $0.violation?.name ?? "accept" }.suffix(3) == [
                "tokenInvalid", "tokenInvalid", "storeUnavailable",
            ]
        )
        #expect(desk.asked.withLock { $0 } == ["abc", "a.b"])
    }

    @Test func `an inactive token counts for the address, an answer that is missing does not`() throws {
        let limits = "limits: { tokenAttempts: { rate: 1/minute, burst: 2 } }"
        let desk = Desk(["no": #"{"active":false}"#, "abc": Self.ann])
        var trial = try Self.trial(desk, more: limits)
        for token in ["x", "x", "x", "no", "no", "abc"] { trial.handshake(target: "/ws?t=\(token)") }
        #expect(
            trial.words() == [
                "storeUnavailable", "storeUnavailable", "storeUnavailable", "tokenInvalid", "tokenInvalid",
                "connectionRate",
            ]
        )
        #expect(desk.count == 5)
    }

    @Test func `nobody is asked for a handshake that is refused before its token`() throws {
        let desk = Desk(["abc": Self.ann])
        var trial = try Self.trial(desk)
        trial.handshake(target: "/ws?t=abc", origin: "https://evil.example")
        trial.handshake(target: "/ws?t=abc&t=abc")
        #expect(trial.words() == ["originForbidden", "tokenInvalid"])
        #expect(desk.count == 0)
    }

    @Test func `the first message may bring an opaque token, and nothing else passes before the answer`() throws {
        let desk = Desk(["abc": Self.ann, "no": #"{"active":false}"#])
        var trial = try Self.trial(desk)
        trial.handshake("a")
        trial.message(#"{"token":"abc"}"#, "a")
        trial.message("hello", "a")
        trial.handshake("b")
        trial.message(#"{"token":"no"}"#, "b")
        #expect(trial.words() == ["accept", "authenticated", "forward", "accept", "tokenInvalid"])
        // Somebody who does not wait for the answer.
        trial = try Self.trial(nil)
        trial.handshake()
        trial.message(#"{"token":"abc"}"#)
        trial.serverMessage("hello")
        trial.message("hello")
        #expect(trial.words() == ["accept", "wait", "wait", "tokenMissing"])
    }

    @Test func `a renewing message may bring one, of the same subject`() throws {
        let renewing = """
              renew: { type: renew, message: /token }
            messages: { discriminator: /type, types: { renew: , hello: } }
            """
        let later = #"{"active":true,"sub":"ann","exp":1780003600,"aud":"realtime"}"#
        let desk = Desk([
            "abc": Self.ann, "new": later, "bob": later.replacing("ann", with: "bob"), "no": #"{"active":false}"#,
        ])
        for (token, word) in [("new", "authenticated"), ("bob", "tokenInvalid"), ("no", "tokenInvalid")] {
            var trial = try Self.trial(desk, more: renewing)
            trial.handshake(target: "/ws?t=abc")
            trial.message(#"{"type":"renew","token":"\#(token)"}"#)
            #expect(trial.words() == ["accept", word])
        }
        var trial = try Self.trial(desk, more: renewing + "\nlimits: { idleTimeout: unlimited }")
        trial.handshake(target: "/ws?t=abc")
        trial.message(#"{"type":"renew","token":"new"}"#)
        trial.message(#"{"type":"hello"}"#, at: 3000)
        trial.tick(at: 3630)
        #expect(trial.words() == ["accept", "authenticated", "forward", "tokenExpired"])
        // Nobody asks: the connection goes on with the token that it has.
        trial = try Self.trial(desk, more: renewing)
        trial.handshake(target: "/ws?t=abc")
        _ = trial.decisions()
    }

    @Test func `who lets go of a waiting handshake gives back what it holds`() throws {
        let desk = Desk(["abc": Self.ann])
        let trial = try Self.trial(desk, more: "limits: { connections: [{ per: server, concurrent: 1 }] }")
        let request = Self.request(token: "abc")
        func word(_ opening: consuming Opening) -> String {
            switch consume opening {
            case .ask: "ask"
            case .count: "count"
            case .decided(.accept): "accept"
            case .decided(.refuse(let refusal)): refusal.violation.name
            }
        }
        do {
            guard case .ask(let first) = trial.engine.begin(request, at: Self.moment) else {
                Issue.record("nobody was asked")
                return
            }
            #expect("\(first.question)" == "asks `\(Self.address)` about a token")
            #expect(word(trial.engine.begin(request, at: Self.moment)) == "connectionCount")
            #expect(word(first.answer(.unavailable, at: Self.moment)) == "storeUnavailable")
        }
        for _ in 0..<3 { #expect(word(trial.engine.begin(request, at: Self.moment)) == "ask") }
        guard case .ask(let last) = trial.engine.begin(request, at: Self.moment) else { return }
        let answer = desk.answer(last.question)
        #expect(word(last.answer(answer, at: Self.moment)) == "accept")
    }

    @Test func `an answer to an earlier question changes nothing`() throws {
        let more = """
              renew: { type: renew, message: /token }
            messages: { discriminator: /type, types: { renew: , hello: } }
            """
        let desk = Desk(["abc": Self.ann, "one": #"{"active":false}"#])
        let trial = try Self.trial(desk, more: more)
        let request = Self.request(token: "abc")
        guard case .ask(let pending) = trial.engine.begin(request, at: Self.moment) else {
            Issue.record("nobody is asked")
            return
        }
        let first = desk.answer(pending.question)
        guard case .decided(.accept(var guarding, _)) = pending.answer(first, at: Self.moment) else {
            Issue.record("not accepted")
            return
        }
        func send(_ text: String) -> EventDecision {
            guarding.receive(message: Array(text.utf8).span, opcode: .text, at: Self.moment)
        }
        guard case .wait = send(#"{"type":"renew","token":"one"}"#), let one = guarding.question,
            case .wait = send(#"{"type":"renew","token":"abc"}"#), let two = guarding.question,
            // It is somebody's already, and goes on meanwhile.
            case .forward = send(#"{"type":"hello"}"#)
        else {
            Issue.record("not asked")
            return
        }
        guard case .wait = guarding.answer(desk.answer(one), to: one, at: Self.moment),
            case .authenticated("ann"?) = guarding.answer(desk.answer(two), to: two, at: Self.moment),
            case .wait = guarding.answer(desk.answer(two), to: two, at: Self.moment), guarding.question == nil
        else {
            Issue.record("another answer was taken")
            return
        }
    }

    @Test(arguments: [
        (
            ["keys: [{ env: K }], algorithms: [HS256]"], "introspection: { url: 'https://a.example/' }",
            "token-introspection"
        ),
        (["introspection: { url: 'https://a.example/' }"], "keys: [{ env: K }], algorithms: [HS256]", "token-key"),
        (
            ["introspection: { url: 'https://a.example/' }"], "introspection: { url: 'https://b.example/' }",
            "levels-differ"
        ),
    ])
    func `an inner level believes no other tokens than the outer one`(
        _ outer: [String],
        _ inner: String,
        _ id: String
    ) {
        let findings = Trial.findings(
            """
            origins: { allow: [https://app.example] }
            token: { from: [{ query: t }], \(outer[0]) }
            routes: [{ path: /ws, token: { \(inner) } }]
            """
        )
        #expect(findings.contains { $0.id == id && $0.severity == .error }, "\(findings)")
    }

    @Test func `the smallest cache of the levels holds`() throws {
        let desk = Desk(["abc": Self.ann])
        let routes = "routes: [{ path: /ws, token: { introspection: { url: '\(Self.address)', cache: 10s } } }]"
        var trial = try Self.trial(desk, ", cache: 1m", more: routes)
        for seconds in [0, 9.999, 10] { trial.handshake(at: seconds, target: "/ws?t=abc") }
        #expect(trial.words() == ["accept", "accept", "accept"])
        #expect(desk.count == 2)
    }

    @Test func `what is posted holds the token escaped`() throws {
        let desk = Mutex<[String]>([])
        var trial = try Self.trial(nil)
        trial.ask = { question in
            desk.withLock { $0.append(String(decoding: question.form, as: UTF8.self)) }
            return .unavailable
        }
        trial.handshake(target: "/ws?t=a-b_c.d~%26x%3D1%2B%25")
        _ = trial.words()
        #expect(desk.withLock { $0 } == ["token=a-b_c.d%7E%26x%3D1%2B%25&token_type_hint=access_token"])
    }
}
