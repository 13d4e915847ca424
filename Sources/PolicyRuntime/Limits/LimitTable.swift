import Synchronization

/// The counters of one rule for many keys, in memory that is bounded by the policy.
///
/// A key's slot lies in one of two groups of eight. An expired counter's slot may be taken by another key; an unexpired one
/// never. When both groups are full of unexpired counters, the key shares a counter with its neighbours: addresses by
/// coarser block, and when those are full too, by a fixed set of cells. So a flood of new keys neither grows memory nor
/// resets anybody's counter, and it is never let pass uncounted.
final class LimitTable: Sendable {
    /// Where a hit was counted, so that a concurrent count can be given back.
    struct Place: Sendable, Equatable {
        let level: UInt8
        let index: Int
    }

    private struct State {
        /// The table itself, then addresses by coarser block.
        var levels: [Level]
        var shared: LimitCells
        /// The latest moment that was seen: time that goes back stands still.
        var latest: UInt64 = 0
    }

    private static let sharedCells = 256

    private let state: Mutex<State>

    init(_ rule: LimitRule) {
        let hasBlocks = rule.per == .clientAddress
        var levels = [Level(rule.quantity, keys: rule.tableSize)]
        if hasBlocks {
            levels.append(Level(rule.quantity, keys: max(64, min(4096, rule.tableSize / 16))))
            levels.append(Level(rule.quantity, keys: max(64, min(1024, rule.tableSize / 64))))
        }
        state = Mutex(
            State(levels: levels, shared: LimitCells(rule.quantity, capacity: Self.sharedCells))
        )
    }

    /// Bytes that a table of a rule may come to hold.
    static func maximumBytes(_ rule: LimitRule) -> Int {
        var keys = Level.slots(for: rule.tableSize)
        if rule.per == .clientAddress {
            keys += Level.slots(for: max(64, min(4096, rule.tableSize / 16)))
            keys += Level.slots(for: max(64, min(1024, rule.tableSize / 64)))
        }
        return keys * 8 + LimitCells.maximumBytes(rule.quantity, capacity: keys + sharedCells)
    }

    /// Takes one hit for a key, or nothing.
    func take(_ key: LimitKey, cost: UInt64 = 1, at now: UInt64) -> (answer: LimitAnswer, place: Place) {
        state.withLock { state in
            let now = max(now, state.latest)
            state.latest = now
            let place = Self.place(of: key, now: now, &state)
            let answer =
                Int(place.level) < state.levels.count
                ? state.levels[Int(place.level)].cells.take(cost, at: place.index, now: now)
                : state.shared.take(cost, at: place.index, now: now)
            return (answer, place)
        }
    }

    /// What `take` would say of one hit.
    func peek(_ key: LimitKey, at now: UInt64) -> LimitAnswer {
        state.withLock { state in
            let now = max(now, state.latest)
            state.latest = now
            let place = Self.place(of: key, now: now, &state)
            return Int(place.level) < state.levels.count
                ? state.levels[Int(place.level)].cells.peek(at: place.index, now: now)
                : state.shared.peek(at: place.index, now: now)
        }
    }

    /// Gives one back to a concurrent count.
    func giveBack(_ place: Place) {
        state.withLock { state in
            if Int(place.level) < state.levels.count {
                state.levels[Int(place.level)].cells.giveBack(at: place.index)
            } else {
                state.shared.giveBack(at: place.index)
            }
        }
    }

    private static func place(of key: LimitKey, now: UInt64, _ state: inout State) -> Place {
        for level in state.levels.indices {
            let fingerprint = level == 0 ? key.fingerprint : level == 1 ? key.coarse : key.coarsest
            guard let fingerprint else { break }
            if let index = state.levels[level].place(of: fingerprint, now: now) {
                return Place(level: UInt8(level), index: index)
            }
        }
        let last = key.coarsest ?? key.fingerprint
        return Place(level: UInt8(state.levels.count), index: Int(last % UInt64(sharedCells)))
    }
}

/// Slots for keys of one granularity.
private struct Level {
    private static let groupSize = 8

    private let groups: UInt64
    private var fingerprints: [UInt64]
    var cells: LimitCells

    /// Half as many slots again as keys, so that two groups of eight are hardly ever full before the table is.
    static func slots(for keys: Int) -> Int {
        (keys + keys / 2 + groupSize - 1) / groupSize * groupSize
    }

    init(_ rule: LimitRule.Quantity, keys: Int) {
        let slots = Self.slots(for: max(1, keys))
        groups = UInt64(slots / Self.groupSize)
        fingerprints = Array(repeating: 0, count: slots)
        cells = LimitCells(rule, capacity: slots)
    }

    /// The key's slot, or one that it may take; nil where both groups are full of others' unexpired counters.
    mutating func place(of fingerprint: UInt64, now: UInt64) -> Int? {
        var free: Int?
        for group in 0..<2 {
            let hash = group == 0 ? fingerprint : fingerprint &* 0xD6E8_FEB8_6659_FD93
            let start = Int(hash.multipliedFullWidth(by: groups).high) * Self.groupSize
            for index in start..<(start + Self.groupSize) {
                if fingerprints[index] == fingerprint { return index }
                if free == nil, fingerprints[index] == 0 || cells.isExpired(at: index, now: now) { free = index }
            }
        }
        guard let free else { return nil }
        fingerprints[free] = fingerprint
        cells.reset(at: free)
        return free
    }
}
