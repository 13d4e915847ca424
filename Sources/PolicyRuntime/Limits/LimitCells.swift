/// The counters of one rule, by place: the storage of a table, of overflow cells, or of one connection's counter.
///
/// Arrays grow in whole blocks as places are used first, and never beyond the number that was asked for.
struct LimitCells: Sendable {
    private static let blockSize = 64

    private let rule: LimitRule.Quantity
    private let capacity: Int
    private var rates: [RateCell] = []
    private var rings: [WindowRing] = []
    private var moments: [UInt64] = []
    private var counts: [UInt64] = []
    private var allocated = 0

    init(_ rule: LimitRule.Quantity, capacity: Int) {
        self.rule = rule
        self.capacity = capacity
    }

    /// Bytes that the counters may come to hold.
    static func maximumBytes(_ rule: LimitRule.Quantity, capacity: Int) -> Int {
        switch rule {
        case .rate: capacity * 16
        case .atMost(let count, _): capacity * (8 + 8 * count)
        case .concurrent: capacity * 8
        }
    }

    private mutating func grow(to place: Int) {
        guard place >= allocated else { return }
        let wanted = min(capacity, max(place + 1, min(allocated * 2, allocated + 4096), Self.blockSize))
        let added = wanted - allocated
        switch rule {
        case .rate: rates.append(contentsOf: repeatElement(RateCell(), count: added))
        case .atMost(let count, _):
            rings.append(contentsOf: repeatElement(WindowRing(), count: added))
            moments.append(contentsOf: repeatElement(0, count: added * count))
        case .concurrent: counts.append(contentsOf: repeatElement(0, count: added))
        }
        allocated = wanted
    }

    /// Takes `cost` from the counter at a place, or nothing.
    mutating func take(_ cost: UInt64, at place: Int, now: UInt64) -> LimitAnswer {
        grow(to: place)
        switch rule {
        case .rate(let count, let period, let burst):
            return rates[place].take(cost, at: now, count: count, period: period, burst: burst)
        case .atMost(let count, let period):
            return rings[place].take(
                Int(clamping: cost),
                at: now,
                count: count,
                period: period,
                moments: &moments,
                from: place * count
            )
        case .concurrent(let count):
            guard counts[place] &+ cost <= count else { return .refused(retryAfter: nil) }
            counts[place] &+= cost
            return .taken
        }
    }

    /// What `take` would say, without taking.
    mutating func peek(at place: Int, now: UInt64) -> LimitAnswer {
        grow(to: place)
        switch rule {
        case .rate(let count, let period, let burst):
            return rates[place].allows(at: now, count: count, period: period, burst: burst)
        case .atMost(let count, let period):
            rings[place].expire(at: now, count: count, period: period, moments: moments, from: place * count)
            if Int(rings[place].used) < count { return .taken }
            let oldest = moments[place * count + Int(rings[place].head)]
            return .refused(retryAfter: oldest &+ period &- now)
        case .concurrent(let count): return counts[place] < count ? .taken : .refused(retryAfter: nil)
        }
    }

    /// Gives one back to a concurrent count.
    mutating func giveBack(at place: Int) {
        guard place < counts.count, counts[place] > 0 else { return }
        counts[place] &-= 1
    }

    /// Whether forgetting the counter at a place changes no later answer.
    func isExpired(at place: Int, now: UInt64) -> Bool {
        guard place < allocated else { return true }
        switch rule {
        case .rate(let count, _, _): return rates[place].isExpired(at: now, count: count)
        case .atMost(let count, let period):
            return rings[place].isExpired(at: now, count: count, period: period, moments: moments, from: place * count)
        case .concurrent: return counts[place] == 0
        }
    }

    /// Forgets the counter at a place.
    mutating func reset(at place: Int) {
        guard place < allocated else { return }
        switch rule {
        case .rate: rates[place] = RateCell()
        case .atMost: rings[place] = WindowRing()
        case .concurrent: counts[place] = 0
        }
    }
}
