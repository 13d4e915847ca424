import PolicyPlan
import SeededNumbers
import Testing
import WebSocketProtocol

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
                return (granted, granted == 0 && leaving >= 0 ? moments[leaving] + period - now : 0)
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

        /// An instance asks: the store answers at once, and the answer is on its way; or the question is lost.
        init(
            of instance: Int,
            _ table: LeaseTable,
            at place: LeaseTable.Place,
            to store: inout ModelStore,
            isReached: Bool = true,
            now: UInt64,
            arrives: UInt64,
            isLost: Bool = false
        ) {
            self.instance = instance
            let (debt, count) = table.asking(place)
            self.debt = debt
            (granted, wait) = isReached ? store.lease(count, debt: debt, at: now) : (0, 0)
            self.arrives = arrives
            self.isLost = isLost
        }

        /// The answer reaches the instance; whether it asks again at once.
        func land(on table: LeaseTable, at place: LeaseTable.Place, now: UInt64) -> Bool {
            guard !isLost else {
                table.fail(place)
                return false
            }
            return table.settle(place, debt: debt, granted: granted, retryAfter: wait, now: now)
        }
    }

    private static let keys = LimitKeyMaker(seed: (57, 58))

    private static func chain(_ key: LimitKey) -> KeyChain {
        KeyChain(key: key, keys: keys, v4Bits: 32, v6Bits: 64)
    }

    private static func chain(_ number: UInt64) -> KeyChain { chain(keys.number(number)) }

    private static func chain(_ address: String) throws -> KeyChain {
        chain(keys.address(try #require(IPAddress(parsing: address)), v4Bits: 32, v6Bits: 64))
    }

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
        // Instances that ask at this moment.
        var asking: [Int] = []
        var passed: [UInt64] = []
        var now: UInt64 = 1 << 40
        let key = chain(7)
        let place = LeaseTable.Place(key: key.fingerprint, level: 0)
        for round in 0..<6000 {
            // Floods, then pauses.
            now +=
                (round / 400).isMultiple(of: 2)
                ? .random(in: 0...500_000, using: &generator) : .random(in: 0...40_000_000, using: &generator)
            for flight in flights where flight.arrives <= now {
                if flight.land(on: tables[flight.instance], at: place, now: now) { asking.append(flight.instance) }
            }
            flights.removeAll { $0.arrives <= now }
            let instance = Int.random(in: 0..<instances, using: &generator)
            let (answer, wants) = tables[instance].take(key, cost: 1, now: now)
            if answer == .taken { passed.append(now) }
            if wants != nil { asking.append(instance) }
            for instance in asking {
                let isLost = losing && generator.once(in: 5)
                let isReached = !isLost || generator.once(in: 2)
                flights.append(
                    Flight(
                        of: instance,
                        tables[instance],
                        at: place,
                        to: &store,
                        isReached: isReached,
                        now: now,
                        arrives: now + .random(in: 0...50_000_000, using: &generator),
                        isLost: isLost
                    )
                )
            }
            asking = []
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

    @Test func `an instance whose answers are late still gets a tenth of a rate`() {
        // A flood of one instance, whose answers take 25 ms on the average.
        let quantity = LimitRule.Quantity.rate(count: 300, period: 1_000_000_000, burst: 300)
        let passed = Self.passed(quantity, instances: 1, seed: 5900, losing: false)
        let seconds = Double((passed.last ?? 0) - (passed.first ?? 0)) / 1e9
        #expect(Double(passed.count) > 30 * seconds, "\(Double(passed.count) / seconds)")
    }

    /// What a thousand instances let pass of one key, and ask, in ten seconds in which so many messages come each second, to any of
    /// them; an answer takes a millisecond.
    private static func thousand(burst: UInt64, offered: UInt64) -> (passed: [UInt64], questions: Int) {
        let quantity = LimitRule.Quantity.rate(count: 300, period: 1_000_000_000, burst: burst)
        var generator = SeededGenerator(seed: 5950)
        let tables = (0..<1000).map { _ in LeaseTable(LimitRule(quantity: quantity, tableSize: 1)) }
        var store = ModelStore(quantity: tables[0].shares.granted)
        let key = chain(7)
        let place = LeaseTable.Place(key: key.fingerprint, level: 0)
        var flights: [Flight] = []
        var landed = 0
        var passed: [UInt64] = []
        let start: UInt64 = 1 << 40
        for number in 0..<(10 * offered) {
            let now = start + number * 1_000_000_000 / offered
            var asking: [Int] = []
            while landed < flights.count, flights[landed].arrives <= now {
                let flight = flights[landed]
                landed += 1
                if flight.land(on: tables[flight.instance], at: place, now: now) { asking.append(flight.instance) }
            }
            let instance = Int.random(in: 0..<1000, using: &generator)
            let (answer, wants) = tables[instance].take(key, cost: 1, now: now)
            if answer == .taken { passed.append(now) }
            if wants != nil { asking.append(instance) }
            for instance in asking {
                flights.append(
                    Flight(of: instance, tables[instance], at: place, to: &store, now: now, arrives: now + 1_000_000)
                )
            }
        }
        return (passed, flights.count)
    }

    @Test(arguments: [(300, 1000), (16_000, 1000), (300, 10_000)])
    func `a thousand instances of one key stay within the bound, and ask for what passes alone`(
        _ burst: UInt64,
        _ offered: UInt64
    ) {
        let quantity = LimitRule.Quantity.rate(count: 300, period: 1_000_000_000, burst: burst)
        let shares = LeaseShares(quantity)
        let (passed, questions) = Self.thousand(burst: burst, offered: offered)
        #expect(Self.areWithin(passed, quantity, more: (1000 - shares.instances) * 2 * shares.slice))
        // The rate itself is never left unused, and nobody asks for what is refused before its time.
        #expect(passed.count >= 3000)
        #expect(questions < 5000)
    }

    private static let hundred = LimitRule.Quantity.rate(count: 100, period: 1_000_000_000, burst: 100)

    private static func settle(_ table: LeaseTable, _ key: KeyChain, debt: UInt64, granted: UInt64, now: UInt64) -> Bool
    {
        let place = LeaseTable.Place(key: key.fingerprint, level: 0)
        return table.settle(place, debt: debt, granted: granted, retryAfter: 0, now: now)
    }

    @Test func `keys beyond a full table lease together, and those that rest make room`() throws {
        let table = LeaseTable(LimitRule(quantity: Self.hundred, tableSize: 16))
        for number in 0..<16 {
            let (answer, wants) = table.take(Self.chain(UInt64(number)), cost: 1, now: 1)
            #expect(answer == .taken)
            #expect(wants?.level == 0)
            #expect(!Self.settle(table, Self.chain(UInt64(number)), debt: 1, granted: 6, now: 2))
        }
        // Of keys without a block, in a cell; of addresses, with their block.
        let (answer, wants) = table.take(Self.chain(99), cost: 1, now: 3)
        #expect(answer == .taken)
        #expect(wants?.level == 3)
        #expect(table.take(try Self.chain("192.0.2.1"), cost: 1, now: 3).wants?.level == 1)
        // The advance of a block is one for all of it.
        #expect(table.take(try Self.chain("192.0.2.2"), cost: 5, now: 4).answer == .taken)
        #expect(table.take(try Self.chain("192.0.2.3"), cost: 1, now: 5).answer == .refused(retryAfter: nil))
        #expect(table.take(try Self.chain("198.51.100.1"), cost: 1, now: 6).answer == .taken)
        // A second later nobody of the sixteen has come again.
        #expect(table.take(Self.chain(99), cost: 1, now: 2_000_000_000).wants?.level == 0)
    }

    @Test func `blocks beyond their number lease in cells`() throws {
        let table = LeaseTable(LimitRule(quantity: Self.hundred, tableSize: 1))
        var levels: [Int: Int] = [:]
        for number in 0..<64 {
            let (answer, wants) = table.take(try Self.chain("10.\(number).0.1"), cost: 1, now: 1)
            #expect(answer == .taken)
            // Two that share a cell ask once.
            levels[wants?.level ?? 3, default: 0] += 1
        }
        #expect(levels == [0: 1, 1: 16, 3: 47])
    }

    @Test func `each of many routes leases for itself`() {
        let table = LeaseTable(LimitRule(quantity: Self.hundred, tableSize: 10))
        for number in 0..<10 { #expect(table.take(Self.chain(UInt64(number)), cost: 1, now: 1).wants?.level == 0) }
    }

    @Test func `what passes while the store is asked is told at once`() {
        let table = LeaseTable(LimitRule(quantity: Self.hundred, tableSize: 1))
        let key = Self.chain(1)
        #expect(table.take(key, cost: 1, now: 1).wants != nil)
        #expect(table.take(key, cost: 1, now: 2).wants == nil)
        #expect(Self.settle(table, key, debt: 1, granted: 6, now: 3))
        // It is asked for already.
        #expect(table.take(key, cost: 6, now: 4).wants == nil)
        #expect(!Self.settle(table, key, debt: 1, granted: 6, now: 5))
    }

    @Test func `an instance asks for no more than it can hold, and all of that passes`() {
        let table = LeaseTable(LimitRule(quantity: Self.hundred, tableSize: 1))
        let key = Self.chain(1)
        let place = LeaseTable.Place(key: key.fingerprint, level: 0)
        #expect(table.take(key, cost: 1, now: 1).wants != nil)
        #expect(table.asking(place) == (debt: 1, count: 6))
        #expect(table.take(key, cost: 1, now: 2).answer == .taken)
        #expect(Self.settle(table, key, debt: 1, granted: 6, now: 3))
        // Its slice is whole: it has only to tell. That nothing was granted then refuses nobody.
        #expect(table.asking(place) == (debt: 1, count: 0))
        #expect(!Self.settle(table, key, debt: 1, granted: 0, now: 4))
        for now: UInt64 in 5..<11 { #expect(table.take(key, cost: 1, now: now).answer == .taken) }
        #expect(table.asking(place) == (debt: 0, count: 6))
    }

    @Test func `what nobody could be told of keeps its place as long as the limit remembers it`() {
        let quantity = LimitRule.Quantity.rate(count: 10, period: 60_000_000_000, burst: 20)
        let table = LeaseTable(LimitRule(quantity: quantity, tableSize: 1))
        let key = Self.chain(1)
        #expect(table.take(key, cost: 1, now: 1).answer == .taken)
        table.fail(LeaseTable.Place(key: key.fingerprint, level: 0))
        #expect(table.take(Self.chain(2), cost: 1, now: 60_000_000_000).wants?.level == 3)
        #expect(table.take(Self.chain(2), cost: 1, now: 120_000_000_001).wants?.level == 0)
    }

    @Test func `while the store gives no answer nobody can say`() {
        let table = LeaseTable(LimitRule(quantity: Self.hundred, tableSize: 1))
        let key = Self.chain(1)
        let place = LeaseTable.Place(key: key.fingerprint, level: 0)
        #expect(table.take(key, cost: 6, now: 1).answer == .taken)
        #expect(table.take(key, cost: 1, now: 2).answer == .refused(retryAfter: nil))
        table.fail(place)
        #expect(table.take(key, cost: 1, now: 3).answer == .unavailable)
        // No lease is ever as large.
        #expect(table.take(key, cost: 7, now: 4).answer == .refused(retryAfter: nil))
        #expect(!table.settle(place, debt: 6, granted: 0, retryAfter: 100, now: 5))
        #expect(table.take(key, cost: 1, now: 6).answer == .refused(retryAfter: nil))
    }
}
