import ConformanceCases
import Foundation
import NIOCore
import NIOEmbedded
import PolicyTools
import Synchronization
import Testing
import WebSocketPolicy
import WebSocketPolicyNIO
import WebSocketProtocol

/// The language-neutral cases as bytes on a connection: every decision is what a client, the application or the log can see.
struct ConformanceOnTheWireTests {
    /// All but the one whose token is left to its deadline: where nobody can be asked, this server says so at once.
    private static let cases =
        (try? ConformanceReader.cases())?.filter {
            !$0.name.hasSuffix("an opaque token in the first message about which nobody can be asked")
        } ?? []

    @Test(arguments: cases)
    func `each event is decided as its case says`(_ conformanceCase: ConformanceCase) throws {
        var traffic = try WireTraffic(conformanceCase)
        for step in conformanceCase.steps {
            let seen = try traffic.decide(step)
            let expected = step.expected.map(\.members)
            #expect(seen.count == expected.count, "line \(step.event.line): \(seen)")
            for (seen, expected) in zip(seen, expected) {
                // What nobody outside of the server sees is left out.
                for (name, value) in expected where !["type", "awaitingToken", "connection"].contains(name) {
                    let fits = name == "responseHeaders" ? Self.holds(seen[name], value) : seen[name] == value
                    #expect(fits, "line \(step.event.line): \(name), \(seen)")
                }
                if expected["observed"] == nil { #expect(seen["observed"] ?? .list([]) == .list([])) }
            }
        }
    }

    /// The server's own fields stand around those of the policy.
    private static func holds(_ fields: JSONValue?, _ expected: JSONValue) -> Bool {
        guard case .list(let fields)? = fields, case .list(let expected) = expected else { return false }
        return expected.allSatisfy { fields.contains($0) }
    }
}

/// Performs events on connections of one server, and tells what came of them.
private struct WireTraffic {
    private let server: WebSocketPolicyServer
    private let log = Wire.Log()
    private let clock = Wire.Clock()
    private var open: [(name: String, wire: Wire)] = []
    private var toldDecisions = 0

    init(_ conformanceCase: ConformanceCase) throws {
        let plan = try PolicyCompiler.compile(text: conformanceCase.policy, files: conformanceCase.files)
        let engine = try PolicyEngine(
            plan: plan,
            variable: { conformanceCase.environment[$0].map { Array($0.utf8) } },
            file: { conformanceCase.files[$0].map { Array($0.utf8) } }
        )
        var options = WebSocketPolicyServer.Options()
        options.wallClock = { [clock] in Wire.start + clock.offset.load(ordering: .relaxed) }
        options.onDecision = { [log] decision in log.decisions.withLock { $0.append(decision) } }
        options.pingInterval = .never
        server = WebSocketPolicyServer(engine: engine, options: options)
    }

    /// What is seen of each decision about a step, those of other connections' deadlines first.
    mutating func decide(_ step: ConformanceCase.Step) throws -> [[String: JSONValue]] {
        let offset = step.event.unixNanoseconds - Wire.start
        clock.offset.store(offset, ordering: .relaxed)
        var seen: [[String: JSONValue]] = []
        var own: [String: JSONValue]?
        for (name, wire) in open {
            wire.channel.embeddedEventLoop.advanceTime(to: .uptimeNanoseconds(UInt64(offset)))
            guard let told = try closed(wire) else { continue }
            open.removeAll { $0.name == name }
            if name == step.event.connection { own = told } else { seen.append(told) }
        }
        seen.append(try own ?? decide(step, at: offset))
        return seen
    }

    private mutating func decide(_ step: ConformanceCase.Step, at offset: Int64) throws -> [String: JSONValue] {
        let event = step.event
        if case .handshake(let request) = event.kind {
            let wire = try Wire(server, log, clock, peer: request.peer, isSecure: request.isSecure, at: offset)
            let written = step.written.members["handshake"]?.members ?? [:]
            return try handshake(wire, request, written, event.connection)
        }
        guard let wire = open.first(where: { $0.name == event.connection })?.wire else {
            return ["decision": .text("closed")]
        }
        switch event.kind {
        case .handshake: break
        case .tick:
            // Time alone brings nothing but what a check that observes would close.
            var members = news().map(Self.members) ?? [:]
            members["decision"] = .text("wait")
            return members
        case .message(let message):
            // In two frames: a whole one that is too large is too large a frame first.
            let half = message.bytes.count / 2
            let first = Array(message.bytes[..<half])
            let second = Array(message.bytes[half...])
            try wire.frame(ClientFrame(first, final: false, opcode: message.opcode.rawValue))
            try wire.frame(ClientFrame(second, opcode: 0))
        case .frame(let frame): try wire.send(frame.headerBytes + frame.payload)
        case .serverMessage(let message):
            let buffer = ByteBuffer(bytes: message.bytes)
            _ = try? wire.channel.writeOutbound(
                message.opcode == .text ? WebSocketMessage.text(buffer) : .binary(buffer)
            )
        case .close:
            wire.channel.close(promise: nil)
            open.removeAll { $0.name == event.connection }
            return ["decision": .text("closed")]
        }
        if let told = try closed(wire) {
            open.removeAll { $0.name == event.connection }
            return told
        }
        let frames = try wire.frames()
        let delivered = wire.delivered()
        if delivered.contains(where: { $0.hasPrefix("close ") }) { open.removeAll { $0.name == event.connection } }
        if let decision = news() { return Self.members(decision) }
        var isPong = false
        if case .frame(let frame) = event.kind { isPong = frame.opcode == .pong }
        let passed = isPong || !frames.isEmpty || !delivered.isEmpty
        return ["decision": .text(passed ? "forward" : "wait")]
    }

    private mutating func handshake(
        _ wire: Wire,
        _ request: HandshakeRequest,
        _ written: [String: JSONValue],
        _ name: String
    ) throws -> [String: JSONValue] {
        let method = written["method"]?.text ?? "GET"
        let version = written["version"]?.text ?? "1.1"
        var bytes = Array("\(method) ".utf8) + request.bytes[request.target] + Array(" HTTP/\(version)\r\n".utf8)
        for field in request.fields {
            bytes += request.bytes[field.name] + Array(": ".utf8) + request.bytes[field.value] + Array("\r\n".utf8)
        }
        try wire.send(bytes + Array("\r\n".utf8))
        let answer = try wire.output()
        let place = try #require(
            answer.indices.first { answer[$0...].starts(with: Array("\r\n\r\n".utf8)) }.map { $0 + 4 }
        )
        let head = String(decoding: answer[..<place], as: UTF8.self).components(separatedBy: "\r\n")
        let status = Double(head[0].split(separator: " ")[1]) ?? 0
        let decision = try #require(news())
        var members = Self.members(decision)
        members["responseHeaders"] = .list(
            head.dropFirst().filter { !$0.isEmpty }.map { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                return .list([.text(String(parts[0])), .text(String(parts[1].dropFirst()))])
            }
        )
        members["subprotocol"] = head.first { $0.hasPrefix("Sec-WebSocket-Protocol: ") }.map {
            .text(String($0.dropFirst(24)))
        }
        guard decision.kind != .accept else {
            #expect(status == 101)
            open.append((name, wire))
            return members
        }
        if status == 101 {
            members["deliver"] = .text("close")
            members["closeCode"] = Self.code(ServerFrame.words(Array(answer[place...])).first)
        } else {
            members["deliver"] = .text("http")
            members["status"] = .number(status)
        }
        return members
    }

    /// What is told where the policy has closed the connection; nil while it is open.
    private mutating func closed(_ wire: Wire) throws -> [String: JSONValue]? {
        let decisions = log.decisions.withLock { Array($0.dropFirst(toldDecisions)) }
        guard let decision = decisions.last, decision.kind == .close else { return nil }
        toldDecisions += decisions.count
        var members = Self.members(decision)
        members["closeCode"] = Self.code(try wire.frames().last)
        return members
    }

    private mutating func news() -> WebSocketDecision? {
        let decisions = log.decisions.withLock { Array($0.dropFirst(toldDecisions)) }
        toldDecisions += decisions.count
        return decisions.last
    }

    private static func code(_ frame: String?) -> JSONValue? {
        frame.flatMap { Double($0.split(separator: " ").dropFirst().first ?? "") }.map { .number($0) }
    }

    private static func members(_ decision: WebSocketDecision) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "decision": .text(decision.kind == .observe ? "forward" : decision.kind.rawValue),
            "observed": .list(decision.observed.map { .text($0.name) }),
        ]
        members["violation"] = decision.violation.map { .text($0.name) }
        members["pointer"] = decision.pointer.map { .text($0) }
        members["subject"] = decision.subject.map { .text($0) }
        members["route"] = decision.route.map { .text($0) }
        return members
    }
}
