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

struct FinanceHubTrafficTests {
    private static func root(_ path: String) -> URL {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../\(path)").standardized
    }

    private static func engine() throws -> PolicyEngine {
        let loaded = PolicyLoader.load(
            path: root("policies/financehub/policy.yaml").path,
            reader: DiskReader()
        )
        let policy = try #require(loaded.policy)
        let bytes = try Planner.plan(
            policy,
            sources: loaded.sources,
            sourceDigest: Array(repeating: 0, count: 32),
            suppressions: []
        )
        let plan = try Plan(verifying: bytes)
        let key = Array("financehub-demo-key-for-recorded-traffic-only".utf8)
        let sources = KeySources(variable: { _ in key }, file: { _ in nil })
        return try PolicyEngine(plan: plan, tokens: try JWTAuthority(plan: plan, sources: sources), seed: (1, 2))
    }

    private static func decisions() throws -> [DecisionLine] {
        let bytes = Array(try Data(contentsOf: root("Examples/Traffic/financehub.jsonl")))
        let (events, diagnostics) = TrafficReader.read(
            SourceFile(id: FileID(index: 0), path: "traffic", bytes: bytes)
        )
        #expect(diagnostics.all.isEmpty)
        var decider = TrafficDecider(engine: try engine())
        var lines: [DecisionLine] = []
        for event in events { lines += decider.decide(event).map(\.decision) }
        return lines
    }

    @Test func `the recorded traffic shows every violation that the policy can give`() throws {
        let lines = try Self.decisions()
        let found = Set(lines.compactMap(\.violation))
        let expected: Set<Violation> = [
            .badHandshake, .handshakeTooLarge, .tlsRequired, .pathForbidden, .originMissing, .originForbidden,
            .connectionRate, .connectionCount, .tokenMissing, .tokenInvalid, .tokenExpired, .claimForbidden,
            .protocolError, .controlFrameRate, .binaryForbidden, .frameTooLarge, .messageTooLarge, .tooManyFragments,
            .messageRate, .invalidUTF8, .malformedJSON, .nestingTooDeep, .duplicateKey, .unsafeNumber, .schemaMismatch,
            .idleTimeout,
        ]
        #expect(found == expected, "missing \(expected.subtracting(found)), more \(found.subtracting(expected))")
    }
}
