import PolicyPlan
import WebSocketProtocol

/// A rate of connections that all instances count together: what can be said without the store, and with its answer.
enum SharedStep {
    enum Answer {
        case pass
        case ask(SharedHit)
        case refuse(StepRefusal)
    }

    /// What this instance has let pass itself, and what the store said before, may be enough to refuse.
    static func before(
        _ limit: Int,
        _ facts: inout HandshakeFacts,
        _ engine: borrowing PolicyEngine,
        at moment: Moment
    ) -> Answer {
        let rule = engine.limits.rules[limit]
        guard let table = engine.limits.table(limit), let shared = engine.limits.shared(limit) else { return .pass }
        guard facts.mayCount else { return after(limit, .unavailable, &facts, engine, at: moment) }
        let found = LimitKeys.key(
            limit,
            rule,
            client: facts.client,
            route: facts.route,
            identity: facts.identity,
            engine
        )
        guard case .key(let key) = found else { return local(limit, &facts, engine, at: moment) }
        var known = shared.refusal(key.fingerprint, at: moment.ticks)
        if known == nil, case .refused(let wait) = table.peek(key, at: moment.ticks) { known = wait ?? 0 }
        if let known {
            engine.limits.counters?.countRefusal()
            return .refuse(over(rule, known))
        }
        let name = LimitKeys.name(
            limit,
            rule,
            client: facts.client,
            route: facts.route,
            identity: facts.identity,
            engine
        )
        return .ask(SharedHit(name: shared.name + [0] + name, quantity: rule.quantity))
    }

    /// Why the store's answer refuses at a place among the route's steps; nil where it does not.
    static func refusal(
        at place: Int,
        _ answer: SharedAnswer,
        _ facts: inout HandshakeFacts,
        _ engine: borrowing PolicyEngine,
        at moment: Moment
    ) -> StepRefusal? {
        let view = engine.plan.view
        let step = view.index(facts.record + RouteRecord.stepList) + place * StepRecord.wordCount
        let limit = view.index(step + StepRecord.operand)
        guard case .refuse(let refusal) = after(limit, answer, &facts, engine, at: moment) else { return nil }
        return refusal
    }

    private static func after(
        _ limit: Int,
        _ answer: SharedAnswer,
        _ facts: inout HandshakeFacts,
        _ engine: borrowing PolicyEngine,
        at moment: Moment
    ) -> Answer {
        let rule = engine.limits.rules[limit]
        switch answer {
        case .taken:
            _ = local(limit, &facts, engine, at: moment)
            return .pass
        case .refused(let wait):
            let found = LimitKeys.key(
                limit,
                rule,
                client: facts.client,
                route: facts.route,
                identity: facts.identity,
                engine
            )
            if case .key(let key) = found {
                engine.limits.shared(limit)?.refuse(key.fingerprint, until: moment.ticks &+ wait)
            }
            return .refuse(over(rule, wait))
        case .unavailable:
            // As long as the store is away, each instance counts for itself, where the policy lets it.
            guard engine.plan.view.word(facts.record + RouteRecord.onStoreFailure) == 0 else {
                return local(limit, &facts, engine, at: moment)
            }
            return .refuse(
                StepRefusal(
                    violation: .storeUnavailable,
                    source: rule.source,
                    note: "the counters that all instances share cannot be asked"
                )
            )
        }
    }

    private static func local(
        _ limit: Int,
        _ facts: inout HandshakeFacts,
        _ engine: borrowing PolicyEngine,
        at moment: Moment
    ) -> Answer {
        switch LimitStep.answer(limit, &facts, engine, at: moment) {
        case .pass, .held: .pass
        case .refuse(let refusal): .refuse(refusal)
        }
    }

    private static func over(_ rule: LimitRule, _ wait: UInt64?) -> StepRefusal {
        StepRefusal(
            violation: .connectionRate,
            source: rule.source,
            note: "more new connections than this limit allows",
            retryAfter: wait
        )
    }
}
