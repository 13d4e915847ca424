import ConformanceCases
import Foundation
import NIOCore
import PolicyTools
import Synchronization
import Testing
import WebSocketPolicy
import WebSocketPolicyNIO
import WebSocketProtocol

/// The language-neutral cases over sockets: those that need neither time passed in nor addresses of their own.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ConformanceOnSocketTests {
    private static let shown: Set = ["frames", "serverMessages", "date", "invalidUTF8", "unanswered"]
    private static let cases = (try? ConformanceReader.cases())?.filter { $0.needs.isSubset(of: shown) } ?? []

    @Test func `there are cases that a socket can show`() {
        #expect(Self.cases.count > 50)
        for need in Self.shown { #expect(Self.cases.contains { $0.needs.contains(need) }, "\(need)") }
    }

    @Test(arguments: cases)
    func `each event is decided as its case says`(_ conformanceCase: ConformanceCase) async throws {
        let plan = try PolicyCompiler.compile(text: conformanceCase.policy, files: conformanceCase.files)
        let engine = try PolicyEngine(
            plan: plan,
            variable: { conformanceCase.environment[$0].map { Array($0.utf8) } },
            file: { conformanceCase.files[$0].map { Array($0.utf8) } }
        )
        try await LocalServer.run(engine, isSecure: true) { server in
            var clients: [String: RawClient] = [:]
            var channels: [String: any Channel] = [:]
            for step in conformanceCase.steps {
                let expected = step.expected.last?.members ?? [:]
                if case .handshake(let request) = step.event.kind {
                    let client = try await server.connect()
                    clients[step.event.connection] = client
                    try await handshake(client, request, step, expected)
                    // Connections open one behind the other: the last one is this client's.
                    channels[step.event.connection] = server.log.channels.withLock { $0.last }
                } else if case .serverMessage(let message) = step.event.kind {
                    let channel = try #require(channels[step.event.connection])
                    let client = try #require(clients[step.event.connection])
                    let payload = ByteBuffer(bytes: message.bytes)
                    let told = server.log.decisions.withLock { $0.count }
                    try? await channel.writeAndFlush(
                        message.opcode == .text ? WebSocketMessage.text(payload) : .binary(payload)
                    )
                    try await outcome(client, step, expected, server, told)
                } else if let client = clients[step.event.connection] {
                    try await message(client, step, expected, server)
                }
            }
            for client in clients.values { try? await client.channel.close() }
        }
    }

    private func handshake(
        _ client: RawClient,
        _ request: HandshakeRequest,
        _ step: ConformanceCase.Step,
        _ expected: [String: JSONValue]
    ) async throws {
        let written = step.written.members["handshake"]?.members ?? [:]
        let start = "\(written["method"]?.text ?? "GET") "
        var bytes = Array(start.utf8) + request.bytes[request.target]
        bytes += Array(" HTTP/\(written["version"]?.text ?? "1.1")\r\n".utf8)
        for field in request.fields {
            bytes += request.bytes[field.name] + Array(": ".utf8) + request.bytes[field.value] + Array("\r\n".utf8)
        }
        try await client.send(bytes + [13, 10])
        var (head, rest) = await client.head()
        let status = JSONValue.number(Double(head.split(separator: " ").dropFirst().first ?? "") ?? 0)
        let place: Comment = "line \(step.event.line): \(head)"
        if expected["decision"] == .text("accept") {
            #expect(status == .number(101), place)
        } else if expected["deliver"] == .text("close") {
            #expect(status == .number(101), place)
            if rest.isEmpty { rest = await client.bytes { $0.count >= 4 } }
            #expect(Self.closeCode(rest) == expected["closeCode"], place)
        } else if let expected = expected["status"] {
            #expect(status == expected, place)
        }
    }

    private func message(
        _ client: RawClient,
        _ step: ConformanceCase.Step,
        _ expected: [String: JSONValue],
        _ server: LocalServer
    ) async throws {
        let told = server.log.decisions.withLock { $0.count }
        switch step.event.kind {
        case .message(let message):
            let half = message.bytes.count / 2
            let first = ClientFrame(Array(message.bytes[..<half]), final: false, opcode: message.opcode.rawValue)
            try? await client.send(first.bytes + ClientFrame(Array(message.bytes[half...]), opcode: 0).bytes)
        case .frame(let frame): try? await client.send(frame.headerBytes + frame.payload)
        case .close:
            // By a close frame, whose answer says that the server has heard of it.
            try await client.send(ClientFrame.close().bytes)
            _ = await client.bytes()
            return
        default: return
        }
        try await outcome(client, step, expected, server, told)
    }

    /// What the client, or the server's log, has of a decision; `told` decisions were there before.
    private func outcome(
        _ client: RawClient,
        _ step: ConformanceCase.Step,
        _ expected: [String: JSONValue],
        _ server: LocalServer,
        _ told: Int
    ) async throws {
        let place: Comment = "line \(step.event.line)"
        switch expected["decision"]?.text {
        case "forward":
            // An echo, a pong, or the answer to a close; a pong of the client's is answered by nothing.
            if case .frame(let frame) = step.event.kind, frame.opcode == .pong { return }
            #expect(Self.isWholeFrame(await client.bytes(until: Self.isWholeFrame)), place)
        case "close":
            let bytes = await client.bytes { Self.closeCode($0) != nil }
            #expect(Self.closeCode(bytes) == expected["closeCode"], place)
        case "drop", "warn":
            for _ in 0..<2000 where server.log.decisions.withLock({ $0.count }) == told {
                try await Task.sleep(for: .milliseconds(5))
            }
            let decision = server.log.decisions.withLock { $0.last }
            #expect(decision?.kind.rawValue == expected["decision"]?.text, place)
            #expect(decision?.violation?.name == expected["violation"]?.text, place)
        default: break
        }
    }

    /// Whether one frame of a server is there to its end; what follows it would be taken for another otherwise.
    private static func isWholeFrame(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 2 else { return false }
        let extra = bytes[1] == 126 ? 2 : bytes[1] == 127 ? 8 : 0
        guard bytes.count >= 2 + extra else { return false }
        let length = extra == 0 ? Int(bytes[1]) : bytes[2..<(2 + extra)].reduce(0) { $0 << 8 | Int($1) }
        return bytes.count >= 2 + extra + length
    }

    /// The code of the close frame among what a server wrote; nil as long as none is there.
    private static func closeCode(_ bytes: [UInt8]) -> JSONValue? {
        var rest = bytes[...]
        while rest.count >= 4 {
            let (first, length) = (rest[rest.startIndex], Int(rest[rest.startIndex + 1]))
            guard length < 126, rest.count >= 2 + length else { return nil }
            let payload = rest.dropFirst(2).prefix(length)
            if first == 0x88, length >= 2 {
                return .number(Double(Int(payload[payload.startIndex]) << 8 | Int(payload[payload.startIndex + 1])))
            }
            rest = rest.dropFirst(2 + length)
        }
        return nil
    }
}
