import PolicyPlan

/// How a table counts for keys that have a slot, as a value that is copied without counting references.
///
/// Whoever holds it also holds the `LimitTable`. What it does not answer, the table does.
@safe
// @unchecked: no lock guards the clock, whose words are atomics, and the pointer to it never changes; its memory is given back by
// the table, which whoever counts still holds. `words` and `parts` may be shared by themselves.
struct KnownKeys: @unchecked Sendable {
    /// Where a rate's known keys count; nil where `parts` do.
    let words: SlotWords?
    /// Where everything else is counted.
    let parts: LockedSlots.Parts?
    private let memory: UnsafeMutablePointer<LimitClock>

    init(words: SlotWords?, parts: LockedSlots.Parts?) {
        self.words = words
        self.parts = parts
        // One clock, that `deallocate` takes away again.
        unsafe memory = UnsafeMutablePointer<LimitClock>.allocate(capacity: 1)
        unsafe memory.initialize(to: LimitClock())
    }

    /// Gives the clock's memory back; the table does so when it goes.
    func deallocate() {
        // Called once, when nobody counts any more.
        unsafe memory.deinitialize(count: 1)
        unsafe memory.deallocate()
    }

    /// The moment that counts as now.
    @inline(__always)
    func now(_ moment: UInt64) -> UInt64 {
        // The memory is there as long as the table.
        unsafe memory.pointee.now(moment)
    }

    /// The latest moment so far.
    // As above.
    var latestMoment: UInt64 { unsafe memory.pointee.latestMoment() }

    /// The first moment that counted.
    // As above.
    func beginning(_ now: UInt64) -> UInt64 { unsafe memory.pointee.beginning(now) }

    /// Nanoseconds since the first moment that counted.
    @inline(__always)
    func elapsed(_ now: UInt64) -> UInt64 {
        // As above.
        unsafe memory.pointee.elapsed(now)
    }

    /// Takes `cost` hits at once, or nothing; nil where the table must be asked.
    @inline(__always)
    func take(
        _ key: UInt64,
        cost: UInt64,
        at moment: UInt64
    ) -> (answer: LimitAnswer, place: LimitTable.Place)? {
        guard cost > 0 else { return nil }
        let now = now(moment)
        if let words {
            guard let answer = words.take(key, cost: cost, present: words.scale.present(elapsed(now))) else {
                return nil
            }
            return (answer, LimitTable.Place(level: 0, index: 0))
        }
        guard let parts, let (answer, place) = parts.takeKnown(key, cost: cost, now: now) else { return nil }
        return (answer, LimitTable.Place(level: 0, index: place))
    }

    /// What `take` would say of one hit; nil where the table must be asked.
    @inline(__always)
    func peek(_ key: UInt64, at moment: UInt64) -> LimitAnswer? {
        guard let words else { return nil }
        let now = now(moment)
        // Before the first hit nobody has counted anything; the memory is there as above.
        guard unsafe memory.pointee.hasBegun || words.scale.burst == 0 else { return .taken }
        let present = words.scale.present(elapsed(now))
        guard let arrival = words.arrival(of: key) else { return nil }
        return words.scale.next(arrival, present, cost: 1) != nil
            ? .taken : .refused(retryAfter: words.scale.wait(arrival, present, cost: 1))
    }

    /// Gives one back to a concurrent count.
    func giveBack(_ place: Int) { parts?.giveBack(place) }
}
