import Foundation

/// Measures and prints.
enum PeerTable {
    static let head =
        column("message", 20) + ["bytes", "ours", "yyjson", "simdjson", "on-demand"].map { column($0, 18) }.joined()

    static func row(_ name: String, bytes: Int, ours: Double, others: [Double]) -> String {
        let cells = others.map { other in "\(figure(other))  \(String(format: "%.2f", other / ours)) x" }
        return column(name, 20) + ([String(bytes), figure(ours)] + cells).map { column($0, 18) }.joined()
    }

    private static func column(_ text: String, _ width: Int) -> String {
        text.padding(toLength: width, withPad: " ", startingAt: 0)
    }

    private static func figure(_ nanoseconds: Double) -> String {
        String(format: nanoseconds < 10_000 ? "%.1f" : "%.0f", nanoseconds)
    }

    /// Nanoseconds of one round in the fastest of 25 batches.
    static func leastNanoseconds(_ rounds: Int, _ run: (Int) -> Void) -> Double {
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
