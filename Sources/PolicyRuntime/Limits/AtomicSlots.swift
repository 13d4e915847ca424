import CLimitMemory
import PolicyPlan
import Synchronization

/// Slots of a fingerprint and an arrival time, two words each, that threads share without locks.
///
/// Eight slots are a group of two cache lines, and a key lies in one of two groups. A hit on a known key is one
/// compare-and-exchange of its arrival time. Only a key that has no slot yet waits for a lock, that of its own fingerprint,
/// so that no key ever has two slots.
///
/// A slot changes hands in this order: the fingerprint becomes `taken`, the arrival time, which must still be the expired one,
/// becomes the new key's, the fingerprint becomes the new key's. Arrival times only grow, so that whoever counts for the
/// old key after this finds another time than it read, and looks again: no hit is lost, and none counts for somebody else.
@safe
final class AtomicSlots: @unchecked Sendable {
    // @unchecked: what the pointer leads to are atomics, and it never changes.
    private static let groupSize = LimitMemory.atomicGroup
    private static let taken = UInt64.max
    private static let lockCount = 64

    private let words: UnsafeMutablePointer<Atomic<UInt64>>
    private let memory: UnsafeMutableRawPointer
    private let groups: UInt64
    private let scale: RateScale
    private let locks: [SlotLock]

    private final class SlotLock: Sendable {
        let mutex = Mutex<Void>(())
    }

    init(keys: Int, _ scale: RateScale) {
        let slots = LimitMemory.atomicSlots(for: keys)
        guard let memory = unsafe limit_memory_create(slots * 16) else { fatalError("no memory for a table of limits") }
        unsafe self.memory = memory
        // Zero words are free slots.
        unsafe words = memory.bindMemory(to: Atomic<UInt64>.self, capacity: slots * 2)
        groups = UInt64(slots / Self.groupSize)
        self.scale = scale
        locks = (0..<Self.lockCount).map { _ in SlotLock() }
    }

    deinit {
        unsafe limit_memory_destroy(memory)
    }

    @inline(__always)
    private func fingerprint(_ slot: Int) -> UInt64 {
        // Slots lie below the count that was allocated.
        unsafe words[2 &* slot].load(ordering: .acquiring)
    }

    @inline(__always)
    private func arrival(_ slot: Int) -> UInt64 {
        // As above.
        unsafe words[2 &* slot &+ 1].load(ordering: .acquiring)
    }

    @inline(__always)
    private func exchangeArrival(_ slot: Int, _ old: UInt64, _ new: UInt64) -> Bool {
        // As above.
        unsafe words[2 &* slot &+ 1].compareExchange(expected: old, desired: new, ordering: .acquiringAndReleasing)
            .exchanged
    }

    @inline(__always)
    private func start(_ key: UInt64, group: Int) -> Int {
        let hash = group == 0 ? key : key &* 0xD6E8_FEB8_6659_FD93
        return Int(truncatingIfNeeded: hash.multipliedFullWidth(by: groups).high) &* Self.groupSize
    }

    @inline(__always)
    private func slot(of key: UInt64) -> Int? {
        for group in 0..<2 {
            let start = start(key, group: group)
            for slot in start..<(start &+ Self.groupSize) where fingerprint(slot) == key { return slot }
        }
        return nil
    }

    /// Takes `cost` hits at once, or nothing; nil where the key has no slot.
    @inline(__always)
    func take(_ key: UInt64, cost: UInt64, present: UInt64) -> LimitAnswer? {
        while let slot = slot(of: key) {
            if let answer = count(cost, slot, key, present) { return answer }
        }
        return nil
    }

    /// Counts for a key's slot; nil where it is another key's by now.
    @inline(__always)
    private func count(_ cost: UInt64, _ slot: Int, _ key: UInt64, _ present: UInt64) -> LimitAnswer? {
        while true {
            let arrival = arrival(slot)
            guard fingerprint(slot) == key else { return nil }
            guard let next = scale.next(arrival, present, cost: cost) else {
                return .refused(retryAfter: scale.wait(arrival, present, cost: cost))
            }
            if exchangeArrival(slot, arrival, next) { return .taken }
        }
    }

    /// Finds a slot for a key that has none, and takes its first hits.
    ///
    /// `inherited` is the arrival time that the key begins with, for keys that were counted elsewhere. `overflow` counts where
    /// no slot can be had. It runs under the key's lock, as does all that gives the key a slot, so that what is counted
    /// elsewhere is seen when the key gets a slot.
    @inline(never)
    func claim<Answer>(
        _ key: UInt64,
        cost: UInt64,
        present: UInt64,
        inherited: () -> UInt64,
        taken: (LimitAnswer) -> Answer,
        overflow: () -> Answer
    ) -> Answer {
        locks[Int(truncatingIfNeeded: key >> 32) & (Self.lockCount - 1)].mutex.withLock { _ in
            // Somebody may have been faster; and a slot that is being taken may be given back to its key, which may be ours.
            for group in 0..<2 {
                let start = start(key, group: group)
                for slot in start..<(start + Self.groupSize) {
                    while fingerprint(slot) == Self.taken {}
                    if fingerprint(slot) == key, let answer = count(cost, slot, key, present) { return taken(answer) }
                }
            }
            let earlier = inherited()
            guard let first = scale.next(earlier, present, cost: cost) else {
                return taken(.refused(retryAfter: scale.wait(earlier, present, cost: cost)))
            }
            for group in 0..<2 {
                let start = start(key, group: group)
                for slot in start..<(start + Self.groupSize) where replace(slot, with: key, first, present) {
                    return taken(.taken)
                }
            }
            return overflow()
        }
    }

    /// Makes a slot another key's, where it is free or expired.
    private func replace(_ slot: Int, with key: UInt64, _ first: UInt64, _ present: UInt64) -> Bool {
        let old = fingerprint(slot)
        let arrival = arrival(slot)
        guard old != Self.taken, arrival <= present else { return false }
        // As in `fingerprint`.
        let isOurs = unsafe words[2 &* slot].compareExchange(
            expected: old,
            desired: Self.taken,
            ordering: .acquiringAndReleasing
        ).exchanged
        guard isOurs else { return false }
        let isExpired = exchangeArrival(slot, arrival, first)
        // As in `fingerprint`.
        unsafe words[2 &* slot].store(isExpired ? key : old, ordering: .releasing)
        return isExpired
    }

    /// The arrival time of a key's slot; nil where it has none.
    func arrival(of key: UInt64) -> UInt64? {
        while let slot = slot(of: key) {
            let arrival = arrival(slot)
            if fingerprint(slot) == key { return arrival }
        }
        return nil
    }

    /// Whether a key could have a slot that is free or expired.
    func hasRoom(for key: UInt64, present: UInt64) -> Bool {
        (0..<2).contains { group in
            let start = start(key, group: group)
            return (start..<(start + Self.groupSize)).contains { arrival($0) <= present }
        }
    }

    /// Each key whose arrival time lies in the future, with that time.
    func unexpired(at present: UInt64, _ body: (UInt64, UInt64) -> Void) {
        for slot in 0..<(Int(groups) * Self.groupSize) {
            let arrival = arrival(slot)
            let key = fingerprint(slot)
            if arrival > present, key != 0, key != Self.taken { body(key, arrival) }
        }
    }
}
