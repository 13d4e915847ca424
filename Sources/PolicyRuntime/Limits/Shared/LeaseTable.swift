import Synchronization

/// What this instance has leased of one limit of messages, by key, in bounded memory.
///
/// A message never waits: it takes from what is leased, or from the advance, or is refused; whoever asks the store does so in the
/// background, and settles here.
package final class LeaseTable: Sendable {
    private struct Lease {
        /// What may still pass.
        var left: UInt64 = 0
        /// What passed in advance and the store does not know of yet.
        var debt: UInt64 = 0
        /// Until when the store said that nothing more passes.
        var blockedUntil: UInt64 = 0
        var isAsking = false
        var lastUsed: UInt64 = 0
    }

    private static let partCount = 16

    private final class Part: Sendable {
        let leases = Mutex<[UInt64: Lease]>([:])
    }

    package let shares: LeaseShares
    private let most: Int
    private let parts: [Part]

    init(_ rule: LimitRule) {
        shares = LeaseShares(rule.quantity)
        most = max(1, rule.tableSize / Self.partCount)
        parts = (0..<Self.partCount).map { _ in Part() }
    }

    /// Takes `cost` hits at once for a key, or nothing; says as well whether the store should be asked for more, and with
    /// which debt.
    func take(_ key: UInt64, cost: UInt64, now: UInt64) -> (isTaken: Bool, wants: Bool) {
        part(key).leases.withLock { leases in
            if leases[key] == nil, leases.count >= most {
                Self.forget(&leases, most, now)
                // Full of keys that are in use: a new one is not let pass uncounted.
                guard leases.count < most else { return (false, false) }
            }
            var lease = leases[key] ?? Lease()
            let owed = cost > lease.left ? cost &- lease.left : 0
            let isTaken =
                owed == 0 || (now >= lease.blockedUntil && owed <= shares.slice && lease.debt <= shares.slice &- owed)
            if isTaken {
                lease.left &-= cost &- owed
                lease.debt &+= owed
            }
            lease.lastUsed = max(lease.lastUsed, now)
            let wants =
                !lease.isAsking && now >= lease.blockedUntil && (lease.left < (shares.slice &+ 1) / 2 || owed > 0)
            if wants { lease.isAsking = true }
            leases[key] = lease
            return (isTaken, wants)
        }
    }

    /// Keys that were not used for a second and owe nothing: what they had leased is lost.
    private static func forget(_ leases: inout [UInt64: Lease], _ most: Int, _ now: UInt64) {
        leases = leases.filter { _, lease in
            lease.isAsking || lease.debt > 0 || now < lease.blockedUntil
                || now &- min(now, lease.lastUsed) < 1_000_000_000
        }
    }

    /// What to tell the store, and what to ask of it: the debt so far, and as much as makes the slice whole.
    package func asking(_ key: UInt64) -> (debt: UInt64, count: UInt64) {
        part(key).leases.withLock { leases in
            let lease = leases[key] ?? Lease()
            return (lease.debt, shares.slice &- min(shares.slice, lease.left))
        }
    }

    /// The store has taken the debt and granted so many more.
    package func settle(_ key: UInt64, debt: UInt64, granted: UInt64, retryAfter: UInt64, now: UInt64) {
        part(key).leases.withLock { leases in
            var lease = leases[key] ?? Lease()
            lease.isAsking = false
            lease.debt &-= min(lease.debt, debt)
            lease.left = min(shares.slice, lease.left &+ granted)
            lease.blockedUntil = granted == 0 ? now &+ retryAfter : 0
            leases[key] = lease
        }
    }

    /// The store could not be asked: what was owed is still owed.
    package func fail(_ key: UInt64) {
        part(key).leases.withLock { $0[key]?.isAsking = false }
    }

    private func part(_ key: UInt64) -> Part { parts[Int(truncatingIfNeeded: key) & (Self.partCount - 1)] }
}
