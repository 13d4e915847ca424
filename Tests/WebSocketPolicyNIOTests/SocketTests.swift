import Foundation
import NIOCore
import Synchronization
import Testing
import WebSocketPolicyNIO

/// What only a socket shows: ends of streams, buffers of the kernel, clocks that go on.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct SocketTests {
    private static let refusing = Wire.open + "responses: { originMissing: { deliver: close } }\n"

    @Test(arguments: LocalServer.Adapter.allCases)
    func `an open connection echoes, and ends by the close handshake`(_ adapter: LocalServer.Adapter) async throws {
        try await LocalServer.run(Wire.open, adapter) { server in
            try await server.client { client in
                try await client.send(Wire.head(fields: ["Sec-WebSocket-Extensions: permessage-deflate"]))
                let (head, rest) = await client.head()
                #expect(head.hasPrefix("HTTP/1.1 101 "))
                #expect(head.lowercased().contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n"))
                #expect(!head.lowercased().contains("sec-websocket-extensions"))
                #expect(rest.isEmpty)
                try await client.send(ClientFrame("hello").bytes)
                #expect(ServerFrame.words(await client.bytes { $0.count >= 7 }) == ["text hello"])
                try await client.send(ClientFrame.close(1000).bytes)
                #expect(ServerFrame.words(await client.bytes()) == ["close 1000 "])
            }
            #expect(server.log.words == ["accept"])
            #expect(server.log.connections.withLock { $0.count } == 1)
        }
    }

    @Test(arguments: LocalServer.Adapter.allCases)
    func `frames behind the head, in the same packet, are decided`(_ adapter: LocalServer.Adapter) async throws {
        try await LocalServer.run(Wire.open, adapter) { server in
            try await server.client { client in
                try await client.send(Array(Wire.head().utf8) + ClientFrame("at once").bytes)
                var (_, rest) = await client.head()
                if rest.isEmpty { rest = await client.bytes { $0.count >= 9 } }
                #expect(ServerFrame.words(rest) == ["text at once"])
            }
        }
    }

    @Test(arguments: LocalServer.Adapter.allCases)
    func `a refusal arrives whole, and nothing behind it is read`(_ adapter: LocalServer.Adapter) async throws {
        try await LocalServer.run(Wire.open, adapter) { server in
            try await server.client { client in
                let again = String(repeating: Wire.head(), count: 200)
                try? await client.send(Wire.head(origin: "https://evil.example") + again)
                let answer = String(decoding: await client.bytes(), as: UTF8.self)
                #expect(answer.hasPrefix("HTTP/1.1 403 Forbidden\r\n"), "\(adapter): \(answer)")
                #expect(answer.lowercased().contains("\r\nconnection: close\r\n"))
                #expect(answer.hasSuffix("\r\n\r\norigin not allowed\n"), "\(adapter): \(answer)")
                #expect(answer.components(separatedBy: "HTTP/1.1").count == 2)
            }
            #expect(server.log.words == ["originForbidden"])
            #expect(server.log.connections.withLock { $0.isEmpty })
        }
    }

    @Test(arguments: LocalServer.Adapter.allCases)
    func `a refusal that the policy delivers by a close opens, says its code, and ends`(
        _ adapter: LocalServer.Adapter
    ) async throws {
        try await LocalServer.run(Self.refusing, adapter) { server in
            try await server.client { client in
                try await client.send(Wire.head(origin: nil))
                var (head, rest) = await client.head()
                #expect(head.hasPrefix("HTTP/1.1 101 "))
                if rest.isEmpty { rest = await client.bytes { $0.count > 4 } }
                #expect(ServerFrame.words(rest) == ["close 4004 origin missing"])
                try await client.send(ClientFrame.close(4004).bytes)
                #expect(await client.bytes().isEmpty)
            }
            #expect(server.log.words == ["originMissing"])
            #expect(server.log.connections.withLock { $0.isEmpty })
        }
    }

    @Test func `a head that does not come is answered when its time is over`() async throws {
        try await LocalServer.run(Wire.open + "limits: { handshakeTimeout: 50ms, closeWait: 100ms }") { server in
            try await server.client { client in
                try await client.send("GET /ws HTTP/1.1\r\n")
                let answer = String(decoding: await client.bytes(), as: UTF8.self)
                #expect(answer.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"), "\(answer)")
            }
        }
    }

    @Test func `a client that does not read is closed, and its place is free`() async throws {
        let policy =
            Wire.open + """
                limits:
                  closeWait: 100ms
                  outboundQueue: 256KiB
                  connections: [{ per: clientAddress, concurrent: 1 }]
                """
        try await LocalServer.run(policy, pushes: 400) { server in
            try await server.client(readsBySelf: false) { client in
                try await client.send(Array(Wire.head().utf8) + ClientFrame("go").bytes)
                // Another connection finds its place only when the first is gone.
                var isFree = false
                for _ in 0..<1000 where !isFree {
                    isFree = try await server.client { next in
                        try await next.send(Wire.head())
                        return await next.head().head.hasPrefix("HTTP/1.1 101 ")
                    }
                    if !isFree { try await Task.sleep(for: .milliseconds(10)) }
                }
                #expect(isFree)
                #expect(server.log.words.contains("slowClient"))
            }
        }
    }

    /// What the server chooses, what the policy says, and the mark of the open connection, in KiB.
    private static let marks: [(chosen: Int?, queue: Int, low: Int, high: Int)] = [
        (nil, 16, 16, 16), (nil, 256, 32, 64), (1024, 256, 256, 256), (1024, 2048, 512, 1024),
    ]

    @Test(arguments: marks)
    func `the channel's mark for a client that does not read is at most the queue`(
        _ chosen: Int?,
        _ queue: Int,
        _ low: Int,
        _ high: Int
    ) async throws {
        let mark = chosen.map { ChannelOptions.Types.WriteBufferWaterMark(low: $0 * 512, high: $0 * 1024) }
        let policy = Wire.open + "limits: { outboundQueue: \(queue)KiB }"
        try await LocalServer.run(policy, waterMark: mark) { server in
            try await server.client { client in
                try await client.send(Wire.head())
                _ = await client.head()
                let channel = try #require(server.log.channels.withLock { $0.first })
                let mark = try await channel.getOption(.writeBufferWaterMark).get()
                #expect(mark.low == low * 1024)
                #expect(mark.high == high * 1024)
            }
        }
    }

    @Test(arguments: [LocalServer.Adapter.awaited, .awaitedUpgrader])
    func `an application that reads late finds its client still there`(_ adapter: LocalServer.Adapter) async throws {
        let (isRead, read) = AsyncStream<Void>.makeStream()
        let policy = Wire.open + "limits: { idleTimeout: 1s }"
        let wait: @Sendable () async -> Void = { for await _ in isRead { break } }
        try await LocalServer.run(policy, adapter, beforeReading: wait) { server in
            try await server.client { client in
                try await client.send(Wire.head())
                _ = await client.head()
                // More than an application's queue takes without being read; at once, so that the client itself is never idle.
                try await client.send((0..<40).flatMap { ClientFrame("\($0)").bytes })
                try await Task.sleep(for: .milliseconds(2500))
                read.yield()
                var answers: [String] = []
                while answers.count < 40 {
                    let bytes = await client.bytes(until: Self.endsWithFrame)
                    guard !bytes.isEmpty else { break }
                    answers += ServerFrame.words(bytes).filter { $0.hasPrefix("text") || $0.hasPrefix("close") }
                }
                #expect(answers == (0..<40).map { "text \($0)" })
            }
        }
    }

    /// Whether the bytes are whole short frames.
    private static func endsWithFrame(_ bytes: [UInt8]) -> Bool {
        var place = 0
        while place + 1 < bytes.count { place += 2 + Int(bytes[place + 1]) }
        return place == bytes.count && place > 0
    }

    @Test func `a client that closes and does not read is gone after closeWait`() async throws {
        let policy =
            Wire.open + "limits: { closeWait: 100ms, outboundQueue: 64MiB, messageSize: 1MiB, idleTimeout: unlimited }"
        try await LocalServer.run(policy, pushes: 400) { server in
            try await server.client(readsBySelf: false) { client in
                try await client.send(Array(Wire.head().utf8) + ClientFrame("go").bytes)
                try await client.send(ClientFrame.close().bytes)
                // Nothing can be written any more once the server's end is gone.
                var isGone = false
                for _ in 0..<2000 where !isGone {
                    do {
                        try await client.send(ClientFrame("more").bytes)
                        try await Task.sleep(for: .milliseconds(10))
                    } catch { isGone = true }
                }
                #expect(isGone)
            }
        }
    }

    @Test func `a message larger than the queue reaches a client that reads`() async throws {
        let limits = "limits: { outboundQueue: 64KiB, messageSize: 8MiB }"
        try await LocalServer.run(Wire.open + limits) { server in
            try await server.client { client in
                try await client.send(Wire.head())
                _ = await client.head()
                let message = String(repeating: "x", count: 6 << 20)
                for _ in 0..<2 {
                    try await client.send(ClientFrame(message).bytes)
                    let size = message.utf8.count + 10
                    #expect(await client.bytes { $0.count >= size }.count == size)
                }
            }
            #expect(server.log.words == ["accept"])
        }
    }

    @Test func `a client that reads as it should gets everything`() async throws {
        try await LocalServer.run(Wire.open + "limits: { outboundQueue: 64MiB }", pushes: 100) { server in
            try await server.client { client in
                try await client.send(Wire.head())
                _ = await client.head()
                try await client.send(ClientFrame("go").bytes)
                let bytes = await client.bytes { $0.count >= 4 + 100 * 65_546 }
                #expect(bytes.count == 4 + 100 * 65_546)
            }
            #expect(server.log.words == ["accept"])
        }
    }

    @Test func `many connections that end in every way leave no place taken`() async throws {
        let policy = Wire.open + "limits: { closeWait: 100ms, connections: [{ per: clientAddress, concurrent: 20 }] }"
        try await LocalServer.run(policy) { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<60 {
                    group.addTask {
                        try await Self.opened(server) { client in
                            switch index % 4 {
                            case 0: try await client.send(ClientFrame.close().bytes)
                            case 1: try await client.send(ClientFrame([0xFF], opcode: 1).bytes)
                            case 2: try await client.channel.close(mode: .output)
                            default: return
                            }
                            _ = await client.bytes()
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await Self.holding(20, of: server) {
                try await server.client { client in
                    try await client.send(Wire.head())
                    #expect(await client.head().head.hasPrefix("HTTP/1.1 503 "))
                }
            }
        }
    }

    /// Tries until a place is free: the server hears of a connection's end a little after its client.
    private static func opened(
        _ server: LocalServer,
        _ body: @Sendable (RawClient) async throws -> Void
    ) async throws {
        while true {
            let isOpen = try await server.client { client in
                try await client.send(Wire.head())
                guard await client.head().head.hasPrefix("HTTP/1.1 101 ") else { return false }
                try await body(client)
                return true
            }
            if isOpen { return }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Runs `body` while so many connections are open at once.
    private static func holding(
        _ count: Int,
        of server: LocalServer,
        _ body: @Sendable () async throws -> Void
    ) async throws {
        guard count > 0 else { return try await body() }
        try await opened(server) { _ in try await holding(count - 1, of: server, body) }
    }
}
