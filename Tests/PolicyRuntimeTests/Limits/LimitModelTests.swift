import PolicyPlan
import SeededNumbers
import Testing
import WebSocketProtocol

@testable import PolicyRuntime

/// Every decision of a table beside that of an exact model.
struct LimitModelTests {
    private static let keys = LimitKeyMaker(seed: (21, 22))
    private static let periods: [UInt64] = [
        1, 7, 1000, 1_000_000, 1_000_000_000, 4_200_000_000, 4_294_967_296, 7_000_000_000, 60_000_000_000,
        1_200_000_000_000, 86_400_000_000_000, 1 << 50,
    ]

    private static func rate(_ generator: inout SeededGenerator) -> LimitRule.Quantity {
        let counts: [UInt64] = [1, 2, 3, 7, 10, 29, 31, 37, 60, 100, 997, 1000, 1 << 20]
        return .rate(
            count: counts.randomElement(using: &generator) ?? 1,
            period: periods.randomElement(using: &generator) ?? 1,
            burst: .random(in: 1...12, using: &generator)
        )
    }

    private static func quantity(_ generator: inout SeededGenerator) -> LimitRule.Quantity {
        switch Int.random(in: 0..<5, using: &generator) {
        case 0, 1: rate(&generator)
        case 2, 3:
            .atMost(
                count: .random(in: 1...20, using: &generator),
                period: periods.randomElement(using: &generator) ?? 1
            )
        default: .concurrent(count: .random(in: 1...5, using: &generator))
        }
    }

    private static func model(_ quantity: LimitRule.Quantity, at now: UInt64) -> ExactLimit {
        switch quantity {
        case .rate(let count, let period, let burst):
            .bucket(
                ExactLimit.Bucket(
                    count: Int128(count),
                    period: Int128(period),
                    burst: Int128(burst),
                    tokens: Fraction(Int128(burst)),
                    moment: Int128(now)
                )
            )
        case .atMost(let count, let period): .window(ExactLimit.Window(count: count, period: Int128(period)))
        case .concurrent(let count): .concurrent(limit: Int(count), open: 0)
        }
    }

    /// The next moment: the same, a little or much later, at the edge that the last refusal named, or earlier.
    private static func step(
        _ now: UInt64,
        _ quantity: LimitRule.Quantity,
        _ edge: UInt64?,
        _ generator: inout SeededGenerator
    ) -> UInt64 {
        let (period, share): (UInt64, UInt64) =
            switch quantity {
            case .rate(let count, let period, _): (period, max(1, period / count))
            case .atMost(let count, let period): (period, max(1, period / UInt64(count)))
            case .concurrent: (1000, 100)
            }
        switch Int.random(in: 0..<12, using: &generator) {
        case 0...3: return now
        case 4: return now + 1
        case 5: return now + .random(in: 0...share, using: &generator)
        case 6: return now + share
        case 7: return edge.map { now + $0 } ?? now
        case 8: return edge.map { now + $0 - 1 } ?? now
        case 9: return now + .random(in: 0...period, using: &generator)
        case 10: return now + period * 3 / 2
        default: return now - min(now, .random(in: 0...(2 * period), using: &generator))
        }
    }

    @Test(arguments: 0..<4)
    func `every decision is the exact model's, whatever time does`(_ seed: Int) throws {
        var generator = SeededGenerator(seed: 5100 + UInt64(seed))
        var answers = (taken: 0, refused: 0, atomic: 0, locked: 0)
        for _ in 0..<150 {
            let quantity = Self.quantity(&generator)
            let table = try LimitTable(LimitRule(quantity: quantity, tableSize: 256), Self.keys)
            if table.isAtomic { answers.atomic += 1 } else { answers.locked += 1 }
            var now: UInt64 = .random(in: 0...(1 << 40), using: &generator)
            var latest: UInt64 = 0
            var models: [Int: ExactLimit] = [:]
            var held: [Int: [LimitTable.Place]] = [:]
            var edge: UInt64?
            for _ in 0..<250 {
                now = Self.step(now, quantity, edge, &generator)
                latest = max(latest, now)
                let number = Int.random(in: 0..<4, using: &generator)
                let key = Self.keys.number(UInt64(number))
                let cost = Int.random(in: 0..<5, using: &generator) == 0 ? Int.random(in: 1...6, using: &generator) : 1
                var model = models[number] ?? Self.model(quantity, at: latest)
                if case .concurrent = quantity, Bool.random(using: &generator), let place = held[number]?.popLast() {
                    table.giveBack(place)
                    model.giveBack()
                }
                var trial = model
                let (couldTake, _) = trial.take(1, at: Int128(latest))
                let peeked = table.peek(key, at: now)
                #expect((peeked == .taken) == couldTake, "\(quantity) at \(latest)")
                let (isTaken, wait) = model.take(cost, at: Int128(latest))
                let (answer, place) = table.take(key, cost: UInt64(cost), at: now)
                #expect(place.level == 0)
                let expected = isTaken ? LimitAnswer.taken : .refused(retryAfter: wait.map { UInt64($0) })
                #expect(answer == expected, "\(quantity) cost \(cost) at \(latest)")
                guard answer == expected else { return }
                if isTaken { answers.taken += 1 } else { answers.refused += 1 }
                if isTaken, case .concurrent = quantity {
                    for _ in 0..<cost { held[number, default: []].append(place) }
                }
                if let wait { edge = UInt64(wait) }
                models[number] = model
            }
        }
        #expect(answers.taken > 5000 && answers.refused > 5000 && answers.atomic > 10 && answers.locked > 50)
    }

    @Test func `a connection's own counter decides as the exact model does`() throws {
        var generator = SeededGenerator(seed: 5200)
        var refused = 0
        for _ in 0..<150 {
            let quantity = Self.quantity(&generator)
            var cells = LimitCells(quantity, capacity: 1)
            var now: UInt64 = .random(in: 0...(1 << 40), using: &generator)
            var model = Self.model(quantity, at: now)
            var edge: UInt64?
            for _ in 0..<200 {
                now = max(now, Self.step(now, quantity, edge, &generator))
                let cost = Int.random(in: 1...3, using: &generator)
                let (isTaken, wait) = model.take(cost, at: Int128(now))
                let expected = isTaken ? LimitAnswer.taken : .refused(retryAfter: wait.map { UInt64($0) })
                let answer = cells.take(UInt64(cost), at: 0, now: now)
                #expect(answer == expected, "\(quantity) cost \(cost) at \(now)")
                guard answer == expected else { return }
                if !isTaken { refused += 1 }
                if let wait { edge = UInt64(wait) }
            }
        }
        #expect(refused > 5000)
    }

    @Test func `a key that was counted elsewhere goes on from there`() throws {
        // Of a table for one key, so that most keys find no slot: no key ever gets more than the limit, wherever it counts.
        var generator = SeededGenerator(seed: 5300)
        for quantity in [
            LimitRule.Quantity.rate(count: 10, period: 1_000_000_000, burst: 5),
            .rate(count: 31, period: 1_000_000_000, burst: 5), .atMost(count: 5, period: 1_000_000_000),
        ] {
            let table = try LimitTable(LimitRule(quantity: quantity, tableSize: 1), Self.keys)
            let start: UInt64 = 1_000_000_000
            var models: [UInt32: ExactLimit] = [:]
            var now = start
            var levels: Set<UInt8> = []
            for _ in 0..<40_000 {
                now += .random(in: 0...4_000_000, using: &generator)
                // One network of 16 bits, so that all its keys share a counter at last.
                let address = UInt32.random(in: 0..<200, using: &generator) * 259 + 0x0A00_0000
                let key = Self.keys.address(IPAddress(v4: address), v4Bits: 32, v6Bits: 64)
                let (answer, place) = table.take(key, at: now)
                levels.insert(place.level)
                var model = models[address] ?? Self.model(quantity, at: start)
                if answer == .taken { #expect(model.take(1, at: Int128(now)).isTaken, "\(quantity) at \(now)") }
                models[address] = model
            }
            #expect(levels.count >= 2, "\(levels)")
        }
    }

    @Test func `open connections that were counted elsewhere count for the key that gets a slot`() throws {
        var generator = SeededGenerator(seed: 5400)
        let table = try LimitTable(LimitRule(quantity: .concurrent(count: 4), tableSize: 1), Self.keys)
        var held: [UInt32: [LimitTable.Place]] = [:]
        var levels: Set<UInt8> = []
        for _ in 0..<40_000 {
            let address = UInt32.random(in: 0..<200, using: &generator) * 259 + 0x0A00_0000
            let key = Self.keys.address(IPAddress(v4: address), v4Bits: 32, v6Bits: 64)
            if Int.random(in: 0..<5, using: &generator) < 3 {
                let (answer, place) = table.take(key, at: 1)
                guard answer == .taken else { continue }
                held[address, default: []].append(place)
                levels.insert(place.level)
                #expect(held[address, default: []].count <= 4)
            } else if let other = held.keys.sorted().randomElement(using: &generator),
                let place = held[other]?.popLast()
            {
                if held[other]?.isEmpty == true { held[other] = nil }
                table.giveBack(place)
            }
        }
        #expect(levels.count >= 2, "\(levels)")
        for places in held.values { for place in places { table.giveBack(place) } }
        for number in 0..<16 {
            #expect(table.take(Self.keys.number(UInt64(number)), at: 2).answer == .taken)
        }
    }
}
