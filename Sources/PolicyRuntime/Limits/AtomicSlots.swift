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
// @unchecked: what the memory holds is reached through `words`, as atomics, and a new key takes its slot under one of `locks`; the
// pointer itself never changes, and only `deinit` uses it.
final class AtomicSlots: @unchecked Sendable {
    private static let lockCount = 64

    let words: SlotWords
    private let memory: UnsafeMutableRawPointer
    private let locks: [SlotLock]

    private final class SlotLock: Sendable {
        let mutex = Mutex<Void>(())
    }

    /// Slots for so many keys; throws where there is no memory for them.
    init(keys: Int, _ scale: RateScale) throws(EngineError) {
        let slots = LimitMemory.atomicSlots(for: keys)
        let (byteCount, isOver) = slots.multipliedReportingOverflow(by: 16)
        guard !isOver, let memory = unsafe limit_memory_create(byteCount) else {
            throw .missingMemory(byteCount: isOver ? .max : byteCount)
        }
        unsafe self.memory = memory
        // Zero words are free slots.
        unsafe words = SlotWords(memory.bindMemory(to: Atomic<UInt64>.self, capacity: slots * 2), slots: slots, scale)
        locks = (0..<Self.lockCount).map { _ in SlotLock() }
    }

    deinit {
        unsafe limit_memory_destroy(memory)
    }

    /// Takes `cost` hits at once, or nothing; nil where the key has no slot.
    func take(_ key: UInt64, cost: UInt64, present: UInt64) -> LimitAnswer? {
        words.take(key, cost: cost, present: present)
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
                let start = words.start(key, group: group)
                for slot in start..<(start + SlotWords.groupSize) {
                    while words.fingerprint(slot) == SlotWords.taken {}
                    if words.fingerprint(slot) == key, let answer = words.count(cost, slot, key, present) {
                        return taken(answer)
                    }
                }
            }
            let earlier = inherited()
            guard let first = words.scale.next(earlier, present, cost: cost) else {
                return taken(.refused(retryAfter: words.scale.wait(earlier, present, cost: cost)))
            }
            for group in 0..<2 {
                let start = words.start(key, group: group)
                for place in 0..<SlotWords.groupSize
                where replace(words.slot(start, key, place), with: key, first, present) {
                    return taken(.taken)
                }
            }
            return overflow()
        }
    }

    /// Makes a slot another key's, where it is free or expired.
    private func replace(_ slot: Int, with key: UInt64, _ first: UInt64, _ present: UInt64) -> Bool {
        let old = words.fingerprint(slot)
        let arrival = words.arrival(slot)
        guard old != SlotWords.taken, arrival <= present else { return false }
        guard words.exchangeFingerprint(slot, old, SlotWords.taken) else { return false }
        let isExpired = words.exchangeArrival(slot, arrival, first)
        words.setFingerprint(slot, isExpired ? key : old)
        return isExpired
    }

    /// The arrival time of a key's slot; nil where it has none.
    func arrival(of key: UInt64) -> UInt64? { words.arrival(of: key) }

    /// Whether a key could have a slot that is free or expired.
    func hasRoom(for key: UInt64, present: UInt64) -> Bool { words.hasRoom(for: key, present: present) }

    /// Each key whose arrival time lies in the future, with that time.
    func unexpired(at present: UInt64, _ body: (UInt64, UInt64) -> Void) {
        for slot in 0..<(Int(words.groups) * SlotWords.groupSize) {
            let arrival = words.arrival(slot)
            let key = words.fingerprint(slot)
            if arrival > present, key != 0, key != SlotWords.taken { body(key, arrival) }
        }
    }
}
