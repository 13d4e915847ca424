import PolicyPlan

/// What a plan's vectors may be about: records that its pipelines really lead to.
struct VectorSubjects {
    private var records: [VectorsSection.Kind: Set<Int>] = [:]
    private let routeCount: Int
    private let limitCount: Int

    init(_ plan: PlanView) {
        routeCount = plan.index(plan.policy + PolicyRecord.routeCount)
        limitCount = plan.index(plan.policy + PolicyRecord.limitCount)
        let list = plan.index(plan.policy + PolicyRecord.routeList)
        let routes = (0..<routeCount).map { list + $0 * RouteRecord.wordCount }
        for route in routes + [plan.index(plan.policy + PolicyRecord.unrouted)] { collect(route, plan) }
    }

    private mutating func collect(_ route: Int, _ plan: PlanView) {
        for place in 0..<plan.index(route + RouteRecord.stepCount) {
            let step = plan.index(route + RouteRecord.stepList) + place * StepRecord.wordCount
            let operand = plan.index(step + StepRecord.operand)
            switch StepKind(rawValue: plan.word(step + StepRecord.kind)) {
            case .clients?: records[.client, default: []].insert(operand)
            case .hosts?: records[.host, default: []].insert(operand)
            case .origins?: records[.origin, default: []].insert(operand)
            case .subprotocols?: records[.subprotocols, default: []].insert(operand)
            case .tls?, .path?, .limit?, .token?, .identityLimit?, nil: break
            }
        }
        for field in RouteRecord.messageFields where plan.word(route + field) != none {
            records[.content, default: []].insert(plan.index(route + field))
        }
    }

    func holds(_ vector: PlanVector) -> Bool {
        let subject = Int(vector.subject)
        switch vector.kind {
        case .client, .host, .origin, .subprotocols, .content: return records[vector.kind]?.contains(subject) == true
        case .messageSize, .frameSize, .fragments, .idle, .lifetime: return subject < routeCount
        case .rate: return subject < limitCount && vector.input.count == 24
        case .window: return subject < limitCount && vector.input.count == 16
        case .concurrent: return subject < limitCount && vector.input.count == 8
        case .path, .handshakeSize: return true
        }
    }
}
