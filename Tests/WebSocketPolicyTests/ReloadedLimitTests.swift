import Testing
import WebSocketPolicy

/// Counters while a newer plan takes the place of an older one.
struct ReloadedLimitTests {
    private static func engine(_ limits: String, after previous: PolicyEngine? = nil) throws -> PolicyEngine {
        let text = "wspolicy: 1\nname: reloaded\norigins: { allow: [https://app.example] }\n" + limits
        return try PolicyEngine(
            plan: try PolicyCompiler.compile(text: text),
            keepingCountersOf: previous,
            variable: { _ in nil },
            file: { _ in nil }
        )
    }

    private static func request(_ target: String, peer: String) -> HandshakeRequest {
        HandshakeRequest(
            target: target,
            headers: [
                ("Host", "api.example"), ("Origin", "https://app.example"), ("Upgrade", "websocket"),
                ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"),
                ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ],
            peer: SocketAddress(parsing: peer),
            isSecure: true
        )
    }

    /// How many of ten handshakes pass; each connection ends at once.
    private static func admitted(
        _ engine: PolicyEngine,
        _ target: String = "/ws",
        peer: String = "203.0.113.7:1",
        at seconds: UInt64,
        attempts: Int = 10
    ) -> Int {
        let now = Moment(ticks: 1_000_000_000_000 + seconds * 1_000_000_000, unixNanoseconds: 1_780_000_000_000_000_000)
        var count = 0
        for _ in 0..<attempts {
            if case .accept = engine.admit(request(target, peer: peer), at: now) { count += 1 }
        }
        return count
    }

    private static func connections(_ limit: String) -> String { "limits: { connections: [{ \(limit) }] }" }

    @Test(arguments: ["rate: 10/m, burst: 5", "rate: 37/m, burst: 5", "atMost: 5 per 10s"])
    func `a limit that did not change goes on counting`(_ limit: String) throws {
        let text = Self.connections("per: clientAddress, " + limit)
        let first = try Self.engine(text)
        #expect(Self.admitted(first, at: 0, attempts: 3) == 3)
        // Other limits may come before it and after it.
        let second = try Self.engine(
            "limits: { connections: [{ per: server, concurrent: 9 }, { per: clientAddress, \(limit) }, { per: route, rate: 99/s }] }",
            after: first
        )
        #expect(Self.admitted(second, at: 0) == 2)
        #expect(Self.admitted(try Self.engine(text, after: second), at: 0) == 0)
        #expect(Self.admitted(try Self.engine(text), at: 0) == 5)
    }

    @Test(arguments: [
        // What had four of ten hits; what has how many left.
        ("rate: 10/m, burst: 10", "rate: 5/m, burst: 5", 1), ("rate: 10/m, burst: 10", "rate: 37/m, burst: 6", 2),
        ("rate: 37/m, burst: 10", "rate: 10/m, burst: 6", 2), ("rate: 10/m, burst: 10", "rate: 1/m, burst: 3", 0),
        ("rate: 10/m, burst: 10", "atMost: 6 per 1m", 2), ("atMost: 10 per 1m", "atMost: 6 per 1m", 2),
        ("atMost: 10 per 1m", "atMost: 3 per 1m", 0), ("atMost: 10 per 1m", "rate: 6/m, burst: 6", 2),
        ("atMost: 10 per 1m", "rate: 37/m, burst: 6", 2), ("rate: 37/m, burst: 10", "atMost: 8 per 1h", 4),
        ("rate: 10/m, burst: 10", "rate: 10/m, burst: 10, tableSize: 100", 6),
    ])
    func `a changed limit begins with what the old one counted`(_ old: String, _ new: String, _ left: Int) throws {
        let first = try Self.engine(Self.connections("per: clientAddress, " + old))
        #expect(Self.admitted(first, at: 0, attempts: 4) == 4)
        let second = try Self.engine(Self.connections("per: clientAddress, " + new), after: first)
        #expect(Self.admitted(second, at: 0) == left)
        // Whom the old one did not know the new one does not know either.
        #expect(Self.admitted(second, peer: "198.51.100.1:1", at: 0, attempts: 3) == 3)
    }

    @Test func `what was counted long ago no longer counts under other numbers`() throws {
        let first = try Self.engine(Self.connections("per: clientAddress, atMost: 10 per 1m"))
        #expect(Self.admitted(first, at: 0, attempts: 4) == 4)
        #expect(Self.admitted(first, at: 30, attempts: 2) == 2)
        let second = try Self.engine(Self.connections("per: clientAddress, atMost: 5 per 1m"), after: first)
        #expect(Self.admitted(second, at: 59) == 0)
        #expect(Self.admitted(second, at: 60) == 3)
    }

    @Test func `open connections count under a new number and are given back whoever took them`() throws {
        let first = try Self.engine(Self.connections("per: clientAddress, concurrent: 3"))
        let now = Moment(ticks: 1_000_000_000_000, unixNanoseconds: 1_780_000_000_000_000_000)
        var second = first
        switch (first.admit(Self.request("/ws", peer: "203.0.113.7:1"), at: now)) {
        case .refuse: Issue.record("refused")
        case .accept(let connection, _):
            second = try Self.engine(Self.connections("per: clientAddress, concurrent: 1"), after: first)
            #expect(Self.admitted(second, at: 0) == 0)
            #expect(Self.admitted(second, peer: "198.51.100.1:1", at: 0) == 10)
            _ = consume connection
        }
        #expect(Self.admitted(second, at: 0) == 10)
    }

    @Test func `a route's limit stays with its path, and another count is another limit`() throws {
        let routes = "routes: [{ path: /a, limits: { connections: [{ per: route, atMost: 3 per 1m }] } }, { path: /b }]"
        let first = try Self.engine(routes)
        #expect(Self.admitted(first, "/a", at: 0) == 3)
        // The route now comes second, and the first one has a limit of the same numbers.
        let swapped = """
            routes:
              - { path: /b, limits: { connections: [{ per: route, atMost: 3 per 1m }] } }
              - { path: /a, limits: { connections: [{ per: route, atMost: 3 per 1m }] } }
            """
        let second = try Self.engine(swapped, after: first)
        #expect(Self.admitted(second, "/a", at: 0) == 0)
        #expect(Self.admitted(second, "/b", at: 0) == 3)
        let subnets = try Self.engine(
            Self.connections("per: clientAddress, prefix: { v4: 24, v6: 48 }, atMost: 3 per 1m"),
            after: second
        )
        #expect(Self.admitted(subnets, at: 0) == 3)
    }

    @Test func `a plan that cannot run changes no limit`() throws {
        let first = try Self.engine(Self.connections("per: clientAddress, concurrent: 1"))
        let text = """
            wspolicy: 1
            name: reloaded
            origins: { allow: [https://app.example] }
            token: { from: [{ header: Authorization }], algorithms: [HS256], keys: [{ env: KEY }] }
            limits: { connections: [{ per: clientAddress, concurrent: 9 }] }
            """
        #expect(throws: EngineSetupError.self) {
            try PolicyEngine(
                plan: try PolicyCompiler.compile(text: text),
                keepingCountersOf: first,
                variable: { _ in nil },
                file: { _ in nil }
            )
        }
        let now = Moment(ticks: 1_000_000_000_000, unixNanoseconds: 1_780_000_000_000_000_000)
        switch first.admit(Self.request("/ws", peer: "203.0.113.7:1"), at: now) {
        case .refuse: Issue.record("refused")
        case .accept(let connection, _):
            #expect(Self.admitted(first, at: 0) == 0)
            _ = consume connection
        }
    }
}
