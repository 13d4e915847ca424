import DecisionCases
import Foundation

// decision-counter               every case: the median and the best of eleven measurements, and allocations a decision
// decision-counter measure NAME… the same for these cases
// decision-counter NAME COUNT    runs a case so many times, for an instruction counter
let arguments = CommandLine.arguments
if arguments.count == 3, arguments[1] != "measure", let count = Int(arguments[2]) {
    guard DecisionCases.names.contains(arguments[1]), let found = try DecisionCases.named(arguments[1]) else {
        FileHandle.standardError.write(Data("no case \(arguments[1])\n".utf8))
        exit(2)
    }
    found.run(count)
} else {
    let names = arguments.dropFirst(arguments.dropFirst().first == "measure" ? 2 : 1)
    if let unknown = names.first(where: { !DecisionCases.names.contains($0) }) {
        FileHandle.standardError.write(Data("no case \(unknown)\n".utf8))
        exit(2)
    }
    let items = try (names.isEmpty ? DecisionCases.names : Array(names)).compactMap(DecisionCases.named)
    let clock = ContinuousClock()
    for item in items { item.run(min(item.rounds, 1000)) }
    // Measurements take turns, so that a busy moment of the machine meets all cases, and figures can be compared.
    var times = items.map { _ in [Duration]() }
    for _ in 0..<11 {
        for (index, item) in items.enumerated() { times[index].append(clock.measure { item.run(item.rounds) }) }
    }
    for (item, times) in zip(items, times) {
        let times = times.sorted()
        func text(_ time: Duration) -> String {
            let (seconds, attoseconds) = time.components
            let nanoseconds = (Double(seconds) * 1e9 + Double(attoseconds) / 1e9) / Double(item.rounds)
            return nanoseconds < 100_000
                ? String(format: "%9.0f ns", nanoseconds) : String(format: "%9.2f ms", nanoseconds / 1e6)
        }
        let padded = item.name.padding(toLength: 26, withPad: " ", startingAt: 0)
        print(
            "\(padded) \(text(times[5])) best \(text(times[0])) \(String(format: "%10.2f", item.allocations())) allocations"
        )
    }
}
