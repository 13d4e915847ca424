import DecisionCases
import Foundation

/// Measures and prints.
enum PeerTable {
    /// Bare parses in this process.
    static func compare(_ cases: [(name: String, item: DecisionCase)], with peers: ParserPeers) {
        print("\(peers.versions); the least of 25 batches, ns, and the ratio to a whole decision of ours")
        print(head(["yyjson", "simdjson", "on-demand"]))
        for (name, item) in cases {
            guard let message = item.message else { continue }
            let padded = message + [UInt8](repeating: 0, count: 64)
            let others = peers.parsers.map { parser in
                leastNanoseconds(rounds(message)) { count in
                    for _ in 0..<count where !parser.accepts(padded, message.count) {
                        preconditionFailure("refused: \(name)")
                    }
                }
            }
            print(row(name, message.count, ours(item, message), others))
        }
    }

    /// Validators whose times are known, and Foundation's decoder.
    static func compare(_ cases: [(name: String, item: DecisionCase)], with times: ValidatorTimes) {
        print("\(times.versions); the least of the batches, ns, and the ratio to a whole decision of ours")
        print(head(times.validators + ["JSONDecoder"]))
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

    private static func head(_ peers: [String]) -> String {
        column("message", 20) + column("bytes", 9) + column("ours", 10) + peers.map { column($0, 25) }.joined()
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

    /// Nanoseconds of one round in the fastest of 25 batches.
    private static func leastNanoseconds(_ rounds: Int, _ run: (Int) -> Void) -> Double {
        let clock = ContinuousClock()
        run(min(rounds, 1000))
        var least = Double.infinity
        for _ in 0..<25 {
            let (seconds, attoseconds) = clock.measure { run(rounds) }.components
            least = min(least, (Double(seconds) * 1e9 + Double(attoseconds) / 1e9) / Double(rounds))
        }
        return least
    }
}
