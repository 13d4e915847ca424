import PolicyPlan
package import PolicyRuntime
import WebSocketProtocol

/// Decides recorded traffic by an engine, event by event, with the time that the events state.
package struct TrafficDecider: ~Copyable {
    /// One connection; a box, since guards are not copied.
    private final class Connection {
        var guarding: ConnectionGuard

        init(_ guarding: consuming ConnectionGuard) {
            self.guarding = guarding
        }
    }

    private let engine: PolicyEngine
    private let plan: Plan
    /// Who is asked about opaque tokens; nil for nobody.
    private let ask: ((TokenQuestion) -> TokenAnswer)?
    private var open: [String: Connection] = [:]
    /// Connections in the order in which they were opened, for deadlines.
    private var order: [String] = []

    /// - Parameters:
    ///   - engine: who decides.
    ///   - ask: who is asked about opaque tokens, and answers at once; nil for nobody.
    package init(engine: PolicyEngine, ask: ((TokenQuestion) -> TokenAnswer)? = nil) {
        self.engine = engine
        self.ask = ask
        plan = engine.plan
    }

    /// The decisions of one event: those of deadlines that its moment meets, then its own.
    ///
    /// - Parameter event: the next event; its time is not before that of the one before.
    /// - Returns: the decisions, each with the event that it is about, nil for a deadline's.
    package mutating func decide(_ event: TrafficEvent) -> [(decision: DecisionLine, event: TrafficEvent.Kind?)] {
        let moment = Moment(
            ticks: UInt64(clamping: event.unixNanoseconds),
            unixNanoseconds: event.unixNanoseconds
        )
        var decisions: [(DecisionLine, TrafficEvent.Kind?)] = []
        // The event's own connection meets its deadlines in its own decision.
        for name in order where name != event.connection {
            guard let connection = open[name] else { continue }
            guard let fault = connection.guarding.tick(at: moment) else {
                if !connection.guarding.observed.isEmpty {
                    var line = DecisionLine(line: event.line, connection: name, kind: .wait)
                    line.observed = connection.guarding.observed.violations
                    decisions.append((line, nil))
                }
                continue
            }
            var line = DecisionLine(line: event.line, connection: name, kind: .close)
            describe(fault, of: connection, in: &line)
            open[name] = nil
            decisions.append((line, nil))
        }
        order.removeAll { open[$0] == nil }
        decisions.append((own(event, at: moment), event.kind))
        return decisions
    }

    private mutating func own(_ event: TrafficEvent, at moment: Moment) -> DecisionLine {
        var line = DecisionLine(line: event.line, connection: event.connection, kind: .closed)
        if case .handshake(let request) = event.kind {
            admit(request, at: moment, &line)
            return line
        }
        guard let connection = open[event.connection] else { return line }
        switch event.kind {
        case .handshake: break
        case .message(let message):
            let decision = connection.guarding.receive(
                message: message.bytes.span,
                opcode: message.opcode,
                at: moment
            )
            describe(answered(decision, connection, at: moment), of: connection, in: &line)
        case .serverMessage(let message):
            let decision = connection.guarding.send(message: message.bytes.span, opcode: message.opcode, at: moment)
            describe(decision, .fromServer, of: connection, in: &line)
        case .frame(let frame): receive(frame, connection, at: moment, &line)
        case .close:
            connection.guarding.close()
            open[event.connection] = nil
        case .tick:
            line.kind = .wait
            if let fault = connection.guarding.tick(at: moment) {
                line.kind = .close
                describe(fault, of: connection, in: &line)
            } else {
                line.observed = connection.guarding.observed.violations
            }
        }
        if line.kind == .close { open[event.connection] = nil }
        return line
    }

    private mutating func admit(_ request: HandshakeRequest, at moment: Moment, _ line: inout DecisionLine) {
        if let old = open[line.connection] {
            old.guarding.close()
            order.removeAll { $0 == line.connection }
            open[line.connection] = nil
        }
        switch admission(request, at: moment) {
        case .accept(let guarding, let acceptance):
            line.kind = .accept
            line.route = acceptance.route
            line.subprotocol = acceptance.subprotocol
            line.subject = acceptance.subject
            line.awaitsToken = acceptance.awaitsToken
            line.responseHeaders = acceptance.responseHeaders
            line.observed = acceptance.observed.violations
            open[line.connection] = Connection(guarding)
            order.append(line.connection)
        case .refuse(let refusal):
            line.kind = .refuse
            line.violation = refusal.violation
            line.answer =
                switch refusal.delivery {
                case .http: .http(status: refusal.status)
                case .close: .close(code: refusal.closeCode)
                }
            line.responseHeaders = refusal.responseHeaders
            line.policy = place(refusal.source)
            line.detail = refusal.detail(of: request)
            line.observed = refusal.observed.violations
        }
    }

    /// The decision about a handshake, with what is answered about its token.
    private func admission(_ request: HandshakeRequest, at moment: Moment) -> Admission {
        guard let ask else { return engine.admit(request, at: moment) }
        var opening = engine.begin(request, at: moment)
        while true {
            switch consume opening {
            case .decided(let admission): return admission
            case .ask(let pending):
                let answer = ask(pending.question)
                opening = pending.answer(answer, at: moment)
            case .count(let pending): opening = pending.answer(.unavailable, at: moment)
            }
        }
    }

    /// The decision about a message, with what is answered about the token in it.
    private func answered(
        _ decision: EventDecision,
        _ connection: Connection,
        at moment: Moment
    ) -> EventDecision {
        guard let ask, let question = connection.guarding.question else { return decision }
        return connection.guarding.answer(ask(question), to: question, at: moment)
    }

    private mutating func receive(
        _ frame: TrafficFrame,
        _ connection: Connection,
        at moment: Moment,
        _ line: inout DecisionLine
    ) {
        switch connection.guarding.receive(header: frame.headerBytes.span, at: moment) {
        case .incomplete: line.kind = .wait
        case .closed: line.kind = .closed
        case .close(let fault):
            line.kind = .close
            describe(fault, of: connection, in: &line)
        case .accepted:
            let received = connection.guarding.receive(payload: frame.payload.span, at: moment)
            let decision = answered(received, connection, at: moment)
            describe(decision, of: connection, in: &line)
            if case .peerCloses = decision { open[line.connection] = nil }
        }
    }

    private func describe(
        _ decision: EventDecision,
        _ direction: MessageDirection = .fromClient,
        of connection: Connection,
        in line: inout DecisionLine
    ) {
        line.observed = connection.guarding.observed.violations
        switch decision {
        case .wait: line.kind = .wait
        case .closed: line.kind = .closed
        case .ping, .pong, .peerCloses: line.kind = .forward
        case .authenticated(let subject):
            line.kind = .authenticated
            line.subject = subject
        case .forward(let type):
            line.kind = .forward
            line.type = connection.guarding.typeName(type, direction)
        case .warn(let fault, let type):
            line.kind = .warn
            line.type = connection.guarding.typeName(type, direction)
            describe(fault, of: connection, in: &line)
        case .drop(let fault):
            line.kind = .drop
            describe(fault, of: connection, in: &line)
        case .close(let fault):
            line.kind = .close
            describe(fault, of: connection, in: &line)
        }
    }

    private func describe(_ fault: Fault, of connection: Connection, in line: inout DecisionLine) {
        let explanation = connection.guarding.explanation(of: fault)
        line.violation = fault.violation
        if line.kind == .close { line.closeCode = fault.closeCode }
        line.policy = place(explanation.source)
        line.pointer = explanation.pointer
        line.detail = explanation.detail
        line.observed = connection.guarding.observed.violations
    }

    private func place(_ source: UInt32) -> String? {
        plan.source(source).map { "\($0.path):\($0.line):\($0.column)" }
    }
}
