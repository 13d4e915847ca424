import Synchronization

/// What this instance has leased of one limit of messages, by key, in bounded memory.
///
/// A message never waits: it takes from what is leased, or from the advance, or is refused; whoever asks the store does so in the
/// background, and settles here. A key that finds no place leases together with others: addresses with those of their block, and
/// when there is no place for blocks either, all by a fixed set of cells.
package final class LeaseTable: Sendable {
    private struct Lease {
        /// What may still pass.
        var left: UInt64 = 0
        /// What passed in advance and the store does not know of yet.
        var debt: UInt64 = 0
        /// Until when the store said that nothing more passes.
        var blockedUntil: UInt64 = 0
        var isAsking = false
        /// Whether the last question got no answer.
        var hasFailed = false
        var lastUsed: UInt64 = 0
    }

    /// Where a key leases.
    package struct Place: Sendable, Equatable {
        let key: UInt64
        /// 0: its own; 1 and 2: with its block; 3: in a cell of the fixed set.
        let level: Int
    }

    private struct Leases {
        var byKey: [UInt64: Lease] = [:]
        /// When those that rest were looked for last.
        var forgottenAt: UInt64 = 0
    }

    private final class Part: Sendable {
        let leases = Mutex(Leases())
    }

    /// Tables of fewer keys are not divided: parts would fill unevenly.
    private static let keysToDivide = 1024
    private static let partsOfDivided = 16
    /// A full part is searched for leases that rest once in so many nanoseconds.
    private static let forgetsEvery: UInt64 = 50_000_000
    /// How long a lease rests before another key may have its place.
    private static let rests: UInt64 = 1_000_000_000
    private static let cellLevel = 3

    package let shares: LeaseShares
    /// How long it takes at most until nothing of a hit is remembered.
    private let memory: UInt64
    private let most: Int
    private let mostBlocks: Int
    private let parts: [Part]
    private let blocks = Part()
    private let cells = Part()

    init(_ rule: LimitRule) {
        shares = LeaseShares(rule.quantity)
        memory = max(Self.rests, rule.quantity.memory)
        let count = rule.tableSize < Self.keysToDivide ? 1 : Self.partsOfDivided
        parts = (0..<count).map { _ in Part() }
        // Keys spread unevenly over parts: an eighth more than its share is room for nearly all of them.
        most = count == 1 ? rule.tableSize : rule.tableSize / count * 9 / 8
        mostBlocks = max(16, rule.tableSize / 8)
    }

    /// Takes `cost` hits at once for a key, or nothing; and where the store should be asked for more, if it should.
    func take(_ key: KeyChain, cost: UInt64, now: UInt64) -> (answer: LimitAnswer, wants: Place?) {
        let own = Place(key: key.fingerprint, level: 0)
        if let taken = take(own, in: part(own), most, cost, now) { return taken }
        for level in 1...2 {
            guard let block = key.fingerprint(level) else { break }
            let place = Place(key: block, level: level)
            if let taken = take(place, in: blocks, mostBlocks, cost, now) { return taken }
        }
        let cell = Place(key: UInt64(key.sharedPlace), level: Self.cellLevel)
        return take(cell, in: cells, .max, cost, now) ?? (.refused(retryAfter: nil), nil)
    }

    /// Nil where there is no place for the key.
    private func take(
        _ place: Place,
        in part: Part,
        _ most: Int,
        _ cost: UInt64,
        _ now: UInt64
    ) -> (answer: LimitAnswer, wants: Place?)? {
        part.leases.withLock { leases in
            if leases.byKey[place.key] == nil, leases.byKey.count >= most {
                forget(&leases, now)
                guard leases.byKey.count < most else { return nil }
            }
            var lease = leases.byKey[place.key] ?? Lease()
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
            leases.byKey[place.key] = lease
            // What is refused for want of an answer is not refused by the limit.
            let isUnknown = lease.hasFailed && cost <= shares.slice
            let answer: LimitAnswer = isTaken ? .taken : isUnknown ? .unavailable : .refused(retryAfter: nil)
            return (answer, wants ? place : nil)
        }
    }

    /// Lets go of keys that were not used for a second: what they had leased is lost.
    ///
    /// What they owe is kept for as long as the limit remembers a hit.
    private func forget(_ leases: inout Leases, _ now: UInt64) {
        guard leases.forgottenAt == 0 || now &- min(now, leases.forgottenAt) >= Self.forgetsEvery else { return }
        leases.forgottenAt = max(1, now)
        leases.byKey = leases.byKey.filter { _, lease in
            let rested = now &- min(now, lease.lastUsed)
            if lease.isAsking || now < lease.blockedUntil || rested < Self.rests { return true }
            return lease.debt > 0 && rested < memory
        }
    }

    /// The debt to tell the store, and how many hits to ask of it: as many as make the slice whole, since more would be lost.
    package func asking(_ place: Place) -> (debt: UInt64, count: UInt64) {
        part(place).leases.withLock { leases in
            let lease = leases.byKey[place.key] ?? Lease()
            return (lease.debt, shares.slice &- min(shares.slice, lease.left))
        }
    }

    /// The store has taken the debt and granted so many more, or said for how long nothing passes.
    ///
    /// - Returns: whether more passed in advance meanwhile, of which the store must be told at once: the key may never come again.
    package func settle(_ place: Place, debt: UInt64, granted: UInt64, retryAfter: UInt64, now: UInt64) -> Bool {
        part(place).leases.withLock { leases in
            var lease = leases.byKey[place.key] ?? Lease()
            lease.debt &-= min(lease.debt, debt)
            lease.isAsking = lease.debt > 0
            lease.hasFailed = false
            lease.left = min(shares.slice, lease.left &+ granted)
            lease.blockedUntil = retryAfter > 0 ? now &+ retryAfter : 0
            leases.byKey[place.key] = lease
            return lease.isAsking
        }
    }

    /// The store could not be asked: what was owed is still owed.
    package func fail(_ place: Place) {
        part(place).leases.withLock { leases in
            leases.byKey[place.key]?.isAsking = false
            leases.byKey[place.key]?.hasFailed = true
        }
    }

    private func part(_ place: Place) -> Part {
        switch place.level {
        case 0: parts[Int(truncatingIfNeeded: place.key) & (parts.count - 1)]
        case Self.cellLevel: cells
        default: blocks
        }
    }
}

extension LimitRule.Quantity {
    /// Nanoseconds after which nothing of a hit is remembered.
    fileprivate var memory: UInt64 {
        switch self {
        case .rate(let count, let period, let burst):
            let (whole, isOver) = burst.multipliedReportingOverflow(by: period)
            return isOver ? .max : whole / max(1, count)
        case .atMost(_, let period): return period
        case .concurrent: return .max
        }
    }
}
