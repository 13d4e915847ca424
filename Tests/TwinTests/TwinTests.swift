import Foundation
import ReferenceEvaluator
import Testing
import WebSocketProtocol

/// The compiled plan never disagrees with the naive reading of its policy.
struct TwinTests {
    /// Violations that this version can produce.
    private static let possible: Set<Violation> = [
        .badHandshake, .handshakeTooLarge, .clientForbidden, .tlsRequired, .hostForbidden, .pathForbidden,
        .originMissing,
        .originForbidden, .connectionRate, .connectionCount, .subprotocolForbidden, .tokenMissing, .tokenInvalid,
        .tokenExpired, .tokenRevoked, .claimForbidden, .protocolError, .controlFrameRate, .binaryForbidden,
        .frameTooLarge,
        .messageTooLarge, .tooManyFragments, .messageRate, .byteRate, .invalidUTF8, .malformedJSON, .nestingTooDeep,
        .tokenTimeout, .duplicateKey, .unsafeNumber, .unknownMessageType, .schemaMismatch, .forbiddenContent,
        .idleTimeout,
        .lifetimeReached, .storeUnavailable, .ruleDenied,
    ]

    private static let eventsPerPolicy = 250

    @Test func `the engine and the reference evaluator agree on 200,000 random decisions`() throws {
        let environment = ProcessInfo.processInfo.environment
        let seconds = environment["TWIN_SECONDS"].flatMap(Double.init)
        // A test run decides the same on every machine; a timed one starts anew and prints its seed.
        let base =
            environment["TWIN_SEED"].flatMap(UInt64.init) ?? (seconds == nil ? 1 : .random(in: .min ... .max))
        let end = seconds.map { Date().addingTimeInterval($0) }
        var run = TwinRun()
        var seed = base
        while run.difference == nil, end.map({ Date() < $0 }) ?? (run.decisions < 200_000) {
            try run.run(seed: seed, events: Self.eventsPerPolicy)
            seed &+= 1
        }
        let rows = run.histogram.sorted { $0.value > $1.value }.map { "  \($0.key): \($0.value)" }
        print(
            """
            twin: seeds from \(base); \(run.policies) policies, \
            \(run.decisions) decisions, \(run.accepted * 100 / max(1, run.decisions)) % accepted
            \(rows.joined(separator: "\n"))
            """
        )
        if let difference = run.difference {
            Issue.record("\(difference.text)")
            return
        }
        guard seconds == nil else { return }
        let missing = Self.possible.subtracting(run.violations.keys)
        #expect(missing.isEmpty, "never produced: \(missing.map(\.name).sorted())")
        #expect(run.accepted * 10 >= run.decisions * 3)
    }
}
