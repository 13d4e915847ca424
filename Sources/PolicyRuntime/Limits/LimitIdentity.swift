import PolicyPlan

/// What makes a limit of one plan the same as one of another, apart from its numbers: what it counts, for whom, and where.
struct LimitIdentity: Equatable {
    enum Role: Equatable {
        case connections, attempts, messages, bytes
    }

    let role: Role
    let per: LimitRule.Per
    /// Of addresses.
    let prefix: [Int]
    /// Of a claim.
    let pointer: [[UInt8]]
    let countsOpen: Bool
    /// Patterns of the routes that count by it.
    var routes: Set<[UInt8]>

    /// Whether it is the other's successor, whatever their numbers: it counts the same, and on some route of the other's.
    func succeeds(_ other: Self) -> Bool {
        role == other.role && per == other.per && prefix == other.prefix && pointer == other.pointer
            && countsOpen == other.countsOpen && !routes.isDisjoint(with: other.routes)
    }

    /// The identities of a plan's limits by index; nil for what each connection counts itself.
    static func all(_ plan: PlanView, _ rules: [LimitRule]) -> [Self?] {
        var found: [Self?] = Array(repeating: nil, count: rules.count)
        func note(_ limit: Int, _ role: Role, _ route: [UInt8]) {
            let rule = rules[limit]
            guard rule.per != .connection else { return }
            if found[limit] != nil {
                found[limit]?.routes.insert(route)
            } else {
                found[limit] = Self(limit, rule, role, route, plan)
            }
        }
        func noteList(_ list: Int, _ count: Int, _ role: Role, _ route: [UInt8]) {
            for place in 0..<plan.index(count) { note(plan.index(plan.index(list) + place), role, route) }
        }
        let routes = plan.index(plan.policy + PolicyRecord.routeList)
        for place in 0..<plan.index(plan.policy + PolicyRecord.routeCount) {
            let record = routes + place * RouteRecord.wordCount
            let route = pattern(record, plan)
            let steps = plan.index(record + RouteRecord.stepList)
            for place in 0..<plan.index(record + RouteRecord.stepCount) {
                let step = steps + place * StepRecord.wordCount
                let operand = plan.index(step + StepRecord.operand)
                switch StepKind(rawValue: plan.word(step + StepRecord.kind)) {
                case .limit?, .identityLimit?: note(operand, .connections, route)
                case .token?:
                    noteList(operand + TokenRecord.attemptsList, operand + TokenRecord.attemptsCount, .attempts, route)
                case .clients?, .tls?, .hosts?, .path?, .origins?, .subprotocols?, nil: break
                }
            }
            noteList(record + RouteRecord.messageRateList, record + RouteRecord.messageRateCount, .messages, route)
            noteList(record + RouteRecord.byteRateList, record + RouteRecord.byteRateCount, .bytes, route)
        }
        return found
    }

    /// A route's pattern as it is written; empty where every path is admitted.
    static func pattern(_ record: Int, _ plan: PlanView) -> [UInt8] {
        let span = plan.span(
            offset: plan.index(record + RouteRecord.patternOffset),
            length: plan.index(record + RouteRecord.patternLength)
        )
        return span.indices.map { span[$0] }
    }

    private init(_ limit: Int, _ rule: LimitRule, _ role: Role, _ route: [UInt8], _ plan: PlanView) {
        self.role = role
        per = rule.per
        prefix = rule.per == .clientAddress ? [rule.v4Bits, rule.v6Bits] : []
        let record = plan.index(plan.policy + PolicyRecord.limitList) + limit * LimitRecord.wordCount
        let list = plan.index(record + LimitRecord.claimList)
        pointer = (0..<plan.index(record + LimitRecord.claimCount)).map { place in
            let token = plan.span(offset: plan.index(list + 2 * place), length: plan.index(list + 2 * place + 1))
            return token.indices.map { token[$0] }
        }
        countsOpen = if case .concurrent = rule.quantity { true } else { false }
        routes = [route]
    }
}
