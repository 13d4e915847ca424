import Synchronization

/// Counters by key, then by coarser block, then by a fixed set, each granularity in parts with a lock each.
///
/// Locks are taken from finer to coarser, so that nobody waits in a circle.
final class LockedLevels: Sendable {
    typealias Taken = (answer: LimitAnswer, place: LimitTable.Place)

    private let countsOpen: Bool
    private let levels: [LockedSlots]
    private let shared: SharedCells
    /// Whether ever a key found no slot of its own.
    private let hasOverflowed = Atomic<Bool>(false)

    init(_ quantity: LimitRule.Quantity, sizes: [Int]) {
        countsOpen = if case .concurrent = quantity { true } else { false }
        levels = sizes.map { LockedSlots(quantity, keys: $0) }
        shared = SharedCells(quantity)
    }

    /// The slots of keys themselves, for whoever counts for a known key without asking here.
    var parts: LockedSlots.Parts? { levels.first?.parts }

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
            guard countsOpen else { return state }
            if case .count(let count) = state { open &+= count }
        }
        let state = shared.state(key.sharedPlace, now: now)
        guard countsOpen else { return state }
        if case .count(let count) = state { open &+= count }
        return .count(open)
    }

    /// What `take` would say of one hit.
    func peek(_ key: KeyChain, now: UInt64) -> LimitAnswer {
        for level in levels.indices {
            guard let fingerprint = key.fingerprint(level) else { break }
            let answer = levels[level].peek(fingerprint, now: now, elsewhere: { elsewhere(key, above: level, now) })
            if let answer { return answer }
        }
        return shared.peek(key.sharedPlace, now: now)
    }

    /// Gives one back to a concurrent count.
    func giveBack(_ place: LimitTable.Place) {
        guard place.level != .max else { return shared.giveBack(place.index) }
        levels[Int(place.level)].giveBack(place.index)
    }

    // MARK: Carrying

    /// The counters that say more than new ones would.
    func counters(at now: UInt64, _ body: (CarriedCounter) -> Void) {
        for level in levels.indices {
            levels[level].unexpired(at: now) { body(CarriedCounter(level: level, key: $0, state: $1)) }
        }
        for place in 0..<SharedCells.count {
            let state = shared.state(place, now: now)
            if state != .none {
                body(CarriedCounter(level: CarriedCounter.shared, key: UInt64(place), state: state))
            }
        }
    }

    /// Lets a counter of an empty table begin with a state; false where there is no room for it.
    func carry(_ counter: CarriedCounter, at now: UInt64) -> Bool {
        if counter.level > 0 { hasOverflowed.store(true, ordering: .releasing) }
        if counter.level == CarriedCounter.shared {
            shared.carry(Int(counter.key), counter.state, now: now)
            return true
        }
        guard counter.level < levels.count else { return true }
        return levels[counter.level].carry(counter.key, counter.state, now: now)
    }

    /// Counts what is open against another number from now on.
    func change(concurrent count: UInt64) {
        for level in levels { level.change(concurrent: count) }
        shared.change(concurrent: count)
    }
}
