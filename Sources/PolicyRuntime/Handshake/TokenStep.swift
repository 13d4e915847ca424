import PolicyPlan
import WebSocketProtocol

/// The token check of one mode: where it stands, how often it failed for this address, whether it is true.
enum TokenStep {
    enum Answer {
        case anonymous
        /// The first message is to bring it.
        case awaited
        case identity(TokenIdentity)
        /// Somebody must be asked about the token.
        case ask(token: [UInt8])
        case refuse(StepRefusal)
    }

    static func answer(
        _ record: Int,
        _ facts: inout HandshakeFacts,
        _ request: borrowing HandshakeRequest,
        _ engine: borrowing PolicyEngine,
        at moment: Moment
    ) -> Answer {
        let plan = engine.plan.view
        if let refusal = unselectable(record, &facts, request, plan) { return .refuse(refusal) }
        let token: TokenText
        switch TokenPlaces.find(record, &facts, request, plan) {
        case .missing:
            guard plan.word(record + TokenRecord.messageCount) == none else { return .awaited }
            guard plan.word(record + TokenRecord.absent) == 0 else { return .anonymous }
            return .refuse(
                StepRefusal(
                    violation: .tokenMissing,
                    source: plan.word(record + TokenRecord.absentSource),
                    note: "no token"
                )
            )
        case .invalid(let source, let note):
            return .refuse(StepRefusal(violation: .tokenInvalid, source: source, note: note))
        case .token(let found): token = found
        }
        if let refusal = attempts(record, facts.client, engine, at: moment) { return .refuse(refusal) }
        guard let authority = engine.tokens else {
            return .refuse(
                StepRefusal(
                    violation: .tokenInvalid,
                    source: plan.word(record + TokenRecord.keysSource),
                    note: "nobody verifies tokens here"
                )
            )
        }
        let verdict =
            switch token {
            case .sent(let range):
                authority.verify(
                    request.span.extracting(range),
                    record: record,
                    plan: plan,
                    unixNanoseconds: moment.unixNanoseconds
                )
            case .decoded(let bytes):
                authority.verify(bytes.span, record: record, plan: plan, unixNanoseconds: moment.unixNanoseconds)
            }
        switch verdict {
        case .accepted(let identity):
            if let refusal = unlisted(record, route: facts.record, engine, at: moment) { return .refuse(refusal) }
            return .identity(identity)
        case .refused(let violation, let source, let detail):
            countFailure(record, facts.client, engine, at: moment)
            return .refuse(StepRefusal(violation: violation, source: source, note: "", detail: detail))
        case .ask:
            guard !facts.mayAsk else { return .ask(token: token.bytes(in: request.span)) }
            return .refuse(
                StepRefusal(
                    violation: .storeUnavailable,
                    source: plan.word(record + TokenRecord.introspectionSource),
                    note: "nobody asks about opaque tokens here"
                )
            )
        }
    }

    /// Takes what was answered about the token of a handshake at a step of its route: its identity, or the refusal.
    static func refusal(
        of answer: TokenAnswer,
        at place: Int,
        _ facts: inout HandshakeFacts,
        _ engine: borrowing PolicyEngine,
        at moment: Moment
    ) -> StepRefusal? {
        let record = facts.asking
        facts.asking = -1
        switch judge(facts.token, by: answer, record, facts.client, route: facts.record, engine, at: moment) {
        case .accepted(let identity):
            let list = engine.plan.view.index(facts.record + RouteRecord.stepList)
            engine.identify(identity, by: list + place * StepRecord.wordCount, &facts)
            return nil
        case .refused(let refusal): return refusal
        }
    }

    enum Judgement {
        case accepted(TokenIdentity)
        case refused(StepRefusal)
    }

    /// What an answer says of a token; one that is no good counts for the address, as any other does.
    static func judge(
        _ token: [UInt8],
        by answer: TokenAnswer,
        _ record: Int,
        _ client: ClientAddress,
        route: Int,
        _ engine: borrowing PolicyEngine,
        at moment: Moment
    ) -> Judgement {
        let verdict = engine.tokens?.judge(
            token,
            by: answer,
            record: record,
            plan: engine.plan.view,
            unixNanoseconds: moment.unixNanoseconds
        )
        switch verdict {
        case .accepted(let identity)?:
            if let refusal = unlisted(record, route: route, engine, at: moment) { return .refused(refusal) }
            return .accepted(identity)
        case .refused(let violation, let source, let detail)?:
            if violation != .storeUnavailable { countFailure(record, client, engine, at: moment) }
            return .refused(StepRefusal(violation: violation, source: source, note: "", detail: detail))
        case .ask?, nil:
            let source = engine.plan.view.word(record + TokenRecord.introspectionSource)
            return .refused(
                StepRefusal(violation: .storeUnavailable, source: source, note: "nobody judges the token here")
            )
        }
    }

    /// Why nobody can say whether a token that is right otherwise is revoked on all instances; nil where it can be told, or
    /// need not be, by the `onStoreFailure` of a route's record.
    static func unlisted(
        _ record: Int,
        route: Int,
        _ engine: borrowing PolicyEngine,
        at moment: Moment
    ) -> StepRefusal? {
        let plan = engine.plan.view
        guard plan.word(record + TokenRecord.revokedShared) == 1, let shared = engine.revocations?.shared else {
            return nil
        }
        let note: StaticString
        switch shared.reach(at: moment.ticks) {
        case .current: return nil
        case .away:
            guard plan.word(route + RouteRecord.onStoreFailure) == 0 else { return nil }
            note = "the list of who is revoked on all instances cannot be read"
        // Whom the rest of the list names is not known, and will not be: no failure that passes.
        case .tooMany: note = "the list of who is revoked on all instances has more entries than this one takes over"
        }
        let source = plan.word(record + TokenRecord.revokedSharedSource)
        return StepRefusal(violation: .storeUnavailable, source: source, note: note)
    }

    /// The address that a token check asks.
    static func address(_ record: Int, _ plan: PlanView) -> String {
        guard record >= 0, plan.word(record + TokenRecord.introspectionOffset) != none else { return "" }
        return plan.text(
            offset: plan.index(record + TokenRecord.introspectionOffset),
            length: plan.index(record + TokenRecord.introspectionLength)
        )
    }

    /// A client that offers its token's subprotocol and no other: nothing can be selected, and a browser would drop the
    /// connection.
    private static func unselectable(
        _ record: Int,
        _ facts: inout HandshakeFacts,
        _ request: borrowing HandshakeRequest,
        _ plan: PlanView
    ) -> StepRefusal? {
        guard facts.offersSubprotocols else { return nil }
        let list = plan.index(record + TokenRecord.sourceList)
        for place in 0..<plan.index(record + TokenRecord.sourceCount) {
            let source = list + place * TokenSourceRecord.wordCount
            guard plan.word(source + TokenSourceRecord.kind) == 3 else { continue }
            let prefix = plan.span(
                offset: plan.index(source + TokenSourceRecord.nameOffset),
                length: plan.index(source + TokenSourceRecord.nameLength)
            )
            var offers = SubprotocolOffers(firstLine: facts.firstSubprotocol)
            var hasToken = false
            var hasOther = false
            while let offer = offers.next(in: request) {
                if TokenPlaces.hasPrefix(request.span, offer.name, prefix) { hasToken = true } else { hasOther = true }
            }
            guard hasToken, !hasOther else { continue }
            return StepRefusal(
                violation: .subprotocolForbidden,
                source: plan.word(source + TokenSourceRecord.source),
                note: "only the token's subprotocol is offered, and it is never selected"
            )
        }
        return nil
    }

    /// While an address is over its limit of failed attempts, none is tried for it.
    static func attempts(
        _ record: Int,
        _ client: ClientAddress,
        _ engine: borrowing PolicyEngine,
        at moment: Moment
    ) -> StepRefusal? {
        let plan = engine.plan.view
        let list = plan.index(record + TokenRecord.attemptsList)
        for place in 0..<plan.index(record + TokenRecord.attemptsCount) {
            let limit = plan.index(list + place)
            let rule = engine.limits.rules[limit]
            guard !rule.isObserved, let table = engine.limits.lent(limit) else { continue }
            if case .refused(let wait) = table.peek(engine.addressKey(client, rule: rule), at: moment.ticks) {
                return StepRefusal(
                    violation: .connectionRate,
                    source: rule.source,
                    note: "too many failed tokens from this address",
                    retryAfter: wait
                )
            }
        }
        return nil
    }

    static func countFailure(
        _ record: Int,
        _ client: ClientAddress,
        _ engine: borrowing PolicyEngine,
        at moment: Moment
    ) {
        let plan = engine.plan.view
        let list = plan.index(record + TokenRecord.attemptsList)
        for place in 0..<plan.index(record + TokenRecord.attemptsCount) {
            let limit = plan.index(list + place)
            let key = engine.addressKey(client, rule: engine.limits.rules[limit])
            _ = engine.limits.table(limit)?.take(key, at: moment.ticks)
        }
    }
}
