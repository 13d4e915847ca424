import NIOCore
import Synchronization
import Testing
import WebSocketPolicy
import WebSocketPolicyNIO

/// Tokens that somebody else is asked about, while the client waits.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct OpaqueTokenTests {
    private static let policy = """
        origins: { allow: [https://app.example] }
        transport: { tls: optional }
        token: { from: [{ query: t }], introspection: { url: "https://auth.example/introspect", cache: 1s } }
        limits: { handshakeTimeout: 60s, closeWait: 100ms, connections: [{ per: clientAddress, concurrent: 1 }] }
        """
    private static let inMessage = """
        origins: { allow: [https://app.example] }
        transport: { tls: optional }
        token: { from: [{ message: /token }], introspection: { url: "https://auth.example/introspect", cache: 1s } }
        limits: { closeWait: 100ms, idleTimeout: 120s, beforeToken: { within: 60s } }
        """

    private static let renewed =
        Wire.open + """
            token:
              from: [{ query: t }]
              algorithms: [HS256]
              keys: [{ env: K }]
              introspection: { url: "https://auth.example/introspect", cache: 1s }
              renew: { type: renew, message: /token }
            messages: { discriminator: /type, types: { hello: {}, renew: { schema: { required: [token] } } } }
            """

    /// Good tokens are somebody's, bad ones nobody's, and about the rest nothing can be told.
    private static let answer: @Sendable (TokenQuestion) async -> TokenAnswer = { question in
        try? await Task.sleep(for: .milliseconds(5))
        return switch String(decoding: question.token, as: UTF8.self) {
        case "good": .response(Array(#"{"active":true,"sub":"ann","exp":1790000000}"#.utf8))
        case "bad": .response(Array(#"{"active":false}"#.utf8))
        default: .unavailable
        }
    }

    @Test(arguments: LocalServer.Adapter.allCases)
    func `a good token opens, and what was sent meanwhile is decided then`(_ adapter: LocalServer.Adapter) async throws
    {
        try await LocalServer.run(Self.policy, adapter, answer: Self.answer) { server in
            try await server.client { client in
                try await client.send(Array(Wire.head("/ws?t=good").utf8) + ClientFrame("early").bytes)
                var (head, rest) = await client.head()
                #expect(head.hasPrefix("HTTP/1.1 101 "), "\(head)")
                if rest.isEmpty { rest = await client.bytes { $0.count >= 7 } }
                #expect(ServerFrame.words(rest) == ["text early"])
            }
            #expect(server.log.connections.withLock { $0.map(\.subject) } == ["ann"])
        }
    }

    @Test(arguments: LocalServer.Adapter.allCases)
    func `a bad token, and one that nobody tells of, are refused, and their places are free`(
        _ adapter: LocalServer.Adapter
    ) async throws {
        try await LocalServer.run(Self.policy, adapter, answer: Self.answer) { server in
            for (token, status) in [("bad", "401"), ("other", "503"), ("bad", "401")] {
                try await server.client { client in
                    try await client.send(Wire.head("/ws?t=\(token)"))
                    #expect(await client.head().head.hasPrefix("HTTP/1.1 \(status) "), "\(token)")
                }
            }
            #expect(server.log.words == ["tokenInvalid", "storeUnavailable", "tokenInvalid"])
        }
    }

    @Test func `without anybody to ask such a token is refused`() async throws {
        try await LocalServer.run(Self.policy) { server in
            try await server.client { client in
                try await client.send(Wire.head("/ws?t=good"))
                #expect(await client.head().head.hasPrefix("HTTP/1.1 503 "))
            }
        }
    }

    @Test func `without anybody to ask such a token in a message closes, a first one and a newer one`() throws {
        let first = try Wire(Self.inMessage).opened()
        try first.message(#"{"token":"good"}"#)
        #expect(try first.frames() == ["close 1013 temporarily unavailable"])
        #expect(first.log.words == ["accept", "storeUnavailable"])
        #expect(first.log.connections.withLock { $0.isEmpty })

        let renewed = try Wire(Self.renewed).opened("/ws?t=\(Wire.token("ann"))")
        try renewed.message(#"{"type":"hello"}"#)
        #expect(renewed.delivered() == [#"text {"type":"hello"}"#])
        try renewed.message(#"{"type":"renew","token":"good"}"#)
        #expect(try renewed.frames() == ["close 1013 temporarily unavailable"])
        #expect(renewed.log.words == ["accept", "storeUnavailable"])
        #expect(renewed.delivered() == [])
    }

    @Test(arguments: LocalServer.Adapter.allCases)
    func `an answer that does not come in time is told to the client and to the operator`(
        _ adapter: LocalServer.Adapter
    ) async throws {
        let policy = Self.policy.replacing("handshakeTimeout: 60s", with: "handshakeTimeout: 50ms")
        let never: @Sendable (TokenQuestion) async -> TokenAnswer = { _ in
            try? await Task.sleep(for: .seconds(100))
            return .unavailable
        }
        try await LocalServer.run(policy, adapter, answer: never) { server in
            try await server.client { client in
                try await client.send(Wire.head("/ws?t=good"))
                #expect(await client.head().head.hasPrefix("HTTP/1.1 408 "))
            }
            #expect(server.log.words == ["handshakeTimeout"])
        }
    }

    @Test func `a client that leaves before the answer gives its place back`() async throws {
        let isAsked = Atomic<Bool>(false)
        let never: @Sendable (TokenQuestion) async -> TokenAnswer = { question in
            guard question.token == Array("slow".utf8) else { return await Self.answer(question) }
            isAsked.store(true, ordering: .relaxed)
            try? await Task.sleep(for: .seconds(100))
            return .unavailable
        }
        try await LocalServer.run(Self.policy, answer: never) { server in
            try await server.client { client in
                try await client.send(Wire.head("/ws?t=slow"))
                while !isAsked.load(ordering: .relaxed) { try await Task.sleep(for: .milliseconds(2)) }
            }
            var isOpen = false
            for _ in 0..<2000 where !isOpen {
                isOpen = try await server.client { client in
                    try await client.send(Wire.head("/ws?t=good"))
                    return await client.head().head.hasPrefix("HTTP/1.1 101 ")
                }
                if !isOpen { try await Task.sleep(for: .milliseconds(5)) }
            }
            #expect(isOpen)
        }
    }

    @Test(arguments: LocalServer.Adapter.allCases)
    func `a token in the first message is asked about before anything else is read`(
        _ adapter: LocalServer.Adapter
    ) async throws {
        try await LocalServer.run(Self.inMessage, adapter, answer: Self.answer) { server in
            try await server.client { client in
                let frames = ClientFrame(#"{"token":"good"}"#).bytes + ClientFrame("next").bytes
                try await client.send(Wire.head())
                _ = await client.head()
                try await client.send(frames)
                #expect(ServerFrame.words(await client.bytes { $0.count >= 6 }) == ["text next"])
            }
            #expect(server.log.connections.withLock { $0.map(\.subject) } == ["ann"])
            try await server.client { client in
                try await client.send(Wire.head())
                _ = await client.head()
                try await client.send(ClientFrame(#"{"token":"bad"}"#).bytes)
                #expect(ServerFrame.words(await client.bytes { $0.count >= 4 }) == ["close 4003 token invalid"])
            }
        }
    }
}
