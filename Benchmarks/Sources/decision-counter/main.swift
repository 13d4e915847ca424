import DecisionCases
import Foundation

// decision-counter               the cases, with allocations a decision
// decision-counter NAME COUNT    runs a case so many times, for an instruction counter
let arguments = CommandLine.arguments
let cases = try DecisionCases.all()
if arguments.count == 3, let count = Int(arguments[2]) {
    guard let found = cases.first(where: { $0.name.hasPrefix(arguments[1]) }) else {
        FileHandle.standardError.write(Data("no case \(arguments[1])\n".utf8))
        exit(2)
    }
    found.run(count)
} else {
    for item in cases {
        let clock = ContinuousClock()
        item.run(min(item.rounds, 1000))
        let times = (0..<11).map { _ in clock.measure { item.run(item.rounds) } }.sorted()
        let nanoseconds = Double(times[5].components.attoseconds) / 1e9 + Double(times[5].components.seconds) * 1e9
        let each = nanoseconds / Double(item.rounds)
        let allocations = item.allocations()
        print("\(item.name): \(each < 10_000 ? String(format: "%.0f ns", each) : String(format: "%.2f ms", each / 1e6)), \(String(format: "%.2f", allocations)) allocations")
    }
}
