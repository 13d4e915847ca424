import Crypto
import Foundation
import PolicyDocument
import PolicyModel
import PolicyPlan
import PolicyPlanner
import PolicyRuntime
import Testing
import WebSocketPolicyJWT
import WebSocketProtocol

@testable import PolicyTools

/// A policy as text, with events that happen to it.
struct Trial {
    static let key = Array("the key of trials, thirty-two bytes".utf8)
    static let start = 1_780_000_000.0

    let engine: PolicyEngine
    /// Who is asked about opaque tokens; nil for nobody.
    var ask: ((TokenQuestion) -> TokenAnswer)?
    private(set) var lines: [String] = []
    let findings: [Diagnostic]

    /// Compiles `wspolicy: 1` and a name before the text.
    init(_ policy: String, files: [String: String] = [:]) throws {
        var files = files
        files["policy.yaml"] = "wspolicy: 1\nname: trial\n" + policy
        let loaded = PolicyLoader.load(path: "policy.yaml", reader: MemoryReader(files: files))
        findings = Linter.lint([loaded]).findings.map(\.diagnostic)
        let resolved = try #require(loaded.policy, "\(loaded.diagnostics.all)")
        let bytes = try Planner.plan(resolved, sources: loaded.sources, sourceDigest: Array(repeating: 0, count: 32))
        let plan = try Plan(verifying: bytes)
        let lists = files
        let sources = KeySources(variable: { _ in Self.key }, file: { lists[$0].map { Array($0.utf8) } })
        // No store: as for limits, `onStoreFailure` decides.
        let tokens = try JWTAuthority(plan: plan, sources: sources, shared: SharedRevocations())
        engine = try PolicyEngine(plan: plan, tokens: tokens, seed: (1, 2))
    }

    /// The findings of a policy that need not compile.
    static func findings(_ policy: String) -> [Diagnostic] {
        let text = "wspolicy: 1\nname: trial\n" + policy
        let loaded = PolicyLoader.load(path: "policy.yaml", reader: MemoryReader(files: ["policy.yaml": text]))
        return Linter.lint([loaded]).findings.map(\.diagnostic)
    }

    mutating func handshake(
        _ connection: String = "c",
        at seconds: Double = 0,
        target: String = "/ws",
        host: String = "api.example",
        origin: String? = "https://app.example",
        headers: [(String, String)] = [],
        peer: String = "203.0.113.7:1",
        tls: Bool = true
    ) {
        var fields = [("Host", host)]
        if let origin { fields.append(("Origin", origin)) }
        fields += headers
        let pairs = fields.map { "[\(JSONObjectText.quoted($0.0)),\(JSONObjectText.quoted($0.1))]" }
        event(
            connection,
            seconds,
            "\"handshake\":{\"target\":\(JSONObjectText.quoted(target)),\"headers\":[\(pairs.joined(separator: ","))],"
                + "\"peer\":\"\(peer)\",\"tls\":\(tls)}"
        )
    }

    mutating func message(_ text: String, _ connection: String = "c", at seconds: Double = 0) {
        event(connection, seconds, "\"message\":{\"text\":\(JSONObjectText.quoted(text))}")
    }

    mutating func serverMessage(_ text: String, _ connection: String = "c", at seconds: Double = 0) {
        event(connection, seconds, "\"serverMessage\":{\"text\":\(JSONObjectText.quoted(text))}")
    }

    /// A frame by its members, as traffic files have them.
    mutating func frame(_ members: String, _ connection: String = "c", at seconds: Double = 0) {
        event(connection, seconds, "\"frame\":{\(members)}")
    }

    mutating func close(_ connection: String = "c", at seconds: Double = 0) {
        event(connection, seconds, "\"close\":{}")
    }

    mutating func tick(_ connection: String = "c", at seconds: Double) {
        event(connection, seconds, "\"tick\":{}")
    }

    mutating func event(_ connection: String, _ seconds: Double, _ what: String) {
        let at = String(format: "%.3f", Self.start + seconds)
        lines.append("{\"at\":\(at),\"connection\":\(JSONObjectText.quoted(connection)),\(what)}")
    }

    /// The decisions of all events.
    func decisions(sourceLocation: SourceLocation = #_sourceLocation) -> [DecisionLine] {
        let file = SourceFile(
            id: FileID(index: 0),
            path: "traffic.jsonl",
            bytes: Array(lines.joined(separator: "\n").utf8)
        )
        let (events, diagnostics) = TrafficReader.read(file)
        #expect(diagnostics.all.isEmpty, "\(diagnostics.all)", sourceLocation: sourceLocation)
        var decider = TrafficDecider(engine: engine, ask: ask)
        var decisions: [DecisionLine] = []
        for event in events { decisions += decider.decide(event).map(\.decision) }
        return decisions
    }

    /// Each decision in a word: its violation, or its kind.
    func words(sourceLocation: SourceLocation = #_sourceLocation) -> [String] {
        decisions(sourceLocation: sourceLocation).map { $0.violation?.name ?? $0.kind.rawValue }
    }

    static func token(_ claims: String, header: String = #"{"alg":"HS256"}"#) -> String {
        func encoded(_ bytes: some Sequence<UInt8>) -> String {
            Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
                .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
        }
        let signed = "\(encoded(header.utf8)).\(encoded(claims.utf8))"
        let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: key))
        return "\(signed).\(encoded(code))"
    }

    /// A token that is good for an hour.
    static var goodToken: String { token(#"{"sub":"ann","exp":\#(Int(start) + 3600)}"#) }
}
