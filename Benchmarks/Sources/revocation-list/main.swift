import Dispatch
import Foundation
import NIOCore
import NIOPosix
import PolicyRuntime
import WebSocketPolicyRedis

// What a list costs of who is revoked on all instances.
// revocation-list PORT COUNT: COUNT subjects are revoked at a store of its own; printed: microseconds to write one, milliseconds until
// another instance knows all of them and the bytes of its process for one, nanoseconds to name a token and to look it up, and
// milliseconds from a written revocation to its hold on the other instance: the median and the longest of thirty.

guard CommandLine.arguments.count == 3, let port = Int(CommandLine.arguments[1]),
    let count = Int(CommandLine.arguments[2])
else {
    FileHandle.standardError.write(Data("revocation-list PORT COUNT\n".utf8))
    exit(2)
}

@Sendable func now() -> Moment {
    Moment(ticks: DispatchTime.now().uptimeNanoseconds, unixNanoseconds: 1_780_000_000_000_000_000)
}

func residentBytes() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
}

func milliseconds(since start: UInt64) -> Double { Double(DispatchTime.now().uptimeNanoseconds - start) / 1e6 }

func row(_ name: String, _ value: Double, _ unit: String) {
    print("\(name)\t\(String(format: "%.1f", value))\t\(unit)")
}

let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
var options = StoreOptions(port: port, secret: Array("a secret of the benchmark".utf8))
options.timeout = .seconds(5)
options.mostRevocations = 2 * count
let writer = try RedisStore(options, group: group, now: now)

var start = DispatchTime.now().uptimeNanoseconds
for part in 0..<(count / 100) {
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        for number in 0..<100 {
            tasks.addTask { try await writer.revoke(subject: "user-\(part * 100 + number)", of: "measured") }
        }
        try await tasks.waitForAll()
    }
}
row("to write one of a hundred under way", milliseconds(since: start) * 1000 / Double(count), "µs")

let before = residentBytes()
start = DispatchTime.now().uptimeNanoseconds
let reader = try RedisStore(options, group: MultiThreadedEventLoopGroup(numberOfThreads: 1), now: now)
let list = reader.revocations(of: "measured")
while list.entryCount < count || !list.isCurrent(at: now()) { usleep(1000) }
row("until all \(count) are known", milliseconds(since: start), "ms")
row("memory for one", Double(residentBytes() - before) / Double(count), "bytes")

let subject = Array("user-500".utf8)
let id = Array("0b7c63f0-7a52-4f6b-9f3b-b2c1d8a0e001".utf8)
/// Nanoseconds of one call: the best of a hundred batches of a thousand, all of which must answer true.
func nanoseconds(_ call: () -> Bool) -> Double {
    var best = Double.infinity
    for _ in 0..<100 {
        let start = DispatchTime.now().uptimeNanoseconds
        for _ in 0..<1000 { precondition(call()) }
        best = min(best, milliseconds(since: start) * 1000)
    }
    return best
}

row("to name a token", nanoseconds { list.names(id: id, subject: subject) != nil }, "ns")
let names = list.names(id: id, subject: nil)
row("to look it up", nanoseconds { names.map { list.holds($0, at: 0) } == false }, "ns")

var times: [Double] = []
for number in 0..<30 {
    try await writer.revoke(subject: "another-\(number)", of: "measured")
    start = DispatchTime.now().uptimeNanoseconds
    while list.entryCount < count + number + 1 { usleep(200) }
    times.append(milliseconds(since: start))
    usleep(UInt32.random(in: 0...900_000))
}
times.sort()
row("until one holds elsewhere", times[times.count / 2], "ms, median")
row("until one holds elsewhere", times.last ?? 0, "ms, longest")
writer.shutDown()
reader.shutDown()
