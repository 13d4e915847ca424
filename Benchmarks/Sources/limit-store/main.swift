import Dispatch
import Foundation
import NIOCore
import NIOPosix
import Synchronization
import WebSocketPolicy
import WebSocketPolicyRedis

// What a handshake costs whose limit all instances count: one after the other, and so many at once on one connection.
// limit-store PORT DEPTH SECONDS: decisions of one instance with DEPTH handshakes under way; printed: decisions a second, microseconds
// of the median and of the 99th of a hundred, how many passed.

guard CommandLine.arguments.count == 4, let port = Int(CommandLine.arguments[1]),
    let depth = Int(CommandLine.arguments[2]),
    let seconds = Double(CommandLine.arguments[3])
else {
    FileHandle.standardError.write(Data("limit-store PORT DEPTH SECONDS\n".utf8))
    exit(2)
}

/// What the event loop alone touches until the end.
// @unchecked: everything is touched on `loop`, and by the main thread when the loop has ended.
final class Run: @unchecked Sendable {
    var times: [UInt64] = []
    var passed = 0
    var underWay = 0
    var next = 0
}

func now() -> Moment {
    Moment(ticks: DispatchTime.now().uptimeNanoseconds, unixNanoseconds: 1_780_000_000_000_000_000)
}

let policy = """
    wspolicy: 1
    name: measured
    origins: { allow: [https://app.example] }
    limits: { connections: [{ per: clientAddress, rate: 1000/s, burst: 1000, shared: true }] }
    """
let engine = try PolicyEngine(
    plan: try PolicyCompiler.compile(text: policy),
    variable: { _ in nil },
    file: { _ in nil }
)
let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
var options = StoreOptions(port: port, secret: Array("a secret of the benchmark".utf8))
options.timeout = .seconds(5)
let store = try RedisStore(options, group: group, now: now)
store.attach(engine)
while engine.sharedCounters?.isAvailable != true { usleep(1000) }

let requests = (0..<1000).map { number in
    HandshakeRequest(
        target: "/ws",
        headers: [
            ("Host", "api.example"), ("Origin", "https://app.example"), ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ],
        peer: SocketAddress(parsing: "10.0.\(number / 250).\(number % 250):1"),
        isSecure: true
    )
}
let loop = group.next()
let run = Run()
let start = DispatchTime.now().uptimeNanoseconds
let end = start + UInt64(seconds * 1e9)
let finished = DispatchSemaphore(value: 0)

@Sendable func ask() {
    let began = DispatchTime.now().uptimeNanoseconds
    run.underWay += 1
    run.next = (run.next + 1) % requests.count
    store.admit(requests[run.next], engine: engine, on: loop) { admission in
        switch consume admission {
        case .accept: run.passed += 1
        case .refuse: break
        }
        run.times.append(DispatchTime.now().uptimeNanoseconds - began)
        run.underWay -= 1
        guard DispatchTime.now().uptimeNanoseconds >= end else { return loop.execute { ask() } }
        if run.underWay == 0 { finished.signal() }
    }
}
loop.execute { for _ in 0..<depth { ask() } }
finished.wait()

let elapsed = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
let sorted = run.times.sorted()
let figures = [
    Double(sorted.count) / elapsed, Double(sorted[sorted.count / 2]) / 1000,
    Double(sorted[sorted.count * 99 / 100]) / 1000,
]
print((figures.map { String(format: "%.0f", $0) } + ["\(run.passed)"]).joined(separator: "\t"))
store.shutDown()
