import Dispatch
import PolicyPlan
import SeededNumbers
import Synchronization
import Testing
import WebSocketProtocol

@testable import PolicyRuntime

/// Threads that count in one table.
struct LimitThreadTests {
    private static let keys = LimitKeyMaker(seed: (41, 42))
    private static let quantities: [LimitRule.Quantity] = [
        // Without locks, with locks, a window, what is open.
        .rate(count: 10, period: 1_000_000_000, burst: 9000), .rate(count: 31, period: 1_000_000_000, burst: 9000),
        .atMost(count: 9000, period: 1_000_000_000), .concurrent(count: 9000),
    ]

    @Test(arguments: quantities)
    func `two threads lose no count of a key`(_ quantity: LimitRule.Quantity) throws {
        let table = try LimitTable(LimitRule(quantity: quantity, tableSize: 64), Self.keys)
        let key = Self.keys.number(7)
        let taken = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 2) { _ in
            var count = 0
            for _ in 0..<7500 where table.take(key, at: 5_000_000_000).answer == .taken { count += 1 }
            taken.add(count, ordering: .relaxed)
        }
        #expect(taken.load(ordering: .relaxed) == 9000)
    }

    @Test func `a moment that comes late counts as the newest of its window`() {
        var cells = WindowCells(count: 10, period: 1_000_000_000)
        cells.grow(by: 1, of: 1)
        let start: UInt64 = 70_000_000_000
        var taken = 0
        for moment in [10, 10, 10, 10, 10, 10, 10, 10, 10, 8, 11, 9, 12, 7, 13]
        where cells.take(1, at: 0, now: start + UInt64(moment)) == .taken {
            taken += 1
        }
        #expect(taken == 10)
        // The late one leaves with the newest one that stood before it.
        #expect(cells.take(1, at: 0, now: start + 1_000_000_009) == .refused(retryAfter: 1))
        #expect(cells.take(10, at: 0, now: start + 1_000_000_010) == .taken)
    }

    @Test(arguments: [10, 100])
    func `a window lets no more pass while two threads bring moments in no order`(_ count: Int) throws {
        for round in 0..<20 {
            let table = try LimitTable(
                LimitRule(quantity: .atMost(count: count, period: 1_000_000_000), tableSize: 16),
                Self.keys
            )
            let clock = Atomic<UInt64>(70_000_000_000)
            let taken = Atomic<Int>(0)
            let key = Self.keys.number(UInt64(round))
            DispatchQueue.concurrentPerform(iterations: 2) { _ in
                for _ in 0..<2000 {
                    let now = clock.add(3, ordering: .relaxed).newValue
                    if table.take(key, at: now).answer == .taken { taken.add(1, ordering: .relaxed) }
                }
            }
            #expect(taken.load(ordering: .relaxed) == count)
        }
    }

    @Test func `two threads give back what they took, and nothing else`() throws {
        let table = try LimitTable(LimitRule(quantity: .concurrent(count: 3), tableSize: 4), Self.keys)
        DispatchQueue.concurrentPerform(iterations: 2) { worker in
            var generator = SeededGenerator(seed: 5500 + UInt64(worker))
            var places: [LimitTable.Place] = []
            for _ in 0..<20_000 {
                if Bool.random(using: &generator), let place = places.popLast() {
                    table.giveBack(place)
                } else {
                    let (answer, place) = table.take(Self.keys.number(.random(in: 0..<64, using: &generator)), at: 1)
                    if answer == .taken { places.append(place) }
                }
            }
            for place in places { table.giveBack(place) }
        }
        // All is free again: each key has its three.
        for number in 0..<8 {
            for _ in 0..<3 { #expect(table.take(Self.keys.number(UInt64(number)), at: 2).answer == .taken) }
        }
    }

    @Test func `slots that change hands between two threads count for nobody else`() throws {
        // 32 slots for 96 keys, of which each is idle most of the time: slots expire and are taken all the time.
        let quantity = LimitRule.Quantity.rate(count: 1, period: 1_000_000, burst: 2)
        let table = try LimitTable(LimitRule(quantity: quantity, tableSize: 16), Self.keys)
        let clock = Atomic<UInt64>(1_000_000_000)
        let taken = (0..<96).map { _ in Counter() }
        DispatchQueue.concurrentPerform(iterations: 2) { worker in
            var generator = SeededGenerator(seed: 5600 + UInt64(worker))
            for _ in 0..<60_000 {
                let now = clock.add(.random(in: 0...10_000, using: &generator), ordering: .relaxed).newValue
                let number = Int.random(in: 0..<96, using: &generator)
                for _ in 0..<Int.random(in: 1...3, using: &generator)
                where table.take(Self.keys.number(UInt64(number)), at: now).answer == .taken {
                    taken[number].value.add(1, ordering: .relaxed)
                }
            }
        }
        // Over the whole time no key gets more than the rate and one burst.
        let elapsed = clock.load(ordering: .relaxed) - 1_000_000_000
        let most = Int(elapsed / 1_000_000) + 1 + 2
        for counter in taken { #expect(counter.value.load(ordering: .relaxed) <= most) }
        #expect(taken.reduce(0) { $0 + $1.value.load(ordering: .relaxed) } > 10_000)
    }

    @Test func `new keys that two threads bring at once have one counter each`() throws {
        let table = try LimitTable(
            LimitRule(quantity: .rate(count: 1, period: 1 << 40, burst: 1), tableSize: 4096),
            Self.keys
        )
        let taken = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 2) { _ in
            var count = 0
            for number in 0..<UInt64(4000) where table.take(Self.keys.number(number), at: 1).answer == .taken {
                count += 1
            }
            taken.add(count, ordering: .relaxed)
        }
        #expect(taken.load(ordering: .relaxed) == 4000)
    }
}

private final class Counter: Sendable {
    let value = Atomic<Int>(0)
}
