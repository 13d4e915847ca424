import Dispatch
import Foundation
import PolicyRuntime
import WebSocketProtocol

// What one decision of a limit costs, in time and in memory: known keys that stay in the caches, keys at random of a million, and
// the same on more threads. Printed as tab-separated lines: name, figure, unit.

let million = 1_000_000
/// Decisions of a batch, short enough that some batches are not interrupted.
let count = 20_000
let keys = LimitKeyMaker(seed: (1, 2))

/// Addresses of one client each, in an order of their own.
func address(_ number: Int) -> IPAddress { IPAddress(v4: UInt32(truncatingIfNeeded: number &* 0x9E37_79B1)) }

/// Bytes of memory that the process holds.
func residentBytes() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    return text.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 4096 } ?? 0
}

/// Nanoseconds of one decision of a batch, over all threads together, in the best of several batches.
func nanoseconds(rounds: Int, threads: Int = 1, _ body: @escaping @Sendable (Int, Int) -> Void) -> Double {
    var best = Double.infinity
    for round in 0..<rounds {
        let start = DispatchTime.now().uptimeNanoseconds
        if threads == 1 {
            body(0, round)
        } else {
            DispatchQueue.concurrentPerform(iterations: threads) { body($0, round) }
        }
        best = min(best, Double(DispatchTime.now().uptimeNanoseconds - start) / Double(count * threads))
    }
    return best
}

func line(_ name: String, _ figure: Double, _ unit: String) {
    FileHandle.standardOutput.write(Data("\(name)\t\(String(format: "%.1f", figure))\t\(unit)\n".utf8))
}

struct Workload {
    let name: String
    let quantity: LimitRule.Quantity
    /// Hits that the limit allows a key, where each takes memory.
    let hits: Int
}

let workloads = [
    Workload(name: "rate: 100/s, burst: 100", quantity: .rate(count: 100, period: 1_000_000_000, burst: 100), hits: 0),
    Workload(name: "rate: 37/s, burst: 100", quantity: .rate(count: 37, period: 1_000_000_000, burst: 100), hits: 0),
    Workload(name: "atMost: 10 per 1s", quantity: .atMost(count: 10, period: 1_000_000_000), hits: 10),
    Workload(name: "atMost: 10 per 1m", quantity: .atMost(count: 10, period: 60_000_000_000), hits: 10),
]
let threadCounts = [1, 2, 4]

// What a first table brings into memory besides itself.
_ = try LimitTable(LimitRule(quantity: workloads[0].quantity, tableSize: 64), keys).take(
    keys.address(address(1), v4Bits: 32, v6Bits: 64),
    at: 1
)
line("no table", 0, "")

for workload in workloads {
    let before = residentBytes()
    let table = try LimitTable(LimitRule(quantity: workload.quantity, tableSize: million), keys)
    let start: UInt64 = 1_000_000_000_000
    for number in 0..<million { _ = table.take(keys.address(address(number), v4Bits: 32, v6Bits: 64), at: start) }
    line("\(workload.name), memory of a live key", Double(residentBytes() - before) / Double(million), "bytes")

    for threads in threadCounts {
        let hot = nanoseconds(rounds: 150, threads: threads) { worker, round in
            var now = start + UInt64(round + 1) * 10_000_000_000
            var number = worker * 7919
            for _ in 0..<count {
                now += 100
                number = (number + 1) & 1023
                _ = table.take(keys.address(address(number), v4Bits: 32, v6Bits: 64), at: now)
            }
        }
        line("\(workload.name), 1,024 hot keys, \(threads) threads", hot, "ns")
        let random = nanoseconds(rounds: 150, threads: threads) { worker, round in
            var now = start + UInt64(round + 200) * 10_000_000_000
            var state = UInt64(round * 64 + worker + 1) &* 0x9E37_79B9_7F4A_7C15
            for _ in 0..<count {
                now += 100
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let number = Int((state >> 33) % UInt64(million))
                _ = table.take(keys.address(address(number), v4Bits: 32, v6Bits: 64), at: now)
            }
        }
        line("\(workload.name), random of 1,000,000, \(threads) threads", random, "ns")
        let one = nanoseconds(rounds: 150, threads: threads) { _, round in
            var now = start + UInt64(round + 400) * 10_000_000_000
            let key = keys.address(address(5), v4Bits: 32, v6Bits: 64)
            for _ in 0..<count {
                now += 100
                _ = table.take(key, at: now)
            }
        }
        line("\(workload.name), one key, \(threads) threads", one, "ns")
    }
}
