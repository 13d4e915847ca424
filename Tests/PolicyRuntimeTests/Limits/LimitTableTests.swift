import Foundation
import PolicyPlan
import Testing
import WebSocketProtocol

@testable import PolicyRuntime

struct LimitTableTests {
    private static let keys = LimitKeyMaker(seed: (11, 12))

    private static func key(_ address: String) throws -> LimitKey {
        keys.address(try #require(IPAddress(parsing: address)), v4Bits: 32, v6Bits: 64)
    }

    private static func isTaken(_ answer: LimitAnswer) -> Bool {
        if case .taken = answer { true } else { false }
    }

    @Test func `a flood of new addresses resets nobody, and memory stays what it is`() throws {
        // One in a minute; ten known clients have used theirs.
        let rule = LimitRule(quantity: .atMost(count: 1, period: 60_000_000_000), tableSize: 1000)
        let table = try LimitTable(rule, Self.keys)
        let now: UInt64 = 120_000_000_000
        let known = try (0..<10).map { try Self.key("203.0.113.\($0)") }
        for key in known { #expect(Self.isTaken(table.take(key, at: now).answer)) }
        var admitted = 0
        for number in 0..<200_000 {
            // From one IPv6 network of 32 bits.
            let address = "2001:db8:\(String(number >> 8, radix: 16)):\(String(number & 255, radix: 16))::1"
            if Self.isTaken(table.take(try Self.key(address), at: now).answer) { admitted += 1 }
        }
        // Each flooding address was new, and only as many as there are slots passed.
        #expect(admitted < 1500 + 4096 + 1024 + 256 + 100)
        for key in known { #expect(!Self.isTaken(table.take(key, at: now + 1).answer)) }
        // The rest of the world is not locked out: an address of another block still finds a counter that is not used up.
        var others = 0
        for number in 0..<100 where Self.isTaken(table.take(try Self.key("8.\(number).1.1"), at: now + 2).answer) {
            others += 1
        }
        #expect(others > 60, "\(others)")
        // After the window everybody is new again.
        for key in known { #expect(Self.isTaken(table.take(key, at: now + 60_000_000_000).answer)) }
    }

    @Test func `an expired counter's slot is used again, an unexpired one's never`() throws {
        let rule = LimitRule(quantity: .rate(count: 1, period: 1_000_000_000, burst: 1), tableSize: 16)
        let table = try LimitTable(rule, Self.keys)
        for round in 0..<50 {
            let now = UInt64(round + 1) * 2_000_000_000
            let keys = try (0..<8).map { try Self.key("198.51.\(round).\($0)") }
            for key in keys { #expect(Self.isTaken(table.take(key, at: now).answer)) }
            for key in keys { #expect(!Self.isTaken(table.take(key, at: now + 1).answer)) }
        }
    }

    @Test func `two threads lose no count`() throws {
        let rule = LimitRule(quantity: .atMost(count: 50_000, period: 60_000_000_000), tableSize: 64)
        let table = try LimitTable(rule, Self.keys)
        let key = try Self.key("203.0.113.7")
        let counts = UncheckedCounts()
        DispatchQueue.concurrentPerform(iterations: 4) { worker in
            var taken = 0
            for _ in 0..<20_000 where Self.isTaken(table.take(key, at: 70_000_000_000).answer) { taken += 1 }
            counts.set(worker, taken)
        }
        #expect(counts.sum == 50_000)
    }

    @Test func `what was counted is given back once, and never below zero`() throws {
        let rule = LimitRule(quantity: .concurrent(count: 2), tableSize: 16)
        let table = try LimitTable(rule, Self.keys)
        let key = try Self.key("203.0.113.7")
        let first = table.take(key, at: 0)
        #expect(Self.isTaken(first.answer))
        #expect(Self.isTaken(table.take(key, at: 0).answer))
        #expect(!Self.isTaken(table.take(key, at: 0).answer))
        table.giveBack(first.place)
        #expect(Self.isTaken(table.take(key, at: 0).answer))
        for _ in 0..<5 { table.giveBack(first.place) }
        #expect(Self.isTaken(table.take(key, at: 0).answer))
        #expect(Self.isTaken(table.take(key, at: 0).answer))
        #expect(!Self.isTaken(table.take(key, at: 0).answer))
    }

    @Test func `a rate of three in a second has no rounding`() {
        var cell = RateCell()
        var passed = 0
        let start: UInt64 = 5_000_000_000
        // Each hit comes as early as the last refusal said.
        var now = start
        while passed < 3000 {
            if case .taken = cell.take(1, at: now, count: 3, period: 1_000_000_000, burst: 2) { passed += 1 }
            if case .refused(let wait?) = cell.take(1, at: now, count: 3, period: 1_000_000_000, burst: 2) {
                now += wait
            }
        }
        #expect(passed == 3000)
        // Two at once, the second of them uncounted; then one each third of a second: 3,000 thirds, to the nanosecond.
        #expect(now - start == 1_000_000_000_000)
    }

    @Test func `time that goes back stands still`() throws {
        let rule = LimitRule(quantity: .atMost(count: 2, period: 1_000_000_000), tableSize: 16)
        let table = try LimitTable(rule, Self.keys)
        let key = Self.keys.number(1)
        #expect(Self.isTaken(table.take(key, at: 5_000_000_000).answer))
        #expect(Self.isTaken(table.take(key, at: 1_000_000_000).answer))
        #expect(!Self.isTaken(table.take(key, at: 0).answer))
        #expect(!Self.isTaken(table.take(key, at: 5_999_999_999).answer))
        #expect(Self.isTaken(table.take(key, at: 6_000_000_000).answer))
    }
}

/// One number a worker, each written by that worker alone before the numbers are read.
private final class UncheckedCounts: @unchecked Sendable {
    // @unchecked: workers write places of their own, and the reader waits for all of them.
    private var counts = [0, 0, 0, 0]
    private let lock = NSLock()

    func set(_ worker: Int, _ count: Int) { lock.withLock { counts[worker] = count } }

    var sum: Int { lock.withLock { counts.reduce(0, +) } }
}
