import Crypto
import CryptoExtras
import Foundation
import WebSocketPolicy

/// Every case, in the order of the table.
public enum DecisionCases {
    /// Makes all cases; those of workload files that are not there are left out, and said so.
    public static func all() throws -> [DecisionCase] {
        try names.compactMap(named)
    }

    /// What the cases are called, in the order of the table.
    public static let names = [
        "handshake, 10 origins", "handshake, 10,000 origins", "handshake, HS256", "bare code, HS256",
        "handshake, HS256, known",
        "handshake, ES256", "bare verification, ES256", "handshake, RS256", "bare verification, RS256",
        "message, FinanceHub",
        "message, order", "message, union20", "message, ocpp16-metervalues", "message, chat", "message, quotes64k",
        "message, batch1m", "message, batch1m, broken", "message, 10 types", "message, 10 of 1,000 types",
        "message, 1,000 types",
        "load, 1,000 types",
        "compile, 1,000 types",
    ]

    /// Makes one case; nil where its workload is not there.
    public static func named(_ name: String) throws -> DecisionCase? {
        switch name {
        case "handshake, 10 origins": return try handshake(name, origins: 10)
        case "handshake, 10,000 origins": return try handshake(name, origins: 10_000)
        case "handshake, HS256": return try TokenCases.handshake(name, .secret(key), tokens: 1024)
        case "handshake, HS256, known": return try TokenCases.handshake(name, .secret(key), tokens: 1)
        case "handshake, ES256": return try TokenCases.handshake(name, .ecdsa(P256.Signing.PrivateKey()), tokens: 1024)
        case "handshake, RS256":
            return try TokenCases.handshake(name, .rsa(_RSA.Signing.PrivateKey(keySize: .bits2048)), tokens: 2048)
        case "bare code, HS256": return try TokenCases.bareHS256(name)
        case "bare verification, ES256": return try TokenCases.bareES256(name)
        case "bare verification, RS256": return try TokenCases.bareRS256(name)
        case "message, FinanceHub": return try message(name, MessageWorkload.seed)
        case "message, batch1m, broken": return try MessageWorkload.named("batch1m").map { try broken(name, $0) }
        case "message, 10 types": return try TypeCases.messages(name, types: 10, sent: 10)
        case "message, 10 of 1,000 types": return try TypeCases.messages(name, types: 1000, sent: 10)
        case "message, 1,000 types": return try TypeCases.messages(name, types: 1000, sent: 1000)
        case "load, 1,000 types": return try TypeCases.load(name, types: 1000)
        case "compile, 1,000 types": return TypeCases.compile(name, types: 1000)
        default:
            guard let workload = try MessageWorkload.named(String(name.dropFirst("message, ".count))) else {
                return nil
            }
            return try message(name, workload)
        }
    }

    /// The policy of every message case.
    public static let messagePolicy = """
        wspolicy: 1
        name: message
        origins: { allow: [https://app.example] }
        limits: { messageSize: 2MiB, idleTimeout: unlimited }
        messages:
          schema: { $ref: ./schema.json }
        """

    /// The file of its schema.
    public static let schemaFile = "schema.json"

    static func engine(_ policy: String, files: [String: String] = [:]) throws -> PolicyEngine {
        let plan = try PolicyCompiler.compile(text: policy, files: files)
        return try PolicyEngine(plan: plan, variable: { _ in key }, file: { _ in nil })
    }

    private static let key = Array("the key of benchmarks, thirty-two bytes".utf8)

    static func request(_ origin: String, target: String = "/ws") -> HandshakeRequest {
        HandshakeRequest(
            target: target,
            headers: [
                ("Host", "api.example"), ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"),
                ("Origin", origin), ("Accept-Encoding", "gzip, deflate, br"), ("Accept-Language", "en-GB,en;q=0.9"),
                ("Cache-Control", "no-cache"), ("Pragma", "no-cache"), ("Upgrade", "websocket"),
                ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"),
                ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ],
            peer: SocketAddress(parsing: "203.0.113.7:50112"),
            isSecure: true
        )
    }

    private static func handshake(_ name: String, origins: Int) throws -> DecisionCase {
        let list = (0..<origins).map { "https://site-\($0).example" }.joined(separator: ", ")
        let engine = try engine(
            """
            wspolicy: 1
            name: handshake
            origins: { allow: [\(list)] }
            limits: { messageSize: 1KiB, connections: [{ per: clientAddress, atMost: 10 per minute }, { per: clientAddress, concurrent: 20 }] }
            """
        )
        let request = request("https://site-\(origins / 2).example")
        var now: UInt64 = 1 << 40
        return DecisionCase(name: name, rounds: 20_000) { rounds in
            for _ in 0..<rounds {
                now += 10_000_000_000
                admit(engine, request, at: Moment(ticks: now, unixNanoseconds: 1_780_000_000_000_000_000))
            }
        }
    }

    static func admit(_ engine: PolicyEngine, _ request: HandshakeRequest, at moment: Moment) {
        // It gives back what it holds as it goes away, and is looked at where it lies: a server, too, moves it once at most.
        let admission = engine.admit(request, at: moment)
        switch admission {
        case .accept: break
        case .refuse(let refusal): preconditionFailure("refused: \(refusal.violation)")
        }
    }

    /// The message of a workload with no JSON from its first comma on: it is dropped, and the connection stays open.
    private static func broken(_ name: String, _ workload: MessageWorkload) throws -> DecisionCase {
        let engine = try engine(
            messagePolicy + "\n  onViolation: drop",
            files: [schemaFile: workload.schema]
        )
        let moment = Moment(ticks: 1 << 40, unixNanoseconds: 1_780_000_000_000_000_000)
        let connection = OpenConnection(engine, request("https://app.example"), at: moment)
        var bytes = workload.message
        guard let comma = bytes.firstIndex(of: UInt8(ascii: ",")) else { preconditionFailure("no comma") }
        bytes[comma] = UInt8(ascii: ";")
        var item = DecisionCase(name: name, rounds: 1000) { rounds in
            for _ in 0..<rounds { connection.drop(bytes, at: moment) }
        }
        item.message = bytes
        item.schema = workload.schema
        item.isBroken = true
        return item
    }

    private static func message(_ name: String, _ workload: MessageWorkload) throws -> DecisionCase {
        let engine = try engine(messagePolicy, files: [schemaFile: workload.schema])
        let moment = Moment(ticks: 1 << 40, unixNanoseconds: 1_780_000_000_000_000_000)
        let connection = OpenConnection(engine, request("https://app.example"), at: moment)
        let bytes = workload.message
        var item = DecisionCase(name: name, rounds: max(20, 2_000_000 / max(100, bytes.count))) { rounds in
            for _ in 0..<rounds { connection.receive(bytes, at: moment) }
        }
        item.message = bytes
        item.schema = workload.schema
        return item
    }
}

/// A connection that stays open while messages are measured.
final class OpenConnection {
    private var connection: ConnectionGuard

    init(_ engine: PolicyEngine, _ request: HandshakeRequest, at moment: Moment) {
        switch engine.admit(request, at: moment) {
        case .accept(let guarding, _): connection = guarding
        case .refuse(let refusal): preconditionFailure("refused: \(refusal.violation)")
        }
    }

    func receive(_ bytes: [UInt8], at moment: Moment) {
        guard case .forward = connection.receive(message: bytes.span, opcode: .text, at: moment) else {
            preconditionFailure("not forwarded")
        }
    }

    func drop(_ bytes: [UInt8], at moment: Moment) {
        guard case .drop = connection.receive(message: bytes.span, opcode: .text, at: moment) else {
            preconditionFailure("not dropped")
        }
    }
}
