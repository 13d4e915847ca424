import PolicyPlan
import Synchronization

/// Where keys count together that find no slot in any granularity: a fixed number of counters, by hash.
final class SharedCells: Sendable {
    static let count = LimitMemory.sharedCells

    private let cells: Mutex<LimitCells>

    init(_ rule: LimitRule.Quantity) {
        cells = Mutex(LimitCells(rule, capacity: Self.count))
    }

    static func place(_ key: UInt64) -> Int { Int(key % UInt64(count)) }

    func take(_ place: Int, cost: UInt64, now: UInt64) -> LimitAnswer {
        cells.withLock { $0.take(cost, at: place, now: now) }
    }

    func state(_ place: Int, now: UInt64) -> CounterState {
        cells.withLock { $0.state(at: place, now: now) }
    }

    func peek(_ place: Int, now: UInt64) -> LimitAnswer {
        cells.withLock { $0.peek(at: place, now: now) }
    }

    func giveBack(_ place: Int) {
        cells.withLock { $0.giveBack(at: place) }
    }

    func carry(_ place: Int, _ state: CounterState, now: UInt64) {
        cells.withLock { $0.inherit(state, at: place, now: now) }
    }

    func change(concurrent count: UInt64) {
        cells.withLock { $0.change(concurrent: count) }
    }
}
