import Synchronization

/// Counters by key, then by coarser block, then by a fixed set, each granularity in parts with a lock each.
///
/// Locks are taken from finer to coarser, so that nobody waits in a circle.
final class LockedLevels: Sendable {
    typealias Taken = (answer: LimitAnswer, place: LimitTable.Place)

    private let quantity: LimitRule.Quantity
    private let levels: [LockedSlots]
    private let shared: SharedCells
    /// Whether ever a key found no slot of its own.
    private let hasOverflowed = Atomic<Bool>(false)

    init(_ quantity: LimitRule.Quantity, sizes: [Int]) {
        self.quantity = quantity
        levels = sizes.map { LockedSlots(quantity, keys: $0) }
        shared = SharedCells(quantity)
    }

    /// Takes `cost` hits at once, or nothing.
    func take(_ key: KeyChain, cost: UInt64, now: UInt64, level: Int = 0) -> Taken {
        guard level < levels.count, let fingerprint = key.fingerprint(level) else {
            let place = key.sharedPlace
            return (shared.take(place, cost: cost, now: now), LimitTable.Place(level: .max, index: place))
        }
        return levels[level].take(
            fingerprint,
            cost: cost,
            now: now,
            elsewhere: { elsewhere(key, above: level, now) },
            counted: { ($0, LimitTable.Place(level: UInt8(level), index: $1)) },
            overflow: {
                hasOverflowed.store(true, ordering: .releasing)
                return take(key, cost: cost, now: now, level: level + 1)
            }
        )
    }

    /// What coarser granularities have counted of a key: of times the finest that counts for it, since it does, no coarser
    /// one has; of what is open all of them.
    private func elsewhere(_ key: KeyChain, above level: Int, _ now: UInt64) -> CounterState {
        guard hasOverflowed.load(ordering: .acquiring) else { return .none }
        var open: UInt64 = 0
        for level in (level + 1)..<max(level + 1, levels.count) {
            guard let fingerprint = key.fingerprint(level) else { break }
            guard let state = levels[level].state(fingerprint, now: now) else { continue }
            guard case .concurrent = quantity else { return state }
            if case .count(let count) = state { open &+= count }
        }
        let state = shared.state(key.sharedPlace, now: now)
        guard case .concurrent = quantity else { return state }
        if case .count(let count) = state { open &+= count }
        return .count(open)
    }

    /// What `take` would say of one hit.
    func peek(_ key: KeyChain, now: UInt64) -> LimitAnswer {
        for level in levels.indices {
            guard let fingerprint = key.fingerprint(level) else { break }
            let answer = levels[level].peek(
                fingerprint,
                now: now,
                elsewhere: { elsewhere(key, above: level, now) },
                quantity
            )
            if let answer { return answer }
        }
        return shared.peek(key.sharedPlace, now: now)
    }

    /// Gives one back to a concurrent count.
    func giveBack(_ place: LimitTable.Place) {
        guard place.level != .max else { return shared.giveBack(place.index) }
        levels[Int(place.level)].giveBack(place.index)
    }
}
