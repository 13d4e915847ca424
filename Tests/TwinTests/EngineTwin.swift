import PolicyDocument
import PolicyModel
import PolicyPlan
import PolicyPlanner
import PolicyRuntime
import ReferenceEvaluator
import WebSocketPolicyJWT
import WebSocketProtocol

/// The engine behind the same events and decisions as the reference evaluator.
final class EngineTwin {
    private final class Connection {
        var guarding: ConnectionGuard

        init(_ guarding: consuming ConnectionGuard) {
            self.guarding = guarding
        }
    }

    private let engine: PolicyEngine
    private let tokens: JWTAuthority
    private let shared = SharedRevocations(naming: EngineTwin.name)
    /// What the shared list holds.
    private var listed: Set<RevocationName> = []
    private var connections: [String: Connection] = [:]
    private var known: Set<String> = []
    /// The source index that the last decision named.
    private(set) var place: PlanSource?
    /// What is answered at an address about a token; nil where nobody answers.
    var answer: (_ address: String, _ token: [UInt8]) -> [UInt8]? = { _, _ in nil }

    init(_ policy: ResolvedPolicy, sources: SourceSet, revocations: [String: Set<[UInt8]>]) throws {
        let bytes = try Planner.plan(policy, sources: sources, sourceDigest: Array(repeating: 0, count: 32))
        let plan = try Plan(verifying: bytes)
        tokens = try JWTAuthority(plan: plan, sources: Self.sources(revocations), shared: shared)
        engine = try PolicyEngine(plan: plan, tokens: tokens)
    }

    private static func sources(_ revocations: [String: Set<[UInt8]>]) -> KeySources {
        KeySources(
            variable: { TokenForge.secrets["env:\($0)"] },
            file: { path in revocations[path].map { names in Array(names.joined(separator: [0x0A])) } }
        )
    }

    /// Who is revoked from now on.
    func reload(_ revocations: [String: Set<[UInt8]>]) throws {
        try tokens.reloadRevocations(plan: engine.plan.view, sources: Self.sources(revocations))
    }

    /// A name in the shared list; these tests' texts are short.
    private static func name(_ kind: SharedRevocations.Kind, _ text: [UInt8]) -> RevocationName {
        let low = text.reduce(0) { $0 << 8 | UInt64($1) }
        return RevocationName(high: kind == .subject ? 0 : 1, low: low)
    }

    /// Who is revoked on all instances from now on, as whoever reads the store would say it.
    func share(_ list: SharedList) {
        let entries =
            list.subjects.map { (Self.name(.subject, $0), $1) } + list.ids.map { (Self.name(.tokenID, $0), $1) }
        let kept = Set(entries.map(\.0))
        let lifted = listed.subtracting(kept).map {
            RevocationChange(name: $0, version: 0, end: .max, isRevoked: false)
        }
        let added = entries.map { RevocationChange(name: $0, version: 0, end: $1, isRevoked: true) }
        shared.take(lifted + added, at: 0)
        listed = kept
        shared.complete(until: list.isKnown ? .max : 0)
        if list.isTooLong { shared.giveUp() }
    }

    func decide(_ timed: EventGenerator.Timed) -> ReferenceDecision {
        place = nil
        let moment = Moment(ticks: timed.ticks, unixNanoseconds: timed.unix)
        if case .handshake(let request) = timed.event {
            connections[timed.connection]?.guarding.close()
            connections[timed.connection] = nil
            return handshake(request, on: timed.connection, at: moment)
        }
        guard let connection = connections[timed.connection] else { return ReferenceDecision(.closed) }
        let decision = decide(timed, connection, at: moment)
        if decision.kind == .close { connections[timed.connection] = nil }
        return decision
    }

    private func decide(
        _ timed: EventGenerator.Timed,
        _ connection: Connection,
        at moment: Moment
    ) -> ReferenceDecision {
        switch timed.event {
        case .handshake: return ReferenceDecision(.closed)
        case .close:
            connection.guarding.close()
            connections[timed.connection] = nil
            return ReferenceDecision(.closed)
        case .tick:
            guard let fault = connection.guarding.tick(at: moment) else {
                var decision = ReferenceDecision(.wait)
                decision.observed = Set(connection.guarding.observed.violations)
                return decision
            }
            return close(fault, connection)
        case .message(let isText, let bytes):
            let found = connection.guarding.receive(message: bytes.span, opcode: isText ? .text : .binary, at: moment)
            return decision(answered(found, connection, at: moment), connection)
        case .serverMessage(let isText, let bytes):
            return decision(
                connection.guarding.send(message: bytes.span, opcode: isText ? .text : .binary, at: moment),
                connection,
                .fromServer
            )
        case .frame(let frame):
            let decision = self.frame(frame, connection, at: moment)
            if decision.kind == .control, frame.opcode == 8 { connections[timed.connection] = nil }
            return decision
        }
    }

    private func handshake(_ request: HandshakeRequest, on name: String, at moment: Moment) -> ReferenceDecision {
        switch admission(request, at: moment) {
        case .accept(let guarding, let acceptance):
            connections[name] = Connection(guarding)
            var decision = ReferenceDecision(.accept)
            decision.route = acceptance.route
            decision.subprotocol = acceptance.subprotocol
            decision.subject = acceptance.subject
            decision.awaitsToken = acceptance.awaitsToken
            decision.observed = Set(acceptance.observed.violations)
            return decision
        case .refuse(let refusal):
            var decision = ReferenceDecision(.refuse)
            decision.violation = refusal.violation
            decision.deliversClose = refusal.delivery == .close
            decision.status = refusal.status
            decision.closeCode = refusal.closeCode
            decision.retryAfter = refusal.retryAfterSeconds
            decision.observed = Set(refusal.observed.violations)
            place = engine.plan.source(refusal.source)
            _ = refusal.detail(of: request)
            _ = refusal.responseHeaders
            return decision
        }
    }

    private func answer(to question: TokenQuestion) -> TokenAnswer {
        answer(question.address, question.token).map { .response($0) } ?? .unavailable
    }

    private func admission(_ request: HandshakeRequest, at moment: Moment) -> Admission {
        var opening = engine.begin(request, at: moment)
        while true {
            switch consume opening {
            case .decided(let admission): return admission
            case .ask(let pending):
                let found = answer(to: pending.question)
                opening = pending.answer(found, at: moment)
            case .count(let pending): opening = pending.answer(.unavailable, at: moment)
            }
        }
    }

    private func answered(_ found: EventDecision, _ connection: Connection, at moment: Moment) -> EventDecision {
        guard let question = connection.guarding.question else { return found }
        return connection.guarding.answer(answer(to: question), to: question, at: moment)
    }

    private func frame(_ frame: ReferenceFrame, _ connection: Connection, at moment: Moment) -> ReferenceDecision {
        var header: [UInt8] = [(frame.isFinal ? 0x80 : 0) | frame.reservedBits << 4 | frame.opcode]
        let mask: UInt8 = frame.isMasked ? 0x80 : 0
        switch frame.announcedLength {
        case ..<126: header.append(mask | UInt8(frame.announcedLength))
        case ...0xFFFF: header += [mask | 126, UInt8(frame.announcedLength >> 8), UInt8(frame.announcedLength & 255)]
        default:
            header.append(mask | 127)
            header += (0..<8).map { UInt8(truncatingIfNeeded: frame.announcedLength >> UInt64(56 - 8 * $0)) }
        }
        let key: [UInt8] = [0x5A, 0x01, 0xFF, 0x37]
        if frame.isMasked { header += key }
        switch connection.guarding.receive(header: header.span, at: moment) {
        case .incomplete: return ReferenceDecision(.wait)
        case .closed: return ReferenceDecision(.closed)
        case .close(let fault): return close(fault, connection)
        case .accepted:
            let payload = frame.payload.enumerated().map { $0.element ^ key[$0.offset % 4] }
            // In two parts, so that masking goes on where it was.
            let half = payload.count / 2
            let observed = connection.guarding.observed
            if half > 0 {
                _ = connection.guarding.receive(payload: payload.span.extracting(first: half), at: moment)
            }
            let rest = Array(payload.dropFirst(half))
            let found = connection.guarding.receive(payload: rest.span, at: moment)
            var decision = decision(answered(found, connection, at: moment), connection)
            decision.observed.formUnion(observed.violations)
            return decision
        }
    }

    private func decision(
        _ found: EventDecision,
        _ connection: Connection,
        _ direction: MessageDirection = .fromClient
    ) -> ReferenceDecision {
        var decision: ReferenceDecision
        switch found {
        case .wait: decision = ReferenceDecision(.wait)
        case .closed: decision = ReferenceDecision(.closed)
        case .ping, .pong, .peerCloses: decision = ReferenceDecision(.control)
        case .authenticated(let subject):
            decision = ReferenceDecision(.authenticated)
            decision.subject = subject
        case .forward(let type):
            decision = ReferenceDecision(.forward)
            decision.type = connection.guarding.typeName(type, direction)
        case .warn(let fault, let type):
            decision = ReferenceDecision(.warn)
            decision.violation = fault.violation
            decision.offset = fault.offset
            decision.type = connection.guarding.typeName(type, direction)
            place = engine.plan.source(connection.guarding.explanation(of: fault).source)
        case .drop(let fault):
            decision = ReferenceDecision(.drop)
            decision.violation = fault.violation
            decision.offset = fault.offset
            place = engine.plan.source(connection.guarding.explanation(of: fault).source)
        case .close(let fault): return close(fault, connection)
        }
        decision.observed = Set(connection.guarding.observed.violations)
        return decision
    }

    private func close(_ fault: Fault, _ connection: Connection) -> ReferenceDecision {
        var decision = ReferenceDecision(.close)
        decision.violation = fault.violation
        decision.closeCode = fault.closeCode
        decision.offset = fault.offset
        decision.observed = Set(connection.guarding.observed.violations)
        place = engine.plan.source(connection.guarding.explanation(of: fault).source)
        return decision
    }
}
