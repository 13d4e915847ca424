import NIOCore
import NIOEmbedded
import PolicyRuntime
import Synchronization
import Testing
import WebSocketPolicy
import WebSocketPolicyNIO

struct ConnectionLifeTests {
    private static let token =
        "token: { from: [{ query: t }], algorithms: [HS256], keys: [{ env: K }], clockSkew: 1s, revoked: { file: revoked.txt } }\n"
    private static let first = """
        token: { from: [{ message: /token }], algorithms: [HS256], keys: [{ env: K }] }
        limits: { beforeToken: { within: 5s } }

        """

    @Test func `a client that answers our ping is not idle, one that sends its own is`() throws {
        let policy = Wire.open + "limits: { idleTimeout: 10s, controlFrames: { rate: 1000/s } }"
        let wire = try Wire(policy).opened()
        for _ in 0..<5 {
            wire.pass(.seconds(5))
            let pings = try wire.output()
            #expect(ServerFrame.words(pings) == ["ping 8"])
            try wire.frame(ClientFrame(Array(pings.dropFirst(2)), opcode: 10))
        }
        #expect(!wire.isClosed)
        for _ in 0..<9 {
            wire.pass(.seconds(1))
            try wire.frame(ClientFrame("hello", opcode: 9))
            try wire.frame(ClientFrame("unasked", opcode: 10))
        }
        #expect(try wire.frames().filter { $0.hasPrefix("close") } == [])
        wire.pass(.seconds(1))
        #expect(try wire.frames() == ["close 4408 idle for too long"])
    }

    @Test func `a pong that takes longer than the time between pings counts`() throws {
        let policy = Wire.open + "limits: { idleTimeout: 10s, controlFrames: { rate: 1000/s } }"
        let wire = try Wire(policy) { $0.pingInterval = .every(.seconds(1)) }.opened()
        var pings: [UInt8] = []
        for _ in 0..<10 {
            // Each answer is four seconds on its way.
            for _ in 0..<8 {
                wire.pass(.milliseconds(500))
                pings += try wire.output()
            }
            #expect(ServerFrame.words(pings) == ["ping 8"])
            try wire.frame(ClientFrame(Array(pings.dropFirst(2)), opcode: 10))
            pings = []
        }
        #expect(!wire.isClosed)
        wire.pass(.milliseconds(9_999))
        #expect(try wire.frames() == ["ping 8"])
        wire.pass(.milliseconds(1))
        #expect(try wire.frames() == ["close 4408 idle for too long"])
    }

    @Test func `a client is not idle while the application reads nothing of it`() throws {
        let policy = Wire.open + "limits: { idleTimeout: 10s, connectionLifetime: 60s }"
        let wire = try Wire(policy).opened()
        wire.channel.read()
        // Read, and nobody asks for more.
        try wire.message("hello")
        wire.pass(.seconds(30))
        #expect(try wire.frames() == [])
        wire.channel.read()
        wire.pass(.milliseconds(9_999))
        #expect(try wire.frames() == ["ping 8"])
        wire.pass(.milliseconds(1))
        #expect(try wire.frames() == ["close 4408 idle for too long"])

        let lived = try Wire(policy).opened()
        lived.channel.read()
        try lived.message("hello")
        lived.pass(.milliseconds(59_999))
        #expect(try lived.frames() == [])
        lived.pass(.milliseconds(1))
        #expect(try lived.frames() == ["close 4408 connection lifetime reached"])

        // The client takes nothing, and the application waits for it: that one is idle.
        let slow = try Wire(policy).opened()
        slow.channel.read()
        try slow.message("hello")
        slow.channel.isWritable = false
        slow.pass(.milliseconds(9_999))
        #expect(try slow.frames() == ["ping 8"])
        slow.pass(.milliseconds(1))
        #expect(try slow.frames() == ["close 4408 idle for too long"])
    }

    @Test func `a connection ends at its lifetime and at its token's end, with no message needed`() throws {
        let lived = try Wire(Wire.open + "limits: { connectionLifetime: 90s, idleTimeout: unlimited }").opened()
        lived.pass(.milliseconds(89_999))
        #expect(try lived.frames() == [])
        lived.pass(.milliseconds(1))
        #expect(try lived.frames() == ["close 4408 connection lifetime reached"])

        let policy = Wire.open + Self.token + "limits: { idleTimeout: unlimited }"
        let wire = try Wire(policy, files: ["revoked.txt": ""]).opened("/ws?t=\(Wire.token(seconds: 30))")
        wire.pass(.milliseconds(30_999))
        #expect(try wire.frames() == [])
        wire.pass(.milliseconds(1))
        #expect(try wire.frames() == ["close 4002 token expired"])
        #expect(wire.log.words == ["accept", "tokenExpired"])
    }

    @Test func `a silent connection of a revoked subject ends within seconds`() throws {
        let policy = Wire.open + Self.token + "limits: { idleTimeout: unlimited }"
        let wire = try Wire(policy, files: ["revoked.txt": ""]).opened("/ws?t=\(Wire.token("ann"))")
        let other = try wire.another().opened("/ws?t=\(Wire.token("bob"))")
        try wire.server.engine.reloadRevocations { _ in Array("ann\n".utf8) }
        wire.pass(.seconds(5))
        other.pass(.seconds(5))
        #expect(try wire.frames() == ["close 4001 token revoked"])
        #expect(try other.frames() == [])
    }

    @Test func `a silent connection of a subject that is revoked on all instances ends within seconds`() throws {
        @Sendable func name(_ text: [UInt8]) -> RevocationName {
            RevocationName(high: 0, low: text.reduce(0) { $0 << 8 | UInt64($1) })
        }
        let list = SharedRevocations { _, text in name(text) }
        list.complete(until: .max)
        let policy =
            Wire.open + Self.token.replacing("file: revoked.txt", with: "shared: true")
            + "limits: { idleTimeout: unlimited }"
        let wire = try Wire(policy, shared: list).opened("/ws?t=\(Wire.token("ann"))")
        let other = try wire.another().opened("/ws?t=\(Wire.token("bob"))")
        list.take(
            [RevocationChange(name: name(Array("ann".utf8)), version: 1, end: .max, isRevoked: true)],
            at: Wire.start
        )
        wire.pass(.seconds(5))
        other.pass(.seconds(5))
        #expect(try wire.frames() == ["close 4001 token revoked"])
        #expect(try other.frames() == [])
        #expect(wire.log.words == ["accept", "accept", "tokenRevoked"])
    }

    @Test func `the application meets the connection once the first message has brought its token`() throws {
        let wire = try Wire(Wire.open + Self.first).opened()
        #expect(wire.log.connections.withLock { $0.count } == 0)
        try wire.message(#"{"token":"\#(Wire.token("ann"))"}"#)
        #expect(wire.log.connections.withLock { $0.map(\.subject) } == ["ann"])
        let claims = try #require(wire.log.connections.withLock { $0.first?.claims })
        #expect(String(decoding: claims, as: UTF8.self).contains(#""sub":"ann""#))
        #expect(wire.delivered() == [])
        try wire.message("hello")
        #expect(wire.delivered() == ["text hello"])

        let wrong = try Wire(Wire.open + Self.first).opened()
        try wrong.message("hello")
        #expect(try wrong.frames() == ["close 4001 token missing"])
        #expect(wrong.log.connections.withLock { $0.count } == 0)

        let silent = try Wire(Wire.open + Self.first).opened()
        silent.pass(.milliseconds(4_999))
        try silent.frame(ClientFrame("", opcode: 9))
        #expect(try silent.frames() == ["pong "])
        silent.pass(.milliseconds(1))
        #expect(try silent.frames() == ["close 4408 no token in time"])
    }

    @Test func `where anonymous clients are allowed, an ordinary first message is delivered`() throws {
        let wire = try Wire(Wire.open + Self.first.replacing("algorithms", with: "absent: allow, algorithms")).opened()
        try wire.message("hello")
        #expect(wire.log.connections.withLock { $0.map(\.subject) } == [nil])
        #expect(wire.delivered() == ["text hello"])
    }

    @Test func `another engine decides new handshakes, open connections keep theirs`() throws {
        let wire = try Wire().opened()
        wire.server.replace(
            with: try Wire.engine("origins: { allow: [https://new.example] }\ntransport: { tls: optional }")
        )
        try wire.message("hello")
        #expect(wire.delivered() == ["text hello"])
        let refused = try wire.another()
        try refused.send(Wire.head())
        #expect(try refused.text().hasPrefix("HTTP/1.1 403 "))
        let accepted = try wire.another()
        try accepted.send(Wire.head(origin: "https://new.example"))
        #expect(try accepted.text().hasPrefix("HTTP/1.1 101 "))
    }

    @Test func `D63 what the server sends is checked: an invalid message is not sent, and the client stays`() throws {
        let policy = Wire.open + "serverMessages: { onViolation: drop, schema: { required: [price] } }"
        let wire = try Wire(policy).opened()
        #expect(throws: WebSocketMessageRefused.self) {
            try wire.channel.writeOutbound(WebSocketMessage.text(#"{"cost":1}"#))
        }
        try wire.channel.writeOutbound(WebSocketMessage.text(#"{"price":1}"#))
        #expect(try wire.frames() == [#"text {"price":1}"#])
        #expect(wire.log.words == ["accept", "schemaMismatch"])
    }

    @Test(arguments: [0, 125, 126, 65_535, 65_536, 200_000])
    func `messages of every size leave in the shortest header`(_ size: Int) throws {
        let wire = try Wire().opened()
        try wire.channel.writeOutbound(WebSocketMessage.binary(ByteBuffer(repeating: 7, count: size)))
        let bytes = try wire.output()
        let header = size < 126 ? 2 : size < 65_536 ? 4 : 10
        #expect(bytes.count == header + size)
        #expect(ServerFrame.words(bytes).first?.count == "binary \([UInt8](repeating: 7, count: size))".count)
    }

    @Test func `an application that closes says so to the client`() throws {
        let wire = try Wire().opened()
        try wire.channel.writeOutbound(WebSocketMessage.close(WebSocketClose(code: 4321, reason: "done")))
        #expect(try wire.frames() == ["close 4321 done"])
        #expect(throws: ChannelError.self) { try wire.channel.writeOutbound(WebSocketMessage.text("late")) }
        try wire.frame(.close(4321))
        #expect(wire.isClosed)

        let abrupt = try Wire().opened()
        abrupt.channel.close(promise: nil)
        #expect(try abrupt.frames() == ["close 1001 "])
        #expect(!abrupt.isClosed)
        try abrupt.message("late")
        #expect(abrupt.delivered().isEmpty)
        try abrupt.frame(.close(1001))
        #expect(abrupt.isClosed)

        let silent = try Wire(Wire.open + "limits: { closeWait: 2s }").opened()
        silent.channel.close(promise: nil)
        silent.pass(.milliseconds(1999))
        #expect(!silent.isClosed)
        silent.pass(.milliseconds(1))
        #expect(silent.isClosed)
    }
}
