import PolicyPlan
import Synchronization

/// One limit that all instances count together.
final class SharedLimit: Sendable {
    /// The limit's part of its counters' names: the same on every instance that runs a policy of this name with this limit.
    let name: [UInt8]
    /// Of messages.
    let leases: LeaseTable?
    /// Until when the store would refuse a key, as it said: it need not be asked before.
    private let refusals = Mutex<[UInt64: UInt64]>([:])

    private static let mostRefusals = 8192

    init(_ rule: LimitRule, _ identity: LimitIdentity, _ plan: PlanView) {
        leases = identity.role == .messages ? LeaseTable(rule) : nil
        let policy = plan.text(
            offset: plan.index(plan.policy + PolicyRecord.nameOffset),
            length: plan.index(plan.policy + PolicyRecord.nameLength)
        )
        let quantity =
            switch rule.quantity {
            case .rate(let count, let period, let burst): "rate \(count) \(period) \(burst)"
            case .atMost(let count, let period): "atMost \(count) \(period)"
            case .concurrent(let count): "concurrent \(count)"
            }
        // A limit of the whole policy keeps its name when a route is added.
        let routes =
            identity.routes.count == plan.index(plan.policy + PolicyRecord.routeCount)
            ? ["*"] : identity.routes.map { String(decoding: $0, as: UTF8.self) }.sorted()
        let pointer = identity.pointer.map { String(decoding: $0, as: UTF8.self) }
        let parts = [policy, "\(identity.role)", "\(rule.per)", "\(identity.prefix)", quantity]
        name = Array((parts + ["\(pointer)", "\(routes)"]).joined(separator: "\n").utf8)
    }

    /// Nanoseconds until the store would let a key pass, where it said that it does not yet.
    func refusal(_ key: UInt64, at now: UInt64) -> UInt64? {
        refusals.withLock { refusals in
            guard let until = refusals[key] else { return nil }
            guard until <= now else { return until &- now }
            refusals[key] = nil
            return nil
        }
    }

    /// The store does not let a key pass for so long.
    func refuse(_ key: UInt64, until moment: UInt64) {
        refusals.withLock { refusals in
            if refusals.count >= Self.mostRefusals { refusals = [:] }
            refusals[key] = moment
        }
    }
}
