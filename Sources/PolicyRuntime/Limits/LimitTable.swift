import PolicyPlan
import WebSocketProtocol

/// The counters of one rule for many keys, in memory that is bounded by the policy.
///
/// An expired counter's slot may be taken by another key; an unexpired one never. When a key finds no slot, it shares a
/// counter with its neighbours: addresses by coarser block, and when those are full too, all keys by a fixed set of
/// counters. So a flood of new keys neither grows memory nor resets anybody's counter, and it is never let pass uncounted.
///
/// Rates count without locks where 64 bits hold their times exactly; everything else in parts with a lock each.
final class LimitTable: Sendable {
    /// Where a hit was counted, so that a concurrent count can be given back.
    struct Place: Sendable, Equatable {
        let level: UInt8
        let index: Int
    }

    /// One of both.
    private let atomic: AtomicLevels?
    private let locked: LockedLevels?
    private let keys: LimitKeyMaker
    private let v4Bits: Int
    private let v6Bits: Int
    private let clock = LimitClock()

    init(_ rule: LimitRule, _ keys: LimitKeyMaker) {
        self.keys = keys
        v4Bits = rule.v4Bits
        v6Bits = rule.v6Bits
        let sizes = LimitMemory.levels(tableSize: rule.tableSize, countsAddresses: rule.per == .clientAddress)
        let scale = Self.scale(rule.quantity)
        atomic = scale.map { AtomicLevels($0, sizes: sizes) }
        locked = scale == nil ? LockedLevels(rule.quantity, sizes: sizes) : nil
    }

    /// Whether it counts without locks.
    var isAtomic: Bool { atomic != nil }

    private static func scale(_ quantity: LimitRule.Quantity) -> RateScale? {
        guard case .rate(let count, let period, let burst) = quantity else { return nil }
        return RateScale(count: count, period: period, burst: burst)
    }

    /// Bytes that a table of a rule may come to hold.
    static func maximumBytes(_ rule: LimitRule) -> Int {
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

    @inline(__always)
    private func chain(_ key: LimitKey) -> KeyChain {
        KeyChain(key: key, keys: keys, v4Bits: v4Bits, v6Bits: v6Bits)
    }

    /// Takes `cost` hits at once for a key, or nothing.
    @inline(__always)
    func take(_ key: LimitKey, cost: UInt64 = 1, at moment: UInt64) -> (answer: LimitAnswer, place: Place) {
        let now = clock.now(moment)
        guard cost > 0 else { return (.taken, Place(level: 0, index: 0)) }
        if let atomic {
            let (answer, level) = atomic.take(chain(key), cost: cost, now: now)
            return (answer, Place(level: UInt8(level), index: 0))
        }
        guard let locked else { return (.refused(retryAfter: nil), Place(level: 0, index: 0)) }
        return locked.take(chain(key), cost: cost, now: now)
    }

    /// What `take` would say of one hit.
    func peek(_ key: LimitKey, at moment: UInt64) -> LimitAnswer {
        let now = clock.now(moment)
        return atomic?.peek(chain(key), now: now) ?? locked?.peek(chain(key), now: now) ?? .refused(retryAfter: nil)
    }

    /// Gives one back to a concurrent count.
    func giveBack(_ place: Place) { locked?.giveBack(place) }
}
