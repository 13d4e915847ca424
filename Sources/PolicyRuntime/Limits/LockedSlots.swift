import PolicyPlan
import Synchronization

/// Slots for the keys of one granularity, in parts that are locked one by one.
///
/// Sixteen slots are a group, and a key lies in one of two groups of its part: in the emptier one when it comes.
@safe
// @unchecked: its one property, `parts`, never changes; what that leads to is touched under the lock of each part, its `state`, and
// given back in `deinit`, when no thread has the slots any more.
final class LockedSlots: @unchecked Sendable {
    private static var groupSize: Int { LimitMemory.lockedGroup }

    fileprivate struct Part: ~Copyable, Sendable {
        let state: Mutex<State>

        init(_ rule: LimitRule.Quantity, groups: Int) {
            state = Mutex(State(rule, groups: groups))
        }
    }

    /// The parts as a value that is copied without counting references; whoever holds it also holds the slots.
    @safe
    // @unchecked: what a part holds is touched under that part's lock, its `state`; the pointer to the parts and their number never
    // change, and the slots that own them live as long as whoever counts.
    struct Parts: @unchecked Sendable {
        fileprivate let parts: UnsafeMutablePointer<Part>
        /// A power of two.
        fileprivate let count: Int

        @inline(__always)
        fileprivate func place(_ key: UInt64) -> Int { Int(truncatingIfNeeded: key & UInt64(count &- 1)) }

        /// Takes from the counter of a key that has one, and of which nothing is counted elsewhere; nil of others.
        ///
        /// The second number is where it was counted.
        func takeKnown(_ key: UInt64, cost: UInt64, now: UInt64) -> (answer: LimitAnswer, place: Int)? {
            let part = place(key)
            // Places lie below the count that was allocated.
            return unsafe parts[part].state.withLock { state in
                guard let slot = state.known(key), !state.cells.hasElsewhere(at: slot) else { return nil }
                return (state.cells.take(cost, at: slot, now: now), slot << 4 | part)
            }
        }

        /// Gives one back to a concurrent count.
        func giveBack(_ place: Int) {
            // As above: a place is what `takeKnown` or `take` gave.
            unsafe parts[place & 15].state.withLock { $0.cells.giveBack(at: place >> 4) }
        }
    }

    fileprivate struct State {
        let groups: UInt64
        var fingerprints: [UInt64]
        var cells: LimitCells

        init(_ rule: LimitRule.Quantity, groups: Int) {
            self.groups = UInt64(groups)
            fingerprints = Array(repeating: 0, count: groups * groupSize)
            cells = LimitCells(rule, capacity: groups * groupSize)
        }

        private func start(_ hash: UInt64) -> Int {
            Int(truncatingIfNeeded: hash.multipliedFullWidth(by: groups).high) &* groupSize
        }

        private func starts(_ key: UInt64) -> (first: Int, second: Int) {
            (start(key &* 0x9E37_79B9_7F4A_7C15), start(key &* 0xD6E8_FEB8_6659_FD93))
        }

        /// The key's slot.
        func known(_ key: UInt64) -> Int? {
            let starts = starts(key)
            for slot in starts.first..<(starts.first &+ groupSize) where fingerprints[slot] == key { return slot }
            for slot in starts.second..<(starts.second &+ groupSize) where fingerprints[slot] == key { return slot }
            return nil
        }

        /// The key's slot, or a free or expired one; nil where both groups are full of others' unexpired counters.
        func slot(_ key: UInt64, now: UInt64) -> (slot: Int, isKnown: Bool)? {
            if let slot = known(key) { return (slot, true) }
            let starts = starts(key)
            let first = free(starts.first, now)
            let second = free(starts.second, now)
            guard let found = second.count > first.count ? second.slot : first.slot else { return nil }
            return (found, false)
        }

        private func free(_ start: Int, _ now: UInt64) -> (slot: Int?, count: Int) {
            var found: Int?
            var count = 0
            for slot in start..<(start + groupSize)
            where fingerprints[slot] == 0 || cells.isExpired(at: slot, now: now) {
                found = found ?? slot
                count += 1
            }
            return (found, count)
        }
    }

    let parts: Parts

    init(_ rule: LimitRule.Quantity, keys: Int) {
        let groups = LimitMemory.lockedGroups(for: keys)
        let count = LimitMemory.lockedParts(for: keys)
        let memory = UnsafeMutablePointer<Part>.allocate(capacity: count)
        // Each of them once.
        for place in 0..<count { unsafe (memory + place).initialize(to: Part(rule, groups: groups)) }
        unsafe parts = Parts(parts: memory, count: count)
    }

    deinit {
        // All of them are initialized, and nobody holds them any more.
        unsafe parts.parts.deinitialize(count: parts.count)
        unsafe parts.parts.deallocate()
    }

    /// Lends the state of a part that holds a key, under its lock.
    private func withPart<Result>(_ key: UInt64, _ body: (inout State) -> Result) -> Result {
        // Places lie below the count that was allocated.
        unsafe parts.parts[parts.place(key)].state.withLock { body(&$0) }
    }

    /// Takes from a key's counter.
    ///
    /// `elsewhere` is what was counted of the key in coarser granularities, `counted` makes an answer of a counter's and of the
    /// place where it was counted, `overflow` counts where no slot can be had. It runs under the key's lock, so that what is
    /// counted elsewhere is seen when the key gets a slot.
    func take<Answer>(
        _ key: UInt64,
        cost: UInt64,
        now: UInt64,
        elsewhere: () -> CounterState,
        counted: (LimitAnswer, Int) -> Answer,
        overflow: () -> Answer
    ) -> Answer {
        let part = parts.place(key)
        return withPart(key) { state in
            guard let (slot, isKnown) = state.slot(key, now: now) else { return overflow() }
            if !isKnown {
                state.fingerprints[slot] = key
                state.cells.reset(at: slot)
                state.cells.inherit(elsewhere(), at: slot, now: now)
            } else if state.cells.hasElsewhere(at: slot) {
                let count: UInt64 = if case .count(let count) = elsewhere() { count } else { 0 }
                state.cells.limitElsewhere(count, at: slot)
            }
            return counted(state.cells.take(cost, at: slot, now: now), slot << 4 | part)
        }
    }

    /// What a key's counter has counted; nil where it has none.
    func state(_ key: UInt64, now: UInt64) -> CounterState? {
        withPart(key) { state in
            guard let (slot, isKnown) = state.slot(key, now: now), isKnown else { return nil }
            return state.cells.state(at: slot, now: now)
        }
    }

    /// What `take` would say of one hit; nil where no slot can be had.
    func peek(_ key: UInt64, now: UInt64, elsewhere: () -> CounterState) -> LimitAnswer? {
        withPart(key) { state in
            guard let (slot, isKnown) = state.slot(key, now: now) else { return nil }
            guard !isKnown else { return state.cells.peek(at: slot, now: now) }
            var cells = LimitCells(state.cells.rule, capacity: 1)
            cells.inherit(elsewhere(), at: 0, now: now)
            return cells.peek(at: 0, now: now)
        }
    }

    /// Gives one back to a concurrent count.
    func giveBack(_ place: Int) { parts.giveBack(place) }

    /// Each key whose counter says more than a new one would, with its state.
    func unexpired(at now: UInt64, _ body: (UInt64, CounterState) -> Void) {
        for part in 0..<parts.count {
            // As above.
            unsafe parts.parts[part].state.withLock { state in
                for slot in state.fingerprints.indices where state.fingerprints[slot] != 0 {
                    let counter = state.cells.state(at: slot, now: now)
                    if counter != .none { body(state.fingerprints[slot], counter) }
                }
            }
        }
    }

    /// Lets a key begin with a state; false where there is no slot for it.
    func carry(_ key: UInt64, _ counter: CounterState, now: UInt64) -> Bool {
        withPart(key) { state in
            guard let (slot, _) = state.slot(key, now: now) else { return false }
            state.fingerprints[slot] = key
            state.cells.reset(at: slot)
            state.cells.inherit(counter, at: slot, now: now)
            return true
        }
    }

    func change(concurrent count: UInt64) {
        for part in 0..<parts.count {
            // As above.
            unsafe parts.parts[part].state.withLock { $0.cells.change(concurrent: count) }
        }
    }
}
