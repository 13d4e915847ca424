import Benchmark
import CAllocationCounter
import DecisionCases

let benchmarks: @Sendable () -> Void = {
    let allocations = BenchmarkMetric.custom(
        "allocations a decision x 100",
        polarity: .prefersSmaller,
        useScalingFactor: false
    )
    let cases: [DecisionCase]
    do { cases = try DecisionCases.all() } catch { fatalError("\(error)") }
    for item in cases {
        Benchmark(
            item.name,
            configuration: .init(metrics: [.wallClock, allocations], scalingFactor: .one, maxDuration: .seconds(2))
        ) { benchmark in
            for _ in benchmark.scaledIterations { item.run(item.rounds) }
            benchmark.stopMeasurement()
            benchmark.measurement(allocations, Int(item.allocations() * 100))
        }
    }
}
