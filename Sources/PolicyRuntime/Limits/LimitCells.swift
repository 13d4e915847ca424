/// The counters of one rule, by place: the storage of a part of a table, or of one connection's counter.
///
/// Arrays grow in whole blocks as places are used first, and never beyond the number that was asked for.
struct LimitCells: Sendable {
    private static let blockSize = 64

    /// How many are open, and how many others of the same key at most, counted elsewhere before it had a place of its own.
    private struct Count {
        var open: UInt32 = 0
        var elsewhere: UInt32 = 0
    }

    private(set) var rule: LimitRule.Quantity
    private let capacity: Int
    private var rates: [RateCell] = []
    private var windows: WindowCells?
    private var counts: [Count] = []
    private var allocated = 0

    init(_ rule: LimitRule.Quantity, capacity: Int) {
        self.rule = rule
        self.capacity = capacity
        if case .atMost(let count, let period) = rule { windows = WindowCells(count: count, period: period) }
    }

    private mutating func grow(to place: Int) {
        guard place >= allocated else { return }
        let wanted = min(capacity, max(place + 1, min(allocated * 2, allocated + 4096), Self.blockSize))
        let added = wanted - allocated
        switch rule {
        case .rate:
            rates.reserveCapacity(Self.room(wanted, of: capacity, byteCount: capacity * MemoryLayout<RateCell>.stride))
            rates.append(contentsOf: repeatElement(RateCell(), count: added))
        case .atMost: windows?.grow(by: added, of: capacity)
        case .concurrent:
            counts.reserveCapacity(Self.room(wanted, of: capacity, byteCount: capacity * MemoryLayout<Count>.stride))
            counts.append(contentsOf: repeatElement(Count(), count: added))
        }
        allocated = wanted
    }

    /// How many places to make room for: all at once, which the system gives page by page as it is written, so that nothing is copied and
    /// left behind; of parts beyond 4 MiB only those that are wanted, since no system may have room for all of a
    /// very large table.
    static func room(_ wanted: Int, of capacity: Int, byteCount: Int) -> Int {
        byteCount <= 4 << 20 ? capacity : wanted
    }

    /// Takes `cost` from the counter at a place, or nothing.
    mutating func take(_ cost: UInt64, at place: Int, now: UInt64) -> LimitAnswer {
        grow(to: place)
        switch rule {
        case .rate(let count, let period, let burst):
            return rates[place].take(cost, at: now, count: count, period: period, burst: burst)
        case .atMost:
            return windows?.take(Int(clamping: cost), at: place, now: now) ?? .refused(retryAfter: nil)
        case .concurrent(let count):
            let held = UInt64(counts[place].open) &+ UInt64(counts[place].elsewhere)
            let most = min(count, UInt64(UInt32.max))
            guard cost <= most, held <= most &- cost else { return .refused(retryAfter: nil) }
            counts[place].open &+= UInt32(cost)
            return .taken
        }
    }

    /// What `take` would say of one hit, without taking it.
    func peek(at place: Int, now: UInt64) -> LimitAnswer {
        guard place < allocated else { return .taken }
        switch rule {
        case .rate(let count, let period, let burst):
            return rates[place].allows(at: now, count: count, period: period, burst: burst)
        case .atMost: return windows?.peek(at: place, now: now) ?? .refused(retryAfter: nil)
        case .concurrent(let count):
            let held = UInt64(counts[place].open) &+ UInt64(counts[place].elsewhere)
            return held < min(count, UInt64(UInt32.max)) ? .taken : .refused(retryAfter: nil)
        }
    }

    /// Gives one back to a concurrent count.
    mutating func giveBack(at place: Int) {
        guard place < counts.count, counts[place].open > 0 else { return }
        counts[place].open &-= 1
    }

    /// Whether forgetting the counter at a place changes no later answer.
    func isExpired(at place: Int, now: UInt64) -> Bool {
        guard place < allocated else { return true }
        switch rule {
        case .rate(let count, _, _): return rates[place].isExpired(at: now, count: count)
        case .atMost: return windows?.isExpired(at: place, now: now) ?? false
        case .concurrent: return counts[place].open == 0
        }
    }

    /// Forgets the counter at a place.
    mutating func reset(at place: Int) {
        guard place < allocated else { return }
        switch rule {
        case .rate: rates[place] = RateCell()
        case .atMost: windows?.reset(at: place)
        case .concurrent: counts[place] = Count()
        }
    }

    /// What the counter at a place has counted.
    func state(at place: Int, now: UInt64) -> CounterState {
        guard place < allocated, !isExpired(at: place, now: now) else { return .none }
        switch rule {
        case .rate: return .arrival(rates[place].arrival)
        case .atMost: return .moments(windows?.moments(at: place, now: now) ?? [])
        case .concurrent: return .count(UInt64(counts[place].open))
        }
    }

    /// Lets the new counter at a place go on from what was counted of its key elsewhere.
    mutating func inherit(_ state: CounterState, at place: Int, now: UInt64) {
        grow(to: place)
        switch state {
        case .none: break
        case .arrival(let arrival): rates[place] = RateCell(arrival: arrival)
        case .moments(let moments): windows?.replace(at: place, with: moments, now: now)
        case .count(let count): counts[place].elsewhere = UInt32(clamping: count)
        }
    }

    /// Whether the count at a place stands under what was counted of its key elsewhere.
    func hasElsewhere(at place: Int) -> Bool { place < counts.count && counts[place].elsewhere > 0 }

    /// Of what was counted elsewhere no more is open than this.
    mutating func limitElsewhere(_ count: UInt64, at place: Int) {
        counts[place].elsewhere = min(counts[place].elsewhere, UInt32(clamping: count))
    }

    /// Counts what is open against another number from now on.
    mutating func change(concurrent count: UInt64) {
        if case .concurrent = rule { rule = .concurrent(count: count) }
    }
}
