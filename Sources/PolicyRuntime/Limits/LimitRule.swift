import PolicyPlan

/// What one counter allows, read from its record once.
package struct LimitRule: Sendable, Equatable {
    package enum Quantity: Sendable, Equatable {
        /// GCRA: `count` in each `period` sustained, `burst` at once.
        case rate(count: UInt64, period: UInt64, burst: UInt64)
        /// In no half-open window of `period` more than `count`.
        case atMost(count: Int, period: UInt64)
        case concurrent(count: UInt64)
    }

    enum Per: UInt32, Sendable {
        case connection, clientAddress, subject, route, server, claim
    }

    let quantity: Quantity
    let per: Per
    let v4Bits: Int
    let v6Bits: Int
    let tableSize: Int
    let isObserved: Bool
    /// Whether all instances count together.
    let isShared: Bool
    let source: UInt32

    init(record: Int, _ plan: PlanView) {
        let count = plan.wide(record + LimitRecord.countLow)
        let period = plan.wide(record + LimitRecord.periodLow)
        quantity =
            switch plan.word(record + LimitRecord.quantity) {
            case 0: .rate(count: count, period: period, burst: plan.wide(record + LimitRecord.burstLow))
            case 1: .atMost(count: Int(count), period: period)
            default: .concurrent(count: count)
            }
        let per = Per(rawValue: plan.word(record + LimitRecord.per)) ?? .server
        self.per = per
        v4Bits = plan.index(record + LimitRecord.v4Bits)
        v6Bits = plan.index(record + LimitRecord.v6Bits)
        // So many keys as there can be, where their number is known.
        tableSize =
            switch per {
            case .server: 1
            case .route: LimitMemory.routeKeys(plan.index(plan.policy + PolicyRecord.routeCount))
            case .connection, .clientAddress, .subject, .claim: max(1, plan.index(record + LimitRecord.tableSize))
            }
        isObserved = plan.word(record + LimitRecord.mode) == 1
        isShared = plan.word(record + LimitRecord.shared) == 1
        source = plan.word(record + LimitRecord.source)
    }

    /// A limit per client address.
    package init(quantity: Quantity, tableSize: Int) {
        self.quantity = quantity
        per = .clientAddress
        v4Bits = 32
        v6Bits = 64
        self.tableSize = tableSize
        isObserved = false
        isShared = false
        source = none
    }
}

/// What a counter says of a hit.
package enum LimitAnswer: Sendable, Equatable {
    case taken
    /// Nothing was taken; the same hit passes after `retryAfter` nanoseconds at the earliest, where time helps.
    case refused(retryAfter: UInt64?)
    /// Nobody can say: the counters that all instances share cannot be asked.
    case unavailable
}
