import Foundation
import NIOCore
import NIOEmbedded
import SeededNumbers
import Synchronization
import Testing
import WebSocketPolicyNIO
import WebSocketProtocol

struct HandshakeTests {
    private static let plain = Wire.open

    @Test func `an accepted handshake is answered with the key's digest, the subprotocol and the policy's fields`()
        throws
    {
        let wire = try Wire(
            Self.plain + "subprotocols: { allow: [v2, v1] }\nresponseHeaders: { X-Frame-Options: DENY }"
        )
        try wire.send(Wire.head(fields: ["Sec-WebSocket-Protocol: v1, v3"]))
        #expect(
            try wire.text() == """
                HTTP/1.1 101 Switching Protocols\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r
                Sec-WebSocket-Protocol: v1\r
                X-Frame-Options: DENY\r
                \r

                """
        )
        let connection = try #require(wire.log.connections.withLock { $0.first })
        #expect(connection.subprotocol == "v1")
        #expect(connection.target == "/ws")
        #expect(connection.peer?.description == "203.0.113.7:50112")
        #expect(connection.subject == nil)
        #expect(wire.log.words == ["accept"])
    }

    @Test func `a refusal says its status, that it closes, and why; then our end of the stream comes`() throws {
        let wire = try Wire(Self.plain + "responseHeaders: { X-Content-Type-Options: nosniff }")
        try wire.send(Wire.head(origin: "https://evil.example"))
        #expect(
            try wire.text() == """
                HTTP/1.1 403 Forbidden\r
                Content-Type: text/plain; charset=utf-8\r
                Content-Length: 19\r
                X-Content-Type-Options: nosniff\r
                Connection: close\r
                \r
                origin not allowed

                """
        )
        #expect(wire.log.words == ["originForbidden"])
        let decision = try #require(wire.log.decisions.withLock { $0.first })
        #expect(decision.status == 403)
        #expect(decision.policy?.hasPrefix("policy.yaml:3:") == true)
        #expect("\(decision)".contains("203.0.113.7:50112 refuse originForbidden 403 policy.yaml:3:"))
    }

    @Test(arguments: [
        (["Sec-WebSocket-Version: 8"], "426"), ([], "101"),
    ])
    func `another version is told which one is spoken here`(_ fields: [String], _ status: String) throws {
        let wire = try Wire()
        let head = Wire.head().replacing("Sec-WebSocket-Version: 13", with: fields.first ?? "Sec-WebSocket-Version: 13")
        try wire.send(head)
        let answer = try wire.text()
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
        #expect(answer.contains("Sec-WebSocket-Version: 13\r\n") == (status == "426"))
    }

    @Test func `a head may arrive in any two pieces, with frames behind it`() throws {
        let bytes = Array(Wire.head().utf8) + ClientFrame("hello").bytes
        for split in 1..<bytes.count {
            let wire = try Wire()
            try wire.send(Array(bytes[..<split]))
            try wire.send(Array(bytes[split...]))
            #expect(try wire.text().hasPrefix("HTTP/1.1 101 "), "\(split)")
            #expect(wire.delivered() == ["text hello"], "\(split)")
        }
    }

    @Test func `D55 a head that grows beyond the limit is refused there, whatever its pieces`() throws {
        for size in [1, 7, 4096] {
            let wire = try Wire(Self.plain + "limits: { handshakeSize: 1KiB }")
            var sent = 0
            try wire.send("GET /ws HTTP/1.1\r\nX-Long: ")
            while sent < 64 * 1024, try wire.output().isEmpty, wire.log.words.isEmpty {
                try wire.send([UInt8](repeating: 0x61, count: size))
                sent += size
            }
            #expect(sent <= 1024 + size, "\(size): \(sent) bytes were taken")
            #expect(wire.log.words == ["handshakeTooLarge"])
        }
    }

    @Test func `D57 the limits of a head are told by a status, not by a closed socket`() throws {
        let wire = try Wire(Self.plain + "limits: { handshakeSize: 1KiB }")
        try wire.send("GET /\(String(repeating: "a", count: 2000)) HTTP/1.1\r\n\r\n")
        let answer = try wire.text()
        #expect(answer.hasPrefix("HTTP/1.1 431 "))
        #expect(answer.contains("\r\nConnection: close\r\n"))
    }

    @Test func `a head exactly as large as the limit passes, one byte more does not`() throws {
        let head = Wire.head()
        let size = head.utf8.count - 2
        for (limit, status) in [(size, "101"), (size - 1, "431")] {
            let wire = try Wire(Self.plain + "limits: { handshakeSize: \(limit) }")
            try wire.send(head)
            #expect(try wire.text().hasPrefix("HTTP/1.1 \(status) "))
        }
    }

    @Test func `a head that comes too late is told so, and the socket goes`() throws {
        let wire = try Wire(Self.plain + "limits: { handshakeTimeout: 3s, closeWait: 2s }")
        try wire.send("GET /ws HTTP/1.1\r\n")
        wire.pass(.milliseconds(2_999))
        #expect(try wire.output().isEmpty)
        wire.pass(.milliseconds(1))
        #expect(try wire.text().hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        try wire.send("Host: api.example\r\n\r\n")
        wire.pass(.seconds(2))
        #expect(wire.isClosed)
        #expect(wire.log.words == ["handshakeTimeout"])
    }

    @Test func `D30 a refusal that is told by a close ends in time when the peer says nothing`() throws {
        let policy = """
            origins: { allow: [https://app.example] }
            transport: { tls: optional }
            token: { from: [{ query: t }], algorithms: [HS256], keys: [{ env: K }] }
            limits: { closeWait: 1s }
            responses: { tokenMissing: { deliver: close } }
            """
        let wire = try Wire(policy)
        try wire.send(Wire.head())
        let answer = try wire.output()
        let end = try #require(String(decoding: answer, as: UTF8.self).range(of: "\r\n\r\n"))
        let head = String(decoding: answer, as: UTF8.self)[..<end.lowerBound]
        #expect(head.hasPrefix("HTTP/1.1 101 "))
        #expect(ServerFrame.words(Array(answer[(head.utf8.count + 4)...])) == ["close 4001 token missing"])
        wire.pass(.milliseconds(999))
        #expect(!wire.isClosed)
        wire.pass(.milliseconds(1))
        #expect(wire.isClosed)

        let http = try Wire(policy.replacing("deliver: close", with: "deliver: http"))
        try http.send(Wire.head())
        #expect(try http.text().hasPrefix("HTTP/1.1 401 "))
    }

    @Test func `beyond the bound on such sockets a refusal is told by its status, and an answered close makes room`()
        throws
    {
        let policy = """
            origins: { allow: [https://app.example] }
            transport: { tls: optional }
            token: { from: [{ query: t }], algorithms: [HS256], keys: [{ env: K }] }
            responses: { tokenMissing: { deliver: close } }
            """
        let first = try Wire(policy) { $0.maximumClosingHandshakes = 1 }
        try first.send(Wire.head())
        #expect(try first.text().hasPrefix("HTTP/1.1 101 "))
        let second = try first.another()
        try second.send(Wire.head())
        let answer = try second.text()
        #expect(answer.hasPrefix("HTTP/1.1 401 "))
        #expect(answer.contains("\r\nConnection: close\r\n"))
        try first.frame(.close(4001))
        #expect(first.isClosed)
        let third = try first.another()
        try third.send(Wire.head())
        #expect(try third.text().hasPrefix("HTTP/1.1 101 "))
    }

    @Test func `D29 requests that are no handshake take nothing of a count`() throws {
        let wire = try Wire(Self.plain + "limits: { connections: [{ per: clientAddress, concurrent: 3 }] }")
        for _ in 0..<10 {
            let probe = try wire.another()
            try probe.send("GET /ws HTTP/1.1\r\nHost: api.example\r\n\r\n")
            #expect(try probe.text().hasPrefix("HTTP/1.1 400 "))
        }
        var open: [Wire] = []
        for _ in 0..<3 { open.append(try wire.another().opened()) }
        let fourth = try wire.another()
        try fourth.send(Wire.head())
        #expect(try fourth.text().hasPrefix("HTTP/1.1 503 "))
        // However a connection ends, its place is free once, and only once.
        open[0].channel.close(promise: nil)
        try open[1].frame(.close())
        try open[2].frame(ClientFrame([0xFF], opcode: 1))
        for place in 0..<4 {
            let next = try wire.another()
            try next.send(Wire.head())
            let isFree = place < 3
            #expect(try next.text().hasPrefix(isFree ? "HTTP/1.1 101 " : "HTTP/1.1 503 "), "\(place)")
            if isFree { open.append(next) }
        }
    }

    @Test func `D54 a control character in a field is no line end`() throws {
        for byte: UInt8 in [0x0B, 0x0C, 0x1C, 0x1D, 0x1E, 0x00] {
            let wire = try Wire()
            let head = Array(Wire.head(origin: nil).utf8.dropLast(2))
            try wire.send(head + Array("X-A: 1".utf8) + [byte] + Array("Origin: https://app.example\r\n\r\n".utf8))
            #expect(try wire.text().hasPrefix("HTTP/1.1 400 "), "\(byte)")
        }
        // 0x85 is no control character of a field, and no line end either: no Origin comes of it.
        let wire = try Wire()
        let head = Array(Wire.head(origin: nil).utf8.dropLast(2))
        try wire.send(head + Array("X-A: 1".utf8) + [0x85] + Array("Origin: https://app.example\r\n\r\n".utf8))
        #expect(try wire.text().hasPrefix("HTTP/1.1 403 "))
    }

    @Test(arguments: [
        Wire.head(fields: ["Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="]),
        Wire.head(key: nil),
        Wire.head(key: "short"),
        Wire.head().replacing("\r\n", with: "\n") + "\r\n\r\n",
        Wire.head(fields: [" folded"]),
        Wire.head(fields: ["Content-Length: 5"]),
        Wire.head(fields: ["Transfer-Encoding: chunked"]),
        Wire.head(fields: ["Host: other.example"]),
        Wire.head(fields: ["Origin: https://app.example"]),
        Wire.head(fields: ["Upgrade: h2c"]),
        Wire.head(method: "POST"),
        Wire.head().replacing("HTTP/1.1", with: "HTTP/1.0"),
        "\u{16}\u{3}\u{1}\r\n\r\n",
        "\r\n\r\n",
    ])
    func `D56 D59 what is no handshake is refused by 400 and tunnels nothing`(_ head: String) throws {
        let wire = try Wire()
        try wire.send(head)
        try wire.send(ClientFrame("hello").bytes)
        #expect(try wire.text().hasPrefix("HTTP/1.1 400 "))
        #expect(wire.delivered() == [])
        #expect(wire.log.words == ["badHandshake"])
    }

    @Test func `D60 what follows a refused handshake is not read`() throws {
        let wire = try Wire()
        try wire.send(Wire.head(origin: nil) + Wire.head())
        try wire.send(Wire.head())
        let answer = try wire.text()
        #expect(answer.hasPrefix("HTTP/1.1 403 "))
        #expect(answer.components(separatedBy: "HTTP/1.1").count == 2)
        #expect(answer.contains("\r\nConnection: close\r\n"))
        #expect(wire.log.words == ["originMissing"])
    }

    @Test func `D58 the policy's fields come with both answers and change neither`() throws {
        let policy = Self.plain + "responseHeaders: { Strict-Transport-Security: max-age=63072000 }"
        for (origin, status) in [("https://app.example", "101"), ("https://evil.example", "403")] {
            let wire = try Wire(policy)
            try wire.send(Wire.head(origin: origin))
            let answer = try wire.text()
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
            #expect(answer.contains("\r\nStrict-Transport-Security: max-age=63072000\r\n"))
        }
    }

    @Test func `requests of another protocol go to the handlers that the application adds, with every byte`() throws {
        final class Recorder: ChannelInboundHandler {
            typealias InboundIn = ByteBuffer
            var bytes: [UInt8] = []
            func channelRead(context: ChannelHandlerContext, data: NIOAny) {
                bytes += unwrapInboundIn(data).readableBytesView
            }
        }
        let wire = try Wire { options in
            options.otherRequests = { try $0.pipeline.syncOperations.addHandler(Recorder()) }
        }
        try wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /two")
        try wire.send(" HTTP/1.1\r\n\r\n")
        let recorder = try wire.channel.pipeline.syncOperations.handler(type: Recorder.self)
        #expect(
            String(decoding: recorder.bytes, as: UTF8.self)
                == "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /two HTTP/1.1\r\n\r\n"
        )
        // Whoever asks for a WebSocket, right or wrong, is answered by the policy.
        let wrong = try wire.another()
        try wrong.send("POST / HTTP/1.1\r\nHost: a\r\nUpgrade: WebSocket\r\n\r\n")
        #expect(try wrong.text().hasPrefix("HTTP/1.1 400 "))
    }

    @Test func `random bytes are refused or wait, and nothing traps`() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<300 {
            let wire = try Wire(Self.plain + "limits: { handshakeSize: 512 }")
            var head = Array(Wire.head().utf8)
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<head.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: head[place] = UInt8.random(in: 0...255, using: &random)
                case 1: head.insert(UInt8.random(in: 0...255, using: &random), at: place)
                default: head.remove(at: place)
                }
            }
            try wire.send(head + ClientFrame("hello").bytes)
            let answer = try wire.text()
            let isOpen = answer.hasPrefix("HTTP/1.1 101 ")
            #expect(isOpen || answer.hasPrefix("HTTP/1.1 4") || answer.isEmpty, "\(answer)")
            if !isOpen { #expect(wire.delivered() == []) }
        }
    }
}
