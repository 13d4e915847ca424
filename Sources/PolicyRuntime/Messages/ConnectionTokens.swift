import PolicyPlan
import WebSocketProtocol

// Tokens in messages: the first one, and newer ones while the connection is open.
extension ConnectionGuard {
    /// Takes the token of the first message; nil where it is an ordinary message of nobody.
    @inline(never)
    mutating func authenticate(_ opcode: Opcode, at moment: Moment) -> EventDecision? {
        let plan = engine.plan.view
        let check = awaiting
        switch FirstMessage.token(in: message, opcode, record: check, plan, &scratch) {
        case .token(let token):
            switch verify(token, check, at: moment) {
            case .accepted(let found): return accept(found, at: moment)
            case .refused(let fault): return .close(fault)
            case .asks: return ask(token, check, renews: false)
            }
        case .none where plan.word(check + TokenRecord.absent) == 1:
            awaiting = -1
            tokenUntil = .max
            if let fault = formatFault(opcode, .fromClient) { return .close(fault) }
            return nil
        case .none, .wrong:
            let source = plan.word(check + TokenRecord.messageSource)
            return .close(closing(.tokenMissing, source, "the first message has no token where it is expected"))
        }
    }

    enum Verified {
        case accepted(TokenIdentity)
        /// The connection is closed.
        case refused(Fault)
        /// Somebody must be asked about it.
        case asks
    }

    /// Verifies a token that a message brought; a refused one counts for the address, and closes.
    mutating func verify(_ token: [UInt8], _ check: Int, at moment: Moment) -> Verified {
        if let refusal = TokenStep.attempts(check, client, engine, at: moment) { return .refused(closing(refusal)) }
        let plan = engine.plan.view
        let verdict = engine.tokens?.verify(
            token.span,
            record: check,
            plan: plan,
            unixNanoseconds: moment.unixNanoseconds
        )
        switch verdict {
        case .accepted(let found)?:
            if let refusal = TokenStep.unlisted(check, route: record, engine, at: moment) {
                return .refused(closing(refusal))
            }
            return .accepted(found)
        case .refused(let violation, let source, let detail)?:
            TokenStep.countFailure(check, client, engine, at: moment)
            var fault = closing(violation, source, "")
            fault.text = detail
            return .refused(fault)
        case .ask?: return .asks
        case nil:
            let source = plan.word(check + TokenRecord.keysSource)
            return .refused(closing(.tokenInvalid, source, "nobody verifies tokens here"))
        }
    }

    /// Takes a newer token of the same subject; what is counted by the first one stays counted by it.
    @inline(never)
    mutating func renew(at moment: Moment) -> EventDecision {
        let check = tokenRecord
        let plan = engine.plan.view
        let source = plan.word(check + TokenRecord.renewSource)
        guard let token = FirstMessage.renewal(in: message, record: check, plan) else {
            return .close(closing(.tokenMissing, source, "the message that renews the token has none"))
        }
        let found: TokenIdentity
        switch verify(token, check, at: moment) {
        case .accepted(let accepted): found = accepted
        case .refused(let fault): return .close(fault)
        case .asks: return ask(token, check, renews: true)
        }
        return renewed(by: found, at: moment)
    }

    mutating func renewed(by found: TokenIdentity, at moment: Moment) -> EventDecision {
        let check = tokenRecord
        guard found.subject == identity?.subject else {
            let source = engine.plan.view.word(check + TokenRecord.renewSource)
            TokenStep.countFailure(check, client, engine, at: moment)
            return .close(closing(.tokenInvalid, source, "the newer token is another subject's"))
        }
        identity = found
        closesAt = found.closesAt ?? .max
        revocations = engine.revocations == nil ? .max : 0
        return .authenticated(subject: found.subject.map { String(decoding: $0, as: UTF8.self) })
    }

    /// Remembers what is asked; a newer question of the same connection takes the place of the one before.
    mutating func ask(_ token: [UInt8], _ check: Int, renews: Bool) -> EventDecision {
        questionCount &+= 1
        let question = TokenQuestion(
            address: TokenStep.address(check, engine.plan.view),
            token: token,
            record: check,
            serial: questionCount
        )
        asked = (question, renews)
        return .wait
    }

    /// What somebody must be asked, about the token that a message brought; nil while nothing is.
    ///
    /// Where the connection's first token is asked about, nothing else of the client is read until the answer. Who never asks
    /// leaves the connection to its deadline.
    public var question: TokenQuestion? { asked?.question }

    /// Takes what was answered: the decision about the message that brought the token goes on.
    ///
    /// - Parameters:
    ///   - answer: what came back.
    ///   - question: what it is about; an answer to an earlier question changes nothing.
    ///   - moment: when.
    /// - Returns: `authenticated`, or how the connection closes.
    public mutating func answer(
        _ answer: TokenAnswer,
        to question: TokenQuestion,
        at moment: Moment
    ) -> EventDecision {
        guard !isClosed else { return .closed }
        if let fault = deadline(at: moment) { return .close(fault) }
        guard let asked, asked.question.serial == question.serial else { return .wait }
        self.asked = nil
        let judgement = TokenStep.judge(
            question.token,
            by: answer,
            question.record,
            client,
            route: record,
            engine,
            at: moment
        )
        switch judgement {
        case .accepted(let found): return asked.renews ? renewed(by: found, at: moment) : accept(found, at: moment)
        case .refused(let refusal): return .close(closing(refusal))
        }
    }

    /// The connection is somebody's from now on; what is counted by the token is counted now.
    mutating func accept(_ found: TokenIdentity, at moment: Moment) -> EventDecision {
        identity = found
        isIdentityObserved = false
        awaiting = -1
        tokenUntil = .max
        closesAt = found.closesAt ?? .max
        revocations = engine.revocations == nil ? .max : 0
        let plan = engine.plan.view
        let list = plan.index(record + RouteRecord.stepList)
        for place in 0..<plan.index(record + RouteRecord.stepCount) {
            let step = list + place * StepRecord.wordCount
            guard plan.word(step + StepRecord.kind) == StepKind.identityLimit.rawValue else { continue }
            let limit = plan.index(step + StepRecord.operand)
            let answer = LimitStep.answer(limit, client: client, route: route, identity: identity, engine, at: moment)
            switch answer {
            case .pass: continue
            case .held(let hold): holds.add(hold, in: engine.limits)
            case .refuse(let refusal):
                guard plan.word(step + StepRecord.mode) == 1 else { return .close(closing(refusal)) }
                observed.insert(refusal.violation)
            }
        }
        return .authenticated(subject: found.subject.map { String(decoding: $0, as: UTF8.self) })
    }

    mutating func closing(_ refusal: StepRefusal) -> Fault {
        var fault = closing(refusal.violation, refusal.source, refusal.note)
        fault.text = refusal.detail
        return fault
    }
}
