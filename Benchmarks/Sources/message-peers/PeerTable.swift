import DecisionCases
import Foundation

/// Measures and prints.
enum PeerTable {
    /// Bare parses in this process beside the content check of the same bytes; behind them the whole decision of a connection.
    static func compare(_ cases: [(name: String, item: DecisionCase)], with peers: ParserPeers) throws {
        print("\(peers.versions); the least of \(batches) batches, ns, and the ratio to our check of the content")
        print(head("check", ["yyjson", "simdjson", "on-demand", "whole decision"]))
        for (name, item) in cases {
            guard let message = item.message, let check = try ContentCheck(item) else { continue }
            let padded = message + [UInt8](repeating: 0, count: 64)
            let parsers = peers.parsers.map { parser in
                { (count: Int) in
                    for _ in 0..<count where parser.accepts(padded, message.count) == item.isBroken {
                        preconditionFailure("not as expected: \(name)")
                    }
                }
            }
            let times = leastNanoseconds(rounds(message), [{ check.run($0) }] + parsers + [{ item.run($0) }])
            print(row(name, message.count, times[0], times.dropFirst().map { $0 }))
        }
    }

    /// Validators whose times are known, and Foundation's decoder.
    static func compare(_ cases: [(name: String, item: DecisionCase)], with times: ValidatorTimes) {
        print("\(times.versions); the least of the batches, ns, and the ratio to a whole decision of ours")
        print(head("ours", times.validators + ["JSONDecoder"]))
        for (name, item) in cases {
            guard let message = item.message else { continue }
            let foundation = CodableMessages.decoder(name).map { decode in
                let data = Data(message)
                return leastNanoseconds(max(1, rounds(message) / 100)) { count in
                    for _ in 0..<count where (try? decode(data)) == nil { preconditionFailure("refused: \(name)") }
                }
            }
            let others = times.validators.map { times.nanoseconds(name, $0) } + [foundation]
            print(row(name, message.count, ours(item, message), others))
        }
    }

    /// Whole handshakes with a token beside what only verifies one.
    static func compareTokens(_ item: DecisionCase, with times: ValidatorTimes) {
        guard let other = times.nanoseconds("token, HS256", "PyJWT") else { return }
        let own = leastNanoseconds(item.rounds) { item.run($0) }
        let ratio = String(format: "%.2f", other / own)
        print("\na whole handshake with a token, HS256: \(figure(own))")
        print("PyJWT's decode alone: \(figure(other))  \(ratio) x")
    }

    private static func ours(_ item: DecisionCase, _ message: [UInt8]) -> Double {
        leastNanoseconds(rounds(message)) { item.run($0) }
    }

    private static func rounds(_ message: [UInt8]) -> Int {
        max(20, 1_000_000 / max(100, message.count))
    }

    private static func head(_ own: String, _ peers: [String]) -> String {
        column("message", 20) + column("bytes", 9) + column(own, 10) + peers.map { column($0, 25) }.joined()
    }

    private static func row(_ name: String, _ count: Int, _ ours: Double, _ others: [Double?]) -> String {
        let cells = others.map { other in
            other.map { "\(figure($0))  \(String(format: "%.2f", $0 / ours)) x" } ?? "-"
        }
        return column(name, 20) + column(String(count), 9) + column(figure(ours), 10)
            + cells.map { column($0, 25) }.joined()
    }

    private static func column(_ text: String, _ width: Int) -> String {
        text.padding(toLength: width, withPad: " ", startingAt: 0)
    }

    private static func figure(_ nanoseconds: Double) -> String {
        String(format: nanoseconds < 10_000 ? "%.1f" : "%.0f", nanoseconds)
    }

    private static let batches = 25

    /// Nanoseconds of one round in the fastest batch.
    private static func leastNanoseconds(_ rounds: Int, _ run: @escaping (Int) -> Void) -> Double {
        leastNanoseconds(rounds, [run])[0]
    }

    /// The same of several things whose batches take turns, so that a busy moment of the machine meets all of them.
    private static func leastNanoseconds(_ rounds: Int, _ runs: [(Int) -> Void]) -> [Double] {
        let clock = ContinuousClock()
        for run in runs { run(min(rounds, 1000)) }
        var least = runs.map { _ in Double.infinity }
        for _ in 0..<batches {
            for (index, run) in runs.enumerated() {
                let (seconds, attoseconds) = clock.measure { run(rounds) }.components
                least[index] = min(least[index], (Double(seconds) * 1e9 + Double(attoseconds) / 1e9) / Double(rounds))
            }
        }
        return least
    }
}
