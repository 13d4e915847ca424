import PolicyPlan
import Testing
import WebSocketProtocol

@testable import PolicyRuntime

/// An attacker with a million addresses against one limit of the default size: who passes, who is harmed, what it costs.
struct FloodTests {
    private static let keys = LimitKeyMaker(seed: (31, 32))
    private static let minute: UInt64 = 60_000_000_000
    private static let tableSize = 65_536

    private static func key(_ address: IPAddress) -> LimitKey { keys.address(address, v4Bits: 32, v6Bits: 64) }

    /// Networks of 16 bits all over the world, one address of each.
    private static func world(_ count: Int, host: UInt32) -> [LimitKey] {
        (0..<count).map { key(IPAddress(v4: UInt32(truncatingIfNeeded: 0x0B00_0000 + $0 * 0x0001_0000) | host)) }
    }

    struct Outcome: Equatable {
        /// Hits of the flood that passed, of a million.
        var admitted = 0
        /// Known clients, of a thousand, that have another number of hits left than before.
        var harmed = 0
        /// New clients of other networks, of a thousand, that pass during the flood, and a minute after it.
        var newcomers = 0
        var later = 0
    }

    /// A thousand clients use four of ten hits, a million addresses (or `count`) come once each, then a thousand new clients come.
    private static func flood(
        _ quantity: LimitRule.Quantity,
        count: UInt64 = 1_000_000,
        _ address: (UInt64) -> IPAddress
    ) throws -> Outcome {
        let table = try LimitTable(LimitRule(quantity: quantity, tableSize: tableSize), keys)
        var outcome = Outcome()
        let now = 10 * minute
        let known = world(1000, host: 7)
        for key in known { for _ in 0..<4 { _ = table.take(key, at: now) } }
        for number in 0..<count where table.take(key(address(number)), at: now).answer == .taken {
            outcome.admitted += 1
        }
        for key in known {
            let left = (0..<10).prefix { _ in table.take(key, at: now).answer == .taken }.count
            if left != 6 { outcome.harmed += 1 }
        }
        let newcomers = world(1000, host: 99 << 8)
        outcome.newcomers = newcomers.filter { table.take($0, at: now).answer == .taken }.count
        outcome.later = world(1000, host: 98 << 8).filter { table.take($0, at: now + minute).answer == .taken }.count
        return outcome
    }

    /// Of one network of 32 bits, spread over all its networks of 48.
    private static func fromOneNetwork(_ number: UInt64) -> IPAddress {
        IPAddress(high: 0x2001_0DB8_0000_0000 | number &* 0x9E37_79B1 & 0xFFFF_FFFF, low: 1)
    }

    /// Spread over all of IPv4, and never a known client's own address: who can forge that one uses its hits up.
    private static func fromEverywhere(_ number: UInt64) -> IPAddress {
        IPAddress(v4: UInt32(truncatingIfNeeded: number &* 0x9E37_79B1) | 0x8000)
    }

    @Test func `one IPv6 network of 32 bits harms nobody else, whatever counts`() throws {
        let rate = try Self.flood(.rate(count: 10, period: Self.minute, burst: 10), Self.fromOneNetwork)
        // Slots of its own for one in eight, then blocks of 48 bits, ten hits each, then one counter for all the rest.
        #expect(rate.admitted < 2 * Self.tableSize + 10 * (2 * 4096) + 10)
        #expect(rate.admitted > Self.tableSize)
        #expect(rate.harmed == 0)
        #expect(rate.newcomers == 1000)
        #expect(rate.later == 1000)
        let window = try Self.flood(.atMost(count: 10, period: Self.minute), count: 250_000, Self.fromOneNetwork)
        #expect(window.admitted < Self.tableSize * 5 / 4 + 10 * 5120 + 10)
        #expect(window.harmed == 0)
        #expect(window.newcomers == 1000)
        #expect(window.later == 1000)
    }

    @Test func `addresses of all the world, as a forging proxy has them, harm no known client`() throws {
        let rate = try Self.flood(.rate(count: 10, period: Self.minute, burst: 10), Self.fromEverywhere)
        // Nothing tells the flood from newcomers: who comes now shares what its network of 16 bits, or the last 256 counters,
        // have left.
        #expect(rate.admitted < 2 * Self.tableSize + 10 * (2 * (4096 + 1024) + 256))
        #expect(rate.harmed == 0)
        #expect(rate.newcomers < 1000)
        #expect(rate.later == 1000)
    }

    @Test func `a table takes the memory that the plan's listing says, before and after`() {
        let rule = LimitRule(quantity: .rate(count: 10, period: Self.minute, burst: 10), tableSize: Self.tableSize)
        let bytes = LimitTable.maximumBytes(rule)
        // 32 bytes a key, and the coarser blocks.
        #expect(bytes >= 32 * Self.tableSize)
        #expect(bytes < 32 * Self.tableSize + 32 * (4096 + 1024) + 16_384)
    }

    @Test func `open connections of a flood are counted too, and end`() throws {
        let table = try LimitTable(LimitRule(quantity: .concurrent(count: 3), tableSize: 1024), Self.keys)
        var places: [LimitTable.Place] = []
        for number in 0..<UInt64(100_000) {
            let (answer, place) = table.take(Self.key(Self.fromOneNetwork(number)), at: 1)
            if answer == .taken { places.append(place) }
        }
        // Slots, blocks of 48 bits with three each, and one of 32 bits.
        #expect(places.count < 2048 + 3 * 128 + 3)
        let others = Self.world(60, host: 5)
        #expect(others.allSatisfy { table.take($0, at: 1).answer == .taken })
        for place in places { table.giveBack(place) }
        for number in 0..<UInt64(500) {
            #expect(table.take(Self.key(Self.fromOneNetwork(number)), at: 1).answer == .taken)
        }
    }
}
