import PolicyPlan
import Synchronization

/// A rate's counters by key, then by coarser block, then by a fixed set: without locks for whoever is known.
final class AtomicLevels: Sendable {
    private let scale: RateScale
    private let first: AtomicSlots
    private let blocks: [AtomicSlots]
    private let shared: ArrivalCells
    /// Whether ever a key found no slot of its own.
    private let hasOverflowed = Atomic<Bool>(false)

    init(_ scale: RateScale, sizes: [Int]) throws(EngineError) {
        self.scale = scale
        first = try AtomicSlots(keys: sizes.first ?? 1, scale)
        var blocks: [AtomicSlots] = []
        for size in sizes.dropFirst() { blocks.append(try AtomicSlots(keys: size, scale)) }
        self.blocks = blocks
        shared = ArrivalCells(scale)
    }

    /// The slots of keys themselves, for whoever counts for a known key without asking here.
    var words: SlotWords { first.words }

    /// Takes `cost` hits at once for a key that has no slot of its own, or nothing, and says at which granularity.
    @inline(never)
    func claim(_ key: KeyChain, cost: UInt64, present: UInt64) -> (answer: LimitAnswer, level: Int) {
        claim(0, key, cost, present)
    }

    private func slots(_ level: Int) -> AtomicSlots { level == 0 ? first : blocks[level - 1] }

    private func claim(
        _ level: Int,
        _ key: KeyChain,
        _ cost: UInt64,
        _ present: UInt64
    ) -> (answer: LimitAnswer, level: Int) {
        guard level <= blocks.count, let fingerprint = key.fingerprint(level) else {
            return (shared.take(key.sharedPlace, cost: cost, present: present), level)
        }
        if level > 0, let answer = slots(level).take(fingerprint, cost: cost, present: present) {
            return (answer, level)
        }
        return slots(level).claim(
            fingerprint,
            cost: cost,
            present: present,
            inherited: { elsewhere(key, above: level) },
            taken: { ($0, level) },
            overflow: {
                hasOverflowed.store(true, ordering: .releasing)
                return claim(level + 1, key, cost, present)
            }
        )
    }

    /// The arrival time of the finest coarser granularity that counts for a key: since it does, no coarser one has.
    private func elsewhere(_ key: KeyChain, above level: Int) -> UInt64 {
        guard hasOverflowed.load(ordering: .acquiring) else { return 0 }
        var level = level + 1
        while level <= blocks.count, let fingerprint = key.fingerprint(level) {
            if let arrival = slots(level).arrival(of: fingerprint) { return arrival }
            level += 1
        }
        return shared.arrival(key.sharedPlace)
    }

    /// What `take` would say of one hit.
    func peek(_ key: KeyChain, present: UInt64) -> LimitAnswer {
        let words = words
        let arrival: UInt64
        if let known = words.arrival(of: key.fingerprint) {
            arrival = known
        } else if words.hasRoom(for: key.fingerprint, present: present) {
            arrival = elsewhere(key, above: 0)
        } else {
            arrival = coarserArrival(key, present: present)
        }
        return scale.next(arrival, present, cost: 1) != nil
            ? .taken : .refused(retryAfter: scale.wait(arrival, present, cost: 1))
    }

    /// The arrival time that a key counts by which finds no slot of its own.
    @inline(never)
    private func coarserArrival(_ key: KeyChain, present: UInt64) -> UInt64 {
        var level = 1
        while level <= blocks.count, let fingerprint = key.fingerprint(level) {
            if let known = slots(level).arrival(of: fingerprint) { return known }
            if slots(level).hasRoom(for: fingerprint, present: present) { return elsewhere(key, above: level) }
            level += 1
        }
        return shared.arrival(key.sharedPlace)
    }

    // MARK: Carrying

    /// The counters that say more than new ones would, in nanoseconds divided by the rate's count; `beginning` is the
    /// nanosecond from which `present` counts.
    func counters(count: UInt64, present: UInt64, beginning: UInt64, _ body: (CarriedCounter) -> Void) {
        let origin = UInt128(beginning) &* UInt128(count)
        // The count is a multiple of the units.
        let factor = UInt128(count / scale.units)
        func state(_ arrival: UInt64) -> CounterState { .arrival(origin &+ UInt128(arrival) &* factor) }
        for level in 0...blocks.count {
            slots(level).unexpired(at: present) { key, arrival in
                body(CarriedCounter(level: level, key: key, state: state(arrival)))
            }
        }
        for place in 0..<SharedCells.count where shared.arrival(place) > present {
            let state = state(shared.arrival(place))
            body(CarriedCounter(level: CarriedCounter.shared, key: UInt64(place), state: state))
        }
    }

    /// Lets a counter of an empty table begin with a state; false where there is no room for it.
    func carry(_ counter: CarriedCounter, count: UInt64, present: UInt64, at now: UInt64) -> Bool {
        guard case .arrival(let arrival) = counter.state else { return true }
        let start = UInt128(now) &* UInt128(count)
        guard arrival > start else { return true }
        let factor = UInt128(count / scale.units)
        let ahead = UInt64(clamping: (arrival &- start &+ factor &- 1) / factor)
        let earlier = present &+ min(ahead, scale.tolerance)
        if counter.level == CarriedCounter.shared {
            hasOverflowed.store(true, ordering: .releasing)
            shared.set(Int(counter.key), earlier)
            return true
        }
        guard counter.level <= blocks.count else { return true }
        if counter.level > 0 { hasOverflowed.store(true, ordering: .releasing) }
        return slots(counter.level).claim(
            counter.key,
            cost: 0,
            present: present,
            inherited: { earlier },
            taken: { _ in true },
            overflow: { false }
        )
    }
}
