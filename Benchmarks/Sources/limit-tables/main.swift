import Dispatch
import Foundation
import PolicyRuntime
import WebSocketProtocol

// limit-tables NUMBER   what one decision of a limit costs, in time and in memory: known keys that stay in the caches, keys at
//                       random of a million, and the same on more threads
// limit-tables bare     a slot alone on one thread: a hash, a load, a compare-and-exchange, in a table of the same form
//
// Printed as tab-separated lines: name, figure, unit. One limit a process: memory that another one gave back would count for less.

let million = 1_000_000
/// Decisions of a batch: of one thread few, so that some batches are not interrupted; of several so many that all of them count at the
/// same time.
func batch(_ threads: Int) -> Int { threads == 1 ? 2_000 : 20_000 }
let keys = LimitKeyMaker(seed: (1, 2))

/// Addresses of one client each, in an order of their own.
func address(_ number: Int) -> IPAddress { IPAddress(v4: UInt32(truncatingIfNeeded: number &* 0x9E37_79B1)) }

/// Bytes of memory that the process holds.
func residentBytes() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    return text.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 4096 } ?? 0
}

/// Nanoseconds of one decision of a batch, over all threads together, in the best of several batches.
func nanoseconds(threads: Int = 1, _ body: @escaping @Sendable (Int, Int) -> Void) -> Double {
    var best = Double.infinity
    for round in 0..<(threads == 1 ? 3_000 : 150) {
        let start = DispatchTime.now().uptimeNanoseconds
        if threads == 1 {
            body(0, round)
        } else {
            DispatchQueue.concurrentPerform(iterations: threads) { body($0, round) }
        }
        best = min(best, Double(DispatchTime.now().uptimeNanoseconds - start) / Double(batch(threads) * threads))
    }
    return best
}

func line(_ name: String, _ figure: Double, _ unit: String) {
    FileHandle.standardOutput.write(Data("\(name)\t\(String(format: "%.1f", figure))\t\(unit)\n".utf8))
}

struct Workload {
    let name: String
    let quantity: LimitRule.Quantity
}

let workloads = [
    Workload(name: "rate: 100/s, burst: 100", quantity: .rate(count: 100, period: 1_000_000_000, burst: 100)),
    Workload(name: "rate: 37/s, burst: 100", quantity: .rate(count: 37, period: 1_000_000_000, burst: 100)),
    Workload(name: "atMost: 10 per 1s", quantity: .atMost(count: 10, period: 1_000_000_000)),
    Workload(name: "atMost: 10 per 1m", quantity: .atMost(count: 10, period: 60_000_000_000)),
]
let threadCounts = [1, 2, 4]

/// The keys of each measurement: those that stay in the caches, those that do not, one.
enum Order: String, CaseIterable {
    case hot = "1,024 hot keys"
    case random = "random of 1,000,000"
    case one = "one key"

    @inline(__always)
    func next(_ state: inout UInt64, _ place: Int) -> Int {
        switch self {
        case .hot: return place & 1023
        case .random:
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(million))
        case .one: return 5
        }
    }
}

guard CommandLine.arguments.count == 2 else {
    FileHandle.standardError.write(Data("usage: limit-tables NUMBER | bare\n".utf8))
    exit(2)
}
if CommandLine.arguments[1] == "bare" {
    let slots = try BareSlots(keys: million) { address($0) }
    for order in Order.allCases {
        let time = nanoseconds { _, round in
            var now = UInt64(round + 1) * 10_000_000_000
            var state = UInt64(round + 1) &* 0x9E37_79B9_7F4A_7C15
            for place in 0..<batch(1) {
                now += 100
                _ = slots.take(address(order.next(&state, place)), at: now)
            }
        }
        line("bare slot, \(order.rawValue), 1 threads", time, "ns")
    }
    exit(0)
}
guard let number = Int(CommandLine.arguments[1]), workloads.indices.contains(number) else {
    FileHandle.standardError.write(Data("limit-tables knows the limits 0 to \(workloads.count - 1)\n".utf8))
    exit(2)
}
let workload = workloads[number]

// What a first table brings into memory besides itself.
_ = try LimitTable(LimitRule(quantity: workloads[0].quantity, tableSize: 64), keys).take(
    keys.address(address(1), v4Bits: 32, v6Bits: 64),
    at: 1
)

let before = residentBytes()
let table = try LimitTable(LimitRule(quantity: workload.quantity, tableSize: million), keys)
let start: UInt64 = 1_000_000_000_000
for number in 0..<million { _ = table.take(keys.address(address(number), v4Bits: 32, v6Bits: 64), at: start) }
line("\(workload.name), memory of a live key", Double(residentBytes() - before) / Double(million), "bytes")

var passes: UInt64 = 0
for threads in threadCounts {
    for order in Order.allCases {
        passes += 1
        let first = start + passes * 10_000_000_000_000
        let time = nanoseconds(threads: threads) { worker, round in
            var now = first + UInt64(round) * 10_000_000_000
            var state = UInt64(round * 64 + worker + 1) &* 0x9E37_79B9_7F4A_7C15
            for place in 0..<batch(threads) {
                now += 100
                let number = order.next(&state, place &+ worker &* 7919)
                _ = table.take(keys.address(address(number), v4Bits: 32, v6Bits: 64), cost: 1, at: now)
            }
        }
        line("\(workload.name), \(order.rawValue), \(threads) threads", time, "ns")
    }
}
