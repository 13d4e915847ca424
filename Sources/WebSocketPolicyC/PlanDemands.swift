import CWebSocketPolicy
import PolicyPlan
import WebSocketProtocol

/// What a plan asks of the server around it: statuses, close codes, fields, and what only a server sees.
struct PlanDemands {
    private let plan: PlanView
    private(set) var all: [wsp_demand] = []
    /// Records of tokens about which somebody is asked.
    private var askedTokens: Set<Int> = []
    /// Records of tokens that a list in a store may revoke.
    private var sharedTokens: Set<Int> = []

    /// The demands of a plan, without repetition, in the order of its routes.
    init(_ plan: Plan) {
        self.plan = plan.view
        let view = plan.view
        let standard = view.word(view.policy + PolicyRecord.defaultSource)
        let list = view.index(view.policy + PolicyRecord.routeList)
        for place in 0..<view.index(view.policy + PolicyRecord.routeCount) {
            let route = list + place * RouteRecord.wordCount
            handshakes(route)
            messages(route)
            unseen(route, standard)
        }
        if view.word(view.policy + PolicyRecord.handshakeTimeSource) != standard {
            add(WSP_DEMAND_HANDSHAKE_TIME, nil, view.wide(view.policy + PolicyRecord.handshakeTimeLow))
        }
        let questions = askedTokens.count + sharedLimits + sharedTokens.count
        if questions > 0 { add(WSP_DEMAND_QUESTIONS, nil, UInt64(questions)) }
    }

    /// Limits that are counted in a store, which this library does not ask.
    private var sharedLimits: Int {
        let list = plan.index(plan.policy + PolicyRecord.limitList)
        return (0..<plan.index(plan.policy + PolicyRecord.limitCount)).count { place in
            plan.word(list + place * LimitRecord.wordCount + LimitRecord.shared) == 1
        }
    }

    private mutating func add(_ kind: wsp_demand_kind, _ violation: Violation? = nil, _ value: UInt64) {
        let demand = wsp_demand(
            kind: Int32(kind.rawValue),
            violation: Int32(violation?.rawValue ?? 0),
            value: value
        )
        let isKnown = all.contains {
            $0.kind == demand.kind && $0.violation == demand.violation && $0.value == demand.value
        }
        if !isKnown { all.append(demand) }
    }

    /// How a violation of a route is told.
    private mutating func told(_ violation: Violation, _ route: Int, isHandshake: Bool) {
        let answer =
            plan.index(route + RouteRecord.answers) + Int(violation.rawValue) * AnswerRecord.wordCount
        let code = UInt64(plan.word(answer + AnswerRecord.closeCode))
        guard isHandshake, plan.word(answer + AnswerRecord.delivery) == 0 else {
            add(WSP_DEMAND_CLOSE_CODE, violation, code)
            let reason = plan.text(
                offset: plan.index(answer + AnswerRecord.reasonOffset),
                length: plan.index(answer + AnswerRecord.reasonLength)
            )
            if reason != violation.summary { add(WSP_DEMAND_REASON, violation, 0) }
            return
        }
        add(WSP_DEMAND_STATUS, violation, UInt64(plan.word(answer + AnswerRecord.status)))
    }

    private mutating func handshakes(_ route: Int) {
        if plan.word(route + RouteRecord.patternLength) > 0 { told(.pathForbidden, route, isHandshake: true) }
        let steps = plan.index(route + RouteRecord.stepList)
        for place in 0..<plan.index(route + RouteRecord.stepCount) {
            let step = steps + place * StepRecord.wordCount
            guard plan.word(step + StepRecord.mode) == 0 else { continue }
            let operand = plan.index(step + StepRecord.operand)
            if StepKind(rawValue: plan.word(step + StepRecord.kind)) == .token {
                if plan.word(operand + TokenRecord.introspectionOffset) != none { askedTokens.insert(operand) }
                if plan.word(operand + TokenRecord.revokedShared) == 1 { sharedTokens.insert(operand) }
            }
            for violation in violations(StepKind(rawValue: plan.word(step + StepRecord.kind)), operand, route) {
                told(violation, route, isHandshake: true)
            }
        }
        let headers = plan.index(route + RouteRecord.headerCount)
        if headers > 0 { add(WSP_DEMAND_HEADERS, nil, UInt64(headers)) }
    }

    private func violations(_ kind: StepKind?, _ operand: Int, _ route: Int) -> [Violation] {
        switch kind {
        case .clients?: [.clientForbidden]
        case .tls?: [.tlsRequired]
        case .hosts?: [.hostForbidden]
        case .path?: [.pathForbidden]
        case .origins?: [.originMissing, .originForbidden]
        case .subprotocols?: [.subprotocolForbidden]
        case .limit?: [counted(operand)] + away(operand, route)
        case .identityLimit?: [counted(operand), .claimForbidden] + away(operand, route)
        case .token?: tokenViolations(operand, route)
        case nil: []
        }
    }

    private func counted(_ limit: Int) -> Violation {
        let record = plan.index(plan.policy + PolicyRecord.limitList) + limit * LimitRecord.wordCount
        return plan.word(record + LimitRecord.quantity) == 2 ? .connectionCount : .connectionRate
    }

    /// No store is asked here: what all instances would count together is refused, where the policy does not let it pass.
    private func away(_ limit: Int, _ route: Int) -> [Violation] {
        let record = plan.index(plan.policy + PolicyRecord.limitList) + limit * LimitRecord.wordCount
        let isRefused =
            plan.word(record + LimitRecord.shared) == 1 && plan.word(route + RouteRecord.onStoreFailure) == 0
        return isRefused ? [.storeUnavailable] : []
    }

    /// As for limits: nobody knows here who is revoked on all instances.
    private func unlisted(_ token: Int, _ route: Int) -> [Violation] {
        let isRefused =
            plan.word(token + TokenRecord.revokedShared) == 1 && plan.word(route + RouteRecord.onStoreFailure) == 0
        return isRefused ? [.storeUnavailable] : []
    }

    private func tokenViolations(_ record: Int, _ route: Int) -> [Violation] {
        var violations: [Violation] = [.tokenInvalid]
        if plan.word(record + TokenRecord.absent) == 0 { violations.append(.tokenMissing) }
        if plan.word(record + TokenRecord.expiryRequired) == 1 { violations.append(.tokenExpired) }
        if plan.word(record + TokenRecord.revokedCount) > 0 { violations.append(.tokenRevoked) }
        violations += unlisted(record, route)
        if plan.word(record + TokenRecord.claimsRoot) != none { violations.append(.claimForbidden) }
        if plan.word(record + TokenRecord.attemptsCount) > 0 { violations.append(.connectionRate) }
        return violations
    }

    private mutating func messages(_ route: Int) {
        var violations: [Violation] = [.messageTooLarge]
        let steps = plan.index(route + RouteRecord.stepList)
        for place in 0..<plan.index(route + RouteRecord.stepCount) {
            let step = steps + place * StepRecord.wordCount
            guard StepKind(rawValue: plan.word(step + StepRecord.kind)) == .token else { continue }
            violations += unlisted(plan.index(step + StepRecord.operand), route)
            // A token ends, is revoked and is asked for while the connection is open too.
            violations += [.tokenMissing, .tokenInvalid, .tokenExpired, .tokenRevoked, .tokenTimeout, .claimForbidden]
        }
        if plan.wide(route + RouteRecord.idleTimeoutLow) != .max { violations.append(.idleTimeout) }
        if plan.wide(route + RouteRecord.lifetimeLow) != .max { violations.append(.lifetimeReached) }
        if plan.word(route + RouteRecord.onExceeded) == 0 {
            if plan.word(route + RouteRecord.messageRateCount) > 0 { violations.append(.messageRate) }
            let rates = plan.index(route + RouteRecord.messageRateList)
            for place in 0..<plan.index(route + RouteRecord.messageRateCount) {
                violations += away(plan.index(rates + place), route)
            }
            if plan.word(route + RouteRecord.byteRateCount) > 0 { violations.append(.byteRate) }
        }
        let messages = plan.word(route + RouteRecord.enforcedMessages)
        if messages != none {
            // 3 is any kind of message; 0 is JSON.
            let format = plan.word(Int(messages) + MessageRecord.format)
            if format != 3 { violations.append(.binaryForbidden) }
            if format == 0 {
                violations += [.malformedJSON, .nestingTooDeep, .duplicateKey, .unsafeNumber, .schemaMismatch]
                violations += [.batchTooLarge, .forbiddenContent]
            }
            if plan.word(Int(messages) + MessageRecord.typeCount) > 0 { violations.append(.unknownMessageType) }
            if plan.word(Int(messages) + MessageRecord.firstType) != none { violations.append(.ruleDenied) }
        }
        for violation in violations { told(violation, route, isHandshake: false) }
    }

    /// Limits on what no interface of whole messages shows, where the policy writes them.
    private mutating func unseen(_ route: Int, _ standard: UInt32) {
        let frame = plan.word(route + RouteRecord.frameBytesSource)
        if frame != standard, frame != plan.word(route + RouteRecord.messageBytesSource) {
            add(WSP_DEMAND_FRAME_SIZE, nil, plan.wide(route + RouteRecord.frameBytesLow))
        }
        if plan.word(route + RouteRecord.fragmentsSource) != standard {
            add(WSP_DEMAND_FRAGMENTS, nil, plan.wide(route + RouteRecord.fragmentsLow))
        }
        let control = plan.index(route + RouteRecord.controlList)
        for place in 0..<plan.index(route + RouteRecord.controlCount) {
            let record =
                plan.index(plan.policy + PolicyRecord.limitList)
                + plan.index(control + place) * LimitRecord.wordCount
            if plan.word(record + LimitRecord.source) != standard {
                add(WSP_DEMAND_CONTROL_FRAMES, nil, plan.wide(record + LimitRecord.countLow))
            }
        }
        if plan.word(route + RouteRecord.outboundBytesSource) != standard {
            add(WSP_DEMAND_OUTBOUND_QUEUE, nil, plan.wide(route + RouteRecord.outboundBytesLow))
        }
    }
}
