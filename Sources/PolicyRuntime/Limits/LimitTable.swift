import PolicyPlan

/// The counters of one rule for many keys, in memory that is bounded by the policy.
///
/// An expired counter's slot may be taken by another key; an unexpired one never. When a key finds no slot, it shares a
/// counter with its neighbours: addresses by coarser block, and when those are full too, all keys by a fixed set of
/// counters. So a flood of new keys neither grows memory nor resets anybody's counter, and it is never let pass uncounted.
///
/// Rates count without locks where 64 bits hold their times exactly; everything else in parts with a lock each.
package final class LimitTable: Sendable {
    /// Where a hit was counted, so that a concurrent count can be given back.
    package struct Place: Sendable, Equatable {
        package let level: UInt8
        package let index: Int
    }

    /// How keys that have a slot are counted.
    let known: KnownKeys
    private let atomic: AtomicLevels?
    private let locked: LockedLevels?
    private let keys: LimitKeyMaker
    private let v4Bits: Int
    private let v6Bits: Int
    private let quantity: LimitRule.Quantity

    /// A table for a limit; throws where there is no memory for it.
    package init(_ rule: LimitRule, _ keys: LimitKeyMaker) throws(EngineError) {
        self.keys = keys
        quantity = rule.quantity
        v4Bits = rule.v4Bits
        v6Bits = rule.v6Bits
        let sizes = LimitMemory.levels(tableSize: rule.tableSize, countsAddresses: rule.per == .clientAddress)
        let scale = Self.scale(rule.quantity)
        if let scale { atomic = try AtomicLevels(scale, sizes: sizes) } else { atomic = nil }
        locked = scale == nil ? LockedLevels(rule.quantity, sizes: sizes) : nil
        known = KnownKeys(words: atomic?.words, parts: locked?.parts)
    }

    deinit { known.deallocate() }

    private var words: SlotWords? { known.words }

    /// Whether it counts without locks.
    var isAtomic: Bool { atomic != nil }

    private static func scale(_ quantity: LimitRule.Quantity) -> RateScale? {
        guard case .rate(let count, let period, let burst) = quantity else { return nil }
        return RateScale(count: count, period: period, burst: burst)
    }

    /// Bytes that a table of a rule may come to hold.
    package static func maximumBytes(_ rule: LimitRule) -> Int {
        let counter: LimitMemory.Counter =
            switch rule.quantity {
            case .rate(let count, let period, let burst): .rate(count: count, period: period, burst: burst)
            case .atMost(let count, let period): .window(count: UInt64(count), period: period)
            case .concurrent: .concurrent
            }
        return LimitMemory.bytes(
            counter,
            tableSize: rule.tableSize,
            countsAddresses: rule.per == .clientAddress
        )
    }

    private func chain(_ key: LimitKey) -> KeyChain {
        KeyChain(key: key, keys: keys, v4Bits: v4Bits, v6Bits: v6Bits)
    }

    /// Takes `cost` hits at once for a key, or nothing.
    @inline(__always)
    package func take(_ key: LimitKey, cost: UInt64 = 1, at moment: UInt64) -> (answer: LimitAnswer, place: Place) {
        if let answer = known.take(key.fingerprint, cost: cost, at: moment) { return answer }
        return takeElsewhere(key, cost, known.now(moment))
    }

    /// Of a key that has no slot, or of which something is counted elsewhere.
    @inline(never)
    func takeElsewhere(
        _ key: LimitKey,
        _ cost: UInt64,
        _ now: UInt64
    ) -> (answer: LimitAnswer, place: Place) {
        guard cost > 0 else { return (.taken, Place(level: 0, index: 0)) }
        if let atomic, let words {
            let present = words.scale.present(known.elapsed(now))
            let (answer, level) = atomic.claim(chain(key), cost: cost, present: present)
            return (answer, Place(level: UInt8(level), index: 0))
        }
        guard let locked else { return (.refused(retryAfter: nil), Place(level: 0, index: 0)) }
        return locked.take(chain(key), cost: cost, now: now)
    }

    /// What `take` would say of one hit.
    package func peek(_ key: LimitKey, at moment: UInt64) -> LimitAnswer {
        known.peek(key.fingerprint, at: moment) ?? peekElsewhere(key, known.now(moment))
    }

    /// Of a key that has no slot, or of a table with locks.
    @inline(never)
    func peekElsewhere(_ key: LimitKey, _ now: UInt64) -> LimitAnswer {
        if let atomic, let words {
            return atomic.peek(chain(key), present: words.scale.present(known.elapsed(now)))
        }
        return locked?.peek(chain(key), now: now) ?? .refused(retryAfter: nil)
    }

    /// Gives one back to a concurrent count.
    package func giveBack(_ place: Place) {
        if place.level == 0 { known.giveBack(place.index) } else { locked?.giveBack(place) }
    }

    // MARK: Reloading

    /// Puts the number of a successor in place where this table counts what is open; nothing else changes.
    func change(to rule: LimitRule) {
        if case .concurrent(let count) = rule.quantity { locked?.change(concurrent: count) }
    }

    /// A table for the successor of a limit: this one where nothing changed, or where it counts what is open and what is counted
    /// must be given back here; else a new one that begins with what this one's counters imply.
    ///
    /// - Parameters:
    ///   - rule: the successor.
    ///   - old: the limit that this table was made for.
    /// - Returns: the table; this one is as it was.
    /// - Throws: `EngineError` where there is no memory for a new one.
    func succeeding(_ rule: LimitRule, _ old: LimitRule) throws(EngineError) -> LimitTable {
        if case .concurrent = rule.quantity { return self }
        if rule.quantity == old.quantity, rule.tableSize == old.tableSize { return self }
        let table = try LimitTable(rule, keys)
        let now = table.known.now(known.latestMoment)
        func carry(_ counter: CarriedCounter) {
            let state = LimitCarrying.state(counter.state, from: quantity, to: rule.quantity, now: now)
            let carried = CarriedCounter(level: counter.level, key: counter.key, state: state)
            // A smaller table may have no room: such a key begins anew.
            if case .rate(let count, _, _) = rule.quantity, let atomic = table.atomic, let words = table.words {
                let present = words.scale.present(table.known.elapsed(now))
                _ = atomic.carry(carried, count: count, present: present, at: now)
            } else {
                _ = table.locked?.carry(carried, at: now)
            }
        }
        if case .rate(let count, _, _) = quantity, let atomic, let words {
            let present = words.scale.present(known.elapsed(now))
            atomic.counters(count: count, present: present, beginning: known.beginning(now), carry)
        } else {
            locked?.counters(at: now, carry)
        }
        return table
    }
}
