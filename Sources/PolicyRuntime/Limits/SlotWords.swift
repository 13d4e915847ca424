import PolicyPlan
import Synchronization

/// The words of a table's slots and the arithmetic on them, as a value that is copied without counting references.
///
/// Whoever holds it also holds the `AtomicSlots` that own the memory.
@safe
// @unchecked: no lock guards the words, and none is needed: each is an atomic. The pointer to them, their number and the scale never
// change, and the slots that own the memory live as long as whoever counts.
struct SlotWords: @unchecked Sendable {
    static var groupSize: Int { LimitMemory.atomicGroup }
    /// The fingerprint of a slot that is being taken.
    static var taken: UInt64 { .max }

    private let words: UnsafeMutablePointer<Atomic<UInt64>>
    let groups: UInt64
    let scale: RateScale

    /// `words` leads to two zero words for each slot of a whole number of groups.
    @unsafe
    init(_ words: UnsafeMutablePointer<Atomic<UInt64>>, slots: Int, _ scale: RateScale) {
        unsafe self.words = words
        groups = UInt64(slots / Self.groupSize)
        self.scale = scale
    }

    @inline(__always)
    func fingerprint(_ slot: Int) -> UInt64 {
        // Slots lie below the count that was allocated.
        unsafe words[2 &* slot].load(ordering: .acquiring)
    }

    @inline(__always)
    func setFingerprint(_ slot: Int, _ key: UInt64) {
        // As above.
        unsafe words[2 &* slot].store(key, ordering: .releasing)
    }

    @inline(__always)
    func exchangeFingerprint(_ slot: Int, _ old: UInt64, _ new: UInt64) -> Bool {
        // As above.
        unsafe words[2 &* slot].compareExchange(expected: old, desired: new, ordering: .acquiringAndReleasing).exchanged
    }

    @inline(__always)
    func arrival(_ slot: Int) -> UInt64 {
        // As above.
        unsafe words[2 &* slot &+ 1].load(ordering: .acquiring)
    }

    @inline(__always)
    func exchangeArrival(_ slot: Int, _ old: UInt64, _ new: UInt64) -> Bool {
        // As above.
        unsafe words[2 &* slot &+ 1].compareExchange(expected: old, desired: new, ordering: .acquiringAndReleasing)
            .exchanged
    }

    /// The first slot of the first or second group of a key.
    @inline(__always)
    func start(_ key: UInt64, group: Int) -> Int { Self.start(key, group: group, of: groups) }

    @inline(__always)
    private static func start(_ key: UInt64, group: Int, of groups: UInt64) -> Int {
        let hash = group == 0 ? key : key &* 0xD6E8_FEB8_6659_FD93
        return Int(truncatingIfNeeded: hash.multipliedFullWidth(by: groups).high) &* groupSize
    }

    /// A slot of a group, in the order in which a key looks for one: it begins at a place of its own, so that most keys lie where
    /// they look first, in one cache line.
    @inline(__always)
    func slot(_ start: Int, _ key: UInt64, _ place: Int) -> Int {
        start &+ ((Int(truncatingIfNeeded: key) &+ place) & (Self.groupSize &- 1))
    }

    @inline(__always)
    func slot(of key: UInt64) -> Int? {
        let first = start(key, group: 0)
        var place = 0
        while place < Self.groupSize {
            let slot = slot(first, key, place)
            if fingerprint(slot) == key { return slot }
            place &+= 1
        }
        return unsafe Self.slotOfSecondGroup(key, words, groups)
    }

    // Values, not the whole of them: what a hit of the first group needs stays in registers.
    @inline(never)
    @unsafe
    private static func slotOfSecondGroup(
        _ key: UInt64,
        _ words: UnsafeMutablePointer<Atomic<UInt64>>,
        _ groups: UInt64
    ) -> Int? {
        let second = start(key, group: 1, of: groups)
        for slot in second..<(second &+ groupSize) where unsafe words[2 &* slot].load(ordering: .acquiring) == key {
            return slot
        }
        return nil
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
        for group in 0..<2 {
            let start = start(key, group: group)
            for slot in start..<(start &+ Self.groupSize) where arrival(slot) <= present { return true }
        }
        return false
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
    func count(_ cost: UInt64, _ slot: Int, _ key: UInt64, _ present: UInt64) -> LimitAnswer? {
        while true {
            let arrival = arrival(slot)
            guard fingerprint(slot) == key else { return nil }
            guard let next = scale.next(arrival, present, cost: cost) else {
                return .refused(retryAfter: scale.wait(arrival, present, cost: cost))
            }
            if exchangeArrival(slot, arrival, next) { return .taken }
        }
    }
}
