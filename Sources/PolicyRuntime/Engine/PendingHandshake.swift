import PolicyPlan
public import WebSocketProtocol

/// How the decision about a handshake goes on.
public enum Opening: ~Copyable {
    /// It is decided.
    case decided(Admission)
    /// Somebody must be asked about its token first; the handshake waits meanwhile.
    case ask(PendingHandshake)
    /// The store that all instances share must count it first; only where `begin` was told that it can be asked.
    case count(PendingCount)
}

/// A handshake whose token somebody is asked about.
///
/// It holds its place in every count. Who lets go of it without an answer gives that back, and refuses the handshake.
public struct PendingHandshake: ~Copyable, Sendable {
    let engine: PolicyEngine
    let request: HandshakeRequest
    var facts: HandshakeFacts
    var holds: CountHolds
    /// Place of the token check among the route's steps.
    let place: Int

    /// Whom to ask about what.
    public let question: TokenQuestion

    init(
        _ engine: PolicyEngine,
        _ request: borrowing HandshakeRequest,
        _ facts: consuming HandshakeFacts,
        _ holds: consuming CountHolds,
        place: Int
    ) {
        self.engine = engine
        self.request = copy request
        question = facts.question(engine.plan.view)
        self.facts = facts
        self.holds = holds
        self.place = place
    }

    /// Goes on with the decision.
    ///
    /// - Parameters:
    ///   - answer: what came back.
    ///   - moment: now; what may have ended meanwhile is looked at by it.
    /// - Returns: the decision, or another question where another check of the policy asks elsewhere.
    public consuming func answer(_ answer: TokenAnswer, at moment: Moment) -> Opening {
        engine.resume(request, facts, holds, place, answer, at: moment)
    }
}

extension PolicyEngine {
    /// Whether the policy has opaque tokens: whoever runs it then asks about them (`begin`), or every one is refused.
    public var asksAboutTokens: Bool { tokens?.asksAboutTokens(plan: plan.view) ?? false }

    /// Decides one opening handshake, in the language's order, as far as that goes without asking anybody.
    ///
    /// For hosts that ask about opaque tokens; for others `admit` refuses what has one.
    ///
    /// - Parameters:
    ///   - request: the handshake.
    ///   - moment: now.
    ///   - countsTogether: whether the store that instances share can be asked; else `onStoreFailure` decides.
    /// - Returns: the decision, or whom to ask.
    public func begin(
        _ request: borrowing HandshakeRequest,
        at moment: Moment,
        countsTogether: Bool = false
    ) -> Opening {
        var facts = HandshakeFacts(request)
        facts.mayAsk = true
        facts.mayCount = countsTogether
        if let refusal = prepare(&facts, request) { return .decided(.refuse(refusal)) }
        return go(on: request, facts, CountHolds(), from: 0, at: moment)
    }

    func resume(
        _ request: borrowing HandshakeRequest,
        _ facts: consuming HandshakeFacts,
        _ holds: consuming CountHolds,
        _ place: Int,
        _ answer: TokenAnswer,
        at moment: Moment
    ) -> Opening {
        let refusal = TokenStep.refusal(of: answer, at: place, &facts, self, at: moment)
        if let refusal, let refusal = settle(refusal, at: place, &facts, request) {
            return .decided(conclude(&facts, holds, request, refusal, at: moment))
        }
        return go(on: request, facts, holds, from: place + 1, at: moment)
    }

    /// Goes on with the store's answer.
    func resume(
        _ request: borrowing HandshakeRequest,
        _ facts: consuming HandshakeFacts,
        _ holds: consuming CountHolds,
        _ place: Int,
        _ answer: SharedAnswer,
        at moment: Moment
    ) -> Opening {
        facts.counting = nil
        let refusal = SharedStep.refusal(at: place, answer, &facts, self, at: moment)
        if let refusal, let refusal = settle(refusal, at: place, &facts, request) {
            return .decided(conclude(&facts, holds, request, refusal, at: moment))
        }
        return go(on: request, facts, holds, from: place + 1, at: moment)
    }

    private func go(
        on request: borrowing HandshakeRequest,
        _ facts: consuming HandshakeFacts,
        _ holds: consuming CountHolds,
        from place: Int,
        at moment: Moment
    ) -> Opening {
        switch run(&facts, &holds, request, from: place, at: moment) {
        case .passed: return .decided(conclude(&facts, holds, request, nil, at: moment))
        case .refused(let refusal): return .decided(conclude(&facts, holds, request, refusal, at: moment))
        case .asks(let place): return .ask(PendingHandshake(self, request, facts, holds, place: place))
        case .counts(let place, let hit): return .count(PendingCount(self, request, facts, holds, place: place, hit))
        }
    }
}
