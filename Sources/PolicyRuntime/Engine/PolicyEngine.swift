public import PolicyPlan
public import WebSocketProtocol

/// Why an engine cannot run a plan.
public enum EngineError: Error, Equatable {
    /// The plan checks tokens, and nobody who verifies them was given.
    case missingTokenAuthority
    /// The plan shares who is revoked with all instances, and no such list was given.
    case missingSharedRevocations
    /// The system gives no memory for a table of limits of so many bytes: a smaller `tableSize` needs less.
    case missingMemory(byteCount: Int)
}

extension EngineError: CustomStringConvertible {
    /// What is missing, for whoever starts the server.
    public var description: String {
        switch self {
        case .missingTokenAuthority: "somebody who verifies tokens"
        case .missingSharedRevocations:
            "a store's list of who is revoked, for `shared: true` in `token.revoked`; `SharedRevocations()` is one that nobody fills"
        case .missingMemory(let byteCount):
            "\(byteCount) bytes of memory for a table of limits; a smaller `tableSize` needs less"
        }
    }
}

/// A plan at work: decides every handshake, and makes the guard of each connection.
///
/// One engine is shared by all threads; it reads no clock and performs no I/O.
public final class PolicyEngine: Sendable {
    /// The plan that it runs.
    public let plan: Plan
    package let tokens: (any TokenAuthority)?
    let revocations: Revocations?
    let limits: LimitStore
    /// By route.
    let traffic: [TrafficFacts]

    /// An engine for a verified plan.
    ///
    /// - Parameters:
    ///   - plan: the plan.
    ///   - tokens: who verifies tokens; needed where the plan has token checks.
    ///   - previous: the engine that this one takes the place of. Limits that both have go on counting where they were; a limit
    ///     with other numbers begins with what the old one's counters imply.
    ///   - seed: secrets of the counters' hashes; random unless a test wants them fixed, and the previous engine's where there is
    ///     one.
    /// - Throws: `EngineError` where something that the plan needs is missing.
    package init(
        plan: Plan,
        tokens: (any TokenAuthority)? = nil,
        keepingCountersOf previous: PolicyEngine? = nil,
        seed: (UInt64, UInt64) = (.random(in: .min ... .max), .random(in: .min ... .max))
    ) throws(EngineError) {
        // Before anything else: an engine that cannot be made must not touch the counters of the previous one.
        if tokens == nil, Self.hasTokenCheck(plan.view, where: { _ in true }) { throw .missingTokenAuthority }
        if tokens?.revocations?.shared == nil,
            Self.hasTokenCheck(plan.view, where: { plan.view.word($0 + TokenRecord.revokedShared) == 1 })
        {
            throw .missingSharedRevocations
        }
        self.plan = plan
        self.tokens = tokens
        revocations = tokens?.revocations
        let view = plan.view
        limits = try LimitStore(view, seed: seed, keeping: previous?.limits)
        let routes = view.index(view.policy + PolicyRecord.routeList)
        traffic = (0..<view.index(view.policy + PolicyRecord.routeCount)).map {
            TrafficFacts(routes + $0 * RouteRecord.wordCount, view)
        }
    }

    /// Bytes that the tables of all limits may come to hold.
    public var maximumTableBytes: Int { limits.maximumBytes }

    /// Who is refused on every instance; nil where the policy shares no such list.
    public var sharedRevocations: SharedRevocations? { revocations?.shared }

    /// Whether a token check's record is as wanted.
    private static func hasTokenCheck(_ plan: PlanView, where isWanted: (Int) -> Bool) -> Bool {
        let list = plan.index(plan.policy + PolicyRecord.routeList)
        for route in 0..<plan.index(plan.policy + PolicyRecord.routeCount) {
            let record = list + route * RouteRecord.wordCount
            for place in 0..<plan.index(record + RouteRecord.stepCount) {
                let step = plan.index(record + RouteRecord.stepList) + place * StepRecord.wordCount
                guard plan.word(step + StepRecord.kind) == StepKind.token.rawValue else { continue }
                if isWanted(plan.index(step + StepRecord.operand)) { return true }
            }
        }
        return false
    }

    /// The counter key of a client's address; the address that it counts under where its own cannot be read.
    func addressKey(_ client: ClientAddress, rule: LimitRule?) -> LimitKey {
        guard let address = client.address ?? client.countedAs else { return limits.keys.unknownAddress }
        return limits.keys.address(address, v4Bits: rule?.v4Bits ?? 32, v6Bits: rule?.v6Bits ?? 64)
    }

    /// Where the counters that all instances share are asked; nil where the policy shares none.
    public var sharedCounters: SharedCounters? { limits.counters }

    /// Decides one opening handshake, in the language's order.
    ///
    /// Nobody is asked: an opaque token that was not asked about before is refused. `begin` is for hosts that ask.
    public func admit(_ request: borrowing HandshakeRequest, at moment: Moment) -> Admission {
        var facts = HandshakeFacts(request)
        if let refusal = prepare(&facts, request) { return .refuse(refusal) }
        var holds = CountHolds()
        switch run(&facts, &holds, request, from: 0, at: moment) {
        case .refused(let refusal): return conclude(&facts, holds, request, refusal, at: moment)
        // Nothing asks that may not.
        case .passed, .asks, .counts: return conclude(&facts, holds, request, nil, at: moment)
        }
    }

    /// What stands before the steps of a route: the form of the request, its size, the client's address, the route.
    func prepare(_ facts: inout HandshakeFacts, _ request: borrowing HandshakeRequest) -> Refusal? {
        let view = plan.view
        facts.record = view.index(view.policy + PolicyRecord.unrouted)
        if let problem = facts.problem {
            let standard = view.word(view.policy + PolicyRecord.defaultSource)
            let refusal = StepRefusal(violation: .badHandshake, source: standard, note: "", detail: problem.summary)
            return make(refusal, &facts, needsVersionField: problem.needsVersionField)
        }
        if UInt64(request.requestByteCount) > view.wide(view.policy + PolicyRecord.handshakeBytesLow) {
            let source = view.word(view.policy + PolicyRecord.handshakeBytesSource)
            return make(
                StepRefusal(
                    violation: .handshakeTooLarge,
                    source: source,
                    note: "the request line and its fields are larger than the limit"
                ),
                &facts
            )
        }
        facts.resolveClient(request, view)
        if let route = facts.target.flatMap({ PathLookup.route($0.path, in: request.span, view) }) {
            facts.route = route
            facts.hasRoute = true
            facts.record = view.index(view.policy + PolicyRecord.routeList) + route * RouteRecord.wordCount
        }
        return nil
    }

    /// The decision once every step has passed, or one refuses.
    func conclude(
        _ facts: inout HandshakeFacts,
        _ holds: consuming CountHolds,
        _ request: borrowing HandshakeRequest,
        _ refusal: StepRefusal?,
        at moment: Moment
    ) -> Admission {
        let view = plan.view
        if let refusal { return .refuse(make(refusal, &facts)) }
        guard facts.hasRoute else {
            let standard = view.word(view.policy + PolicyRecord.defaultSource)
            return .refuse(
                make(
                    StepRefusal(violation: .pathForbidden, source: standard, note: Self.pathNote(&facts, request)),
                    &facts
                )
            )
        }
        facts.selected = SubprotocolsStep.selected(&facts, request, view)
        let acceptance = Acceptance(
            plan: plan,
            record: facts.record,
            selected: facts.selected,
            identity: facts.identity,
            awaitsToken: facts.awaiting >= 0,
            observed: facts.observed
        )
        return .accept(ConnectionGuard(self, &facts, holds, at: moment), acceptance)
    }

    private static func pathNote(
        _ facts: inout HandshakeFacts,
        _ request: borrowing HandshakeRequest
    ) -> StaticString {
        guard let path = facts.target?.path, PathSegments.isSuspicious(path, in: request.span) else {
            return "no route matches the path"
        }
        return "the path could be read as another one than it looks"
    }

    /// How far the steps of a route's pipeline go.
    enum Outcome {
        case passed
        case refused(StepRefusal)
        /// The token check at this place among the steps asks somebody.
        case asks(place: Int)
        /// The limit at this place is counted by all instances, and the store must be asked.
        case counts(place: Int, SharedHit)
    }

    /// Runs the steps of the route's pipeline; what an observing step would refuse is noted.
    func run(
        _ facts: inout HandshakeFacts,
        _ holds: inout CountHolds,
        _ request: borrowing HandshakeRequest,
        from start: Int,
        at moment: Moment
    ) -> Outcome {
        let view = plan.view
        let list = view.index(facts.record + RouteRecord.stepList)
        var place = start
        while place < view.index(facts.record + RouteRecord.stepCount) {
            let step = list + place * StepRecord.wordCount
            if let refusal = answer(step, &facts, &holds, request, at: moment) {
                if let refusal = settle(refusal, at: place, &facts, request) { return .refused(refusal) }
            } else if facts.asking >= 0 {
                return .asks(place: place)
            } else if let hit = facts.counting {
                return .counts(place: place, hit)
            }
            place &+= 1
        }
        return .passed
    }

    /// A step's refusal where it decides; one of an observing step is noted.
    func settle(
        _ refusal: StepRefusal,
        at place: Int,
        _ facts: inout HandshakeFacts,
        _ request: borrowing HandshakeRequest
    ) -> StepRefusal? {
        let view = plan.view
        let step = view.index(facts.record + RouteRecord.stepList) + place * StepRecord.wordCount
        guard view.word(step + StepRecord.mode) == 1 else {
            if refusal.violation != .pathForbidden, facts.selected == nil {
                facts.selected = SubprotocolsStep.selected(&facts, request, view)
            }
            return refusal
        }
        facts.observed.insert(refusal.violation)
        return nil
    }

    private func answer(
        _ step: Int,
        _ facts: inout HandshakeFacts,
        _ holds: inout CountHolds,
        _ request: borrowing HandshakeRequest,
        at moment: Moment
    ) -> StepRefusal? {
        let view = plan.view
        let operand = view.index(step + StepRecord.operand)
        let source = view.word(step + StepRecord.source)
        let kind = StepKind(word: view.word(step + StepRecord.kind))
        switch kind {
        case .clients?: return ClientsStep.refusal(operand, source: source, &facts, view)
        case .tls?:
            guard facts.scheme != .secure else { return nil }
            return StepRefusal(violation: .tlsRequired, source: source, note: "the connection is not TLS")
        case .hosts?: return HostsStep.refusal(operand, source: source, &facts, in: request.span, view)
        case .path?:
            return StepRefusal(violation: .pathForbidden, source: source, note: Self.pathNote(&facts, request))
        case .origins?: return OriginsStep.refusal(operand, source: source, &facts, in: request.span, view)
        case .subprotocols?: return SubprotocolsStep.refusal(operand, source: source, &facts, request, view)
        case .limit?, .identityLimit?:
            // What counts by the token is counted when it comes.
            if kind == .identityLimit, facts.awaiting >= 0 { return nil }
            guard !limits.rules[operand].isShared else {
                switch SharedStep.before(operand, &facts, self, at: moment) {
                case .pass: return nil
                case .refuse(let refusal): return refusal
                case .ask(let hit):
                    facts.counting = hit
                    return nil
                }
            }
            switch LimitStep.answer(operand, &facts, self, at: moment) {
            case .pass: return nil
            case .held(let hold):
                holds.add(hold, in: limits)
                return nil
            case .refuse(let refusal): return refusal
            }
        case .token?:
            switch TokenStep.answer(operand, &facts, request, self, at: moment) {
            case .anonymous: return nil
            case .awaited:
                facts.awaiting = operand
                return nil
            case .identity(let identity):
                identify(identity, by: step, &facts)
                return nil
            case .ask(let token):
                facts.asking = operand
                facts.token = token
                return nil
            case .refuse(let refusal): return refusal
            }
        case nil: return nil
        }
    }

    /// Keeps whom the token check of a step has found, where none before it has found anybody.
    func identify(_ identity: TokenIdentity, by step: Int, _ facts: inout HandshakeFacts) {
        guard facts.identity == nil else { return }
        facts.identity = identity
        facts.isIdentityObserved = plan.view.word(step + StepRecord.mode) == 1
    }

    private func make(
        _ refusal: StepRefusal,
        _ facts: inout HandshakeFacts,
        needsVersionField: Bool = false
    ) -> Refusal {
        Refusal(
            violation: refusal.violation,
            source: refusal.source,
            retryAfterNanoseconds: refusal.retryAfter,
            observed: facts.observed,
            selected: facts.selected,
            note: refusal.note,
            authorityDetail: refusal.detail,
            shown: refusal.shown,
            needsVersionField: needsVersionField,
            plan: plan,
            record: facts.record
        )
    }
}
