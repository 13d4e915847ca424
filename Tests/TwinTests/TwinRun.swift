import PolicyDocument
import PolicyModel
import PolicyPlan
import ReferenceEvaluator
import SeededNumbers
import WebSocketProtocol

/// Random policies and traffic through the engine and the reference evaluator, and what came of it.
struct TwinRun {
    /// A decision on which the two differ, as a person can act on it.
    struct Difference {
        let seed: UInt64
        let files: [String: String]
        let events: [EventGenerator.Timed]
        let reference: ReferenceDecision
        let engine: ReferenceDecision
        let what: String

        var text: String {
            let policy = files.sorted { $0.key < $1.key }.map { "--- \($0.key)\n\($0.value)" }.joined(separator: "\n")
            let last = events.suffix(12).map { timed in
                "  \(timed.connection) ticks \(timed.ticks) unix \(timed.unix): \(TwinRun.shown(timed.event))"
            }
            return """
                seed \(seed): \(what)
                reference: \(reference)
                engine:    \(engine)
                \(policy)
                events (\(events.count), the last decides):
                \(last.joined(separator: "\n"))
                """
        }
    }

    var histogram: [String: Int] = [:]
    var violations: [Violation: Int] = [:]
    var decisions = 0
    var accepted = 0
    var policies = 0
    var difference: Difference?

    /// Runs one policy with its traffic; a seed that makes no policy counts for nothing.
    mutating func run(seed: UInt64, events count: Int) throws {
        var generator = PolicyGenerator(random: SeededRandom(seed: seed))
        let files = generator.files()
        let loaded = PolicyLoader.load(path: "policy.yaml", reader: MemoryReader(files: files))
        guard let policy = loaded.policy else { return }
        policies += 1
        var random = generator.random
        var events = EventGenerator(policy)
        var passed: [EventGenerator.Timed] = []
        let reference = ReferenceEvaluator(policy, secrets: TokenForge.secrets)
        reference.revocations = TokenForge.revocations(&random)
        reference.shared = TokenForge.sharedList(&random)
        let engine = try EngineTwin(policy, sources: loaded.sources, revocations: reference.revocations)
        engine.share(reference.shared)
        reference.answer = TokenForge.answer
        engine.answer = TokenForge.answer
        for _ in 0..<count {
            if random.chance(2) {
                reference.revocations = TokenForge.revocations(&random)
                try engine.reload(reference.revocations)
            }
            if random.chance(2) {
                reference.shared = TokenForge.sharedList(&random)
                engine.share(reference.shared)
            }
            let timed = events.next(&random)
            passed.append(timed)
            let expected = reference.decide(timed.event, on: timed.connection, ticks: timed.ticks, unix: timed.unix)
            let found = engine.decide(timed)
            note(expected)
            if expected.awaitsToken { events.awaitsToken(timed.connection) }
            if [.refuse, .close, .closed].contains(expected.kind) { events.ended(timed.connection, &random) }
            if let what = Self.differ(expected, found, engine.place, loaded.sources) {
                difference = Difference(
                    seed: seed,
                    files: files,
                    events: passed,
                    reference: expected,
                    engine: found,
                    what: what
                )
                return
            }
        }
    }

    private mutating func note(_ decision: ReferenceDecision) {
        decisions += 1
        switch decision.kind {
        case .accept, .authenticated, .forward, .warn, .wait, .control: accepted += 1
        case .refuse, .drop, .close, .closed: break
        }
        if let violation = decision.violation { violations[violation, default: 0] += 1 }
        histogram[decision.violation?.name ?? decision.kind.rawValue, default: 0] += 1
    }

    /// What differs; nil where nothing does.
    private static func differ(
        _ expected: ReferenceDecision,
        _ found: ReferenceDecision,
        _ place: PlanSource?,
        _ sources: SourceSet
    ) -> String? {
        if expected.kind != found.kind { return "decision" }
        if expected.violation != found.violation { return "violation" }
        if expected.kind == .refuse {
            if expected.deliversClose != found.deliversClose { return "delivery" }
            if expected.status != found.status { return "status" }
            if expected.retryAfter != found.retryAfter { return "Retry-After" }
        }
        if expected.kind == .refuse || expected.kind == .close, expected.closeCode != found.closeCode {
            return "close code"
        }
        if expected.route != found.route { return "route" }
        if expected.subprotocol != found.subprotocol { return "subprotocol" }
        if expected.subject != found.subject { return "subject" }
        if expected.awaitsToken != found.awaitsToken { return "awaiting" }
        if expected.type != found.type { return "type" }
        if let offset = expected.offset, offset != found.offset { return "offset" }
        if expected.observed != found.observed { return "observed" }
        guard !expected.places.isEmpty else { return nil }
        let isNamed = expected.places.contains { span in
            let file = sources[span.file]
            let (line, column) = file.position(at: span.start)
            return place.map { $0.path == file.path && $0.line == line && $0.column == column } ?? false
        }
        return isNamed ? nil : "place: \(place.map { "\($0)" } ?? "none")"
    }

    static func shown(_ event: ReferenceEvent) -> String {
        switch event {
        case .handshake(let request):
            "handshake peer \(request.peer.map { "\($0)" } ?? "-") tls \(request.isSecure)\n"
                + String(decoding: request.bytes, as: UTF8.self).split(separator: "\r\n").map {
                    "      \($0.prefix(200))"
                }
                .joined(separator: "\n")
        case .message(let isText, let bytes):
            "\(isText ? "text" : "binary") \(bytes.count) bytes: \(String(decoding: bytes.prefix(120), as: UTF8.self))"
        case .serverMessage(let isText, let bytes):
            "server's \(isText ? "text" : "binary") \(bytes.count) bytes: \(String(decoding: bytes.prefix(120), as: UTF8.self))"
        case .frame(let frame): "\(frame)"
        case .tick: "tick"
        case .close: "peer closes"
        }
    }
}
