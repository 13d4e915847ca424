import PolicyPlan
import SeededNumbers
import Testing

@testable import PolicyRuntime

/// Instances that lease a rate of messages in slices, against the bound that the manual names.
struct LeaseTests {
    /// What a script of the store does, in nanoseconds.
    private struct ModelStore {
        let quantity: LimitRule.Quantity
        var arrival: UInt128 = 0
        var moments: [UInt64] = []

        mutating func lease(_ count: UInt64, debt: UInt64, at now: UInt64) -> (granted: UInt64, wait: UInt64) {
            switch quantity {
            case .rate(let rate, let period, let burst):
                let present = UInt128(now) * UInt128(rate)
                let step = UInt128(period)
                arrival = max(arrival, present) + UInt128(debt) * step
                let most = present + UInt128(burst) * step
                let granted = min(count, arrival < most ? UInt64((most - arrival) / step) : 0)
                arrival += UInt128(granted) * step
                let excess = arrival + step > most ? arrival + step - most : 0
                return (granted, granted == 0 ? UInt64((excess + UInt128(rate) - 1) / UInt128(rate)) : 0)
            case .atMost(let most, let period):
                moments = moments.filter { $0 + period > now } + Array(repeating: now, count: Int(debt))
                let granted = min(count, UInt64(max(0, most - moments.count)))
                moments += Array(repeating: now, count: Int(granted))
                let leaving = moments.count - most
                return (granted, granted == 0 ? moments[leaving] + period - now : 0)
            case .concurrent: return (0, 0)
            }
        }
    }

    private struct Flight {
        let instance: Int
        let debt: UInt64
        let granted: UInt64
        let wait: UInt64
        let arrives: UInt64
        let isLost: Bool
    }

    private static let key: UInt64 = 7

    /// The moments at which messages of one key pass on so many instances; answers take up to 50 ms, and some are lost.
    private static func passed(
        _ quantity: LimitRule.Quantity,
        instances: Int,
        seed: UInt64,
        losing: Bool
    ) -> [UInt64] {
        var generator = SeededGenerator(seed: seed)
        let rule = LimitRule(quantity: quantity, tableSize: 64)
        let tables = (0..<instances).map { _ in LeaseTable(rule) }
        var store = ModelStore(quantity: tables[0].shares.granted)
        var flights: [Flight] = []
        var passed: [UInt64] = []
        var now: UInt64 = 1 << 40
        for round in 0..<6000 {
            // Floods, then pauses.
            now +=
                (round / 400).isMultiple(of: 2)
                ? .random(in: 0...500_000, using: &generator) : .random(in: 0...40_000_000, using: &generator)
            for flight in flights where flight.arrives <= now {
                if flight.isLost {
                    tables[flight.instance].fail(key)
                } else {
                    tables[flight.instance].settle(
                        key,
                        debt: flight.debt,
                        granted: flight.granted,
                        retryAfter: flight.wait,
                        now: now
                    )
                }
            }
            flights.removeAll { $0.arrives <= now }
            let instance = Int.random(in: 0..<instances, using: &generator)
            let (isTaken, wants) = tables[instance].take(key, cost: 1, now: now)
            if isTaken { passed.append(now) }
            guard wants else { continue }
            let (debt, count) = tables[instance].asking(key)
            let isLost = losing && generator.once(in: 5)
            let reaches = !isLost || generator.once(in: 2)
            let (granted, wait) = reaches ? store.lease(count, debt: debt, at: now) : (0, 0)
            flights.append(
                Flight(
                    instance: instance,
                    debt: debt,
                    granted: granted,
                    wait: wait,
                    arrives: now + .random(in: 0...50_000_000, using: &generator),
                    isLost: isLost
                )
            )
        }
        return passed
    }

    /// Whether every hit passes a limit that is larger by so many.
    private static func areWithin(_ moments: [UInt64], _ quantity: LimitRule.Quantity, more: UInt64) -> Bool {
        var cells: LimitCells
        switch quantity {
        case .rate(let count, let period, let burst):
            cells = LimitCells(.rate(count: count, period: period, burst: burst + more), capacity: 1)
        case .atMost(let count, let period):
            cells = LimitCells(.atMost(count: count + Int(more), period: period), capacity: 1)
        case .concurrent: return false
        }
        return moments.allSatisfy { cells.take(1, at: 0, now: $0) == .taken }
    }

    private static let quantities: [LimitRule.Quantity] = [
        .rate(count: 8, period: 1_000_000_000, burst: 8), .rate(count: 300, period: 1_000_000_000, burst: 300),
        .rate(count: 10, period: 1_000_000_000, burst: 16), .rate(count: 7, period: 1_000_000_000, burst: 47),
        .atMost(count: 8, period: 1_000_000_000), .atMost(count: 100, period: 2_000_000_000),
    ]

    @Test(arguments: quantities, [false, true])
    func `as many instances as a limit holds for never exceed it together`(
        _ quantity: LimitRule.Quantity,
        _ losing: Bool
    ) {
        let shares = LeaseShares(quantity)
        for instances in 1...Int(shares.instances) {
            for seed in 0..<4 {
                let passed = Self.passed(quantity, instances: instances, seed: 5700 + UInt64(seed), losing: losing)
                #expect(Self.areWithin(passed, quantity, more: 0), "\(instances) instances, seed \(seed)")
                #expect(passed.count > 50)
            }
        }
    }

    @Test(arguments: quantities)
    func `each instance more adds two slices at most`(_ quantity: LimitRule.Quantity) {
        let shares = LeaseShares(quantity)
        for more in [1, 4, 12] {
            let passed = Self.passed(quantity, instances: Int(shares.instances) + more, seed: 5800, losing: true)
            #expect(Self.areWithin(passed, quantity, more: UInt64(more) * 2 * shares.slice), "\(more) more")
        }
    }

    @Test func `one instance gets most of a rate`() {
        // A flood of one instance, whose answers take 25 ms on the average.
        let quantity = LimitRule.Quantity.rate(count: 300, period: 1_000_000_000, burst: 300)
        let passed = Self.passed(quantity, instances: 1, seed: 5900, losing: false)
        let seconds = Double((passed.last ?? 0) - (passed.first ?? 0)) / 1e9
        #expect(Double(passed.count) > 30 * seconds)
    }

    @Test func `a full table lets nobody pass uncounted, and keys that rest make room`() {
        let quantity = LimitRule.Quantity.rate(count: 100, period: 1_000_000_000, burst: 100)
        let table = LeaseTable(LimitRule(quantity: quantity, tableSize: 16))
        // Keys of one part, of which there are sixteen.
        #expect(table.take(16, cost: 1, now: 1).isTaken)
        #expect(!table.take(32, cost: 1, now: 1).isTaken)
        table.settle(16, debt: 1, granted: 6, retryAfter: 0, now: 2)
        #expect(!table.take(32, cost: 1, now: 3).isTaken)
        #expect(table.take(32, cost: 1, now: 2_000_000_000).isTaken)
    }
}
