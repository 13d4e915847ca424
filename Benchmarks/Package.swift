// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Benchmarks",
    dependencies: [
        .package(name: "swift-websocket-policy", path: ".."),
        // Its own allocation counts need an interposer that is left out here: ours counts instead.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        .target(name: "CAllocationCounter"),
        .target(
            name: "DecisionCases",
            dependencies: [
                "CAllocationCounter",
                .product(name: "WebSocketPolicy", package: "swift-websocket-policy"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]
        ),
        // Runs one case a number of times and nothing else: what an instruction counter looks at.
        .executableTarget(name: "decision-counter", dependencies: ["DecisionCases", "CAllocationCounter"]),
        .executableTarget(
            name: "Decisions",
            dependencies: ["DecisionCases", "CAllocationCounter", .product(name: "Benchmark", package: "benchmark")],
            path: "Benchmarks/Decisions",
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
        ),
        .testTarget(name: "DecisionCasesTests", dependencies: ["DecisionCases", "CAllocationCounter"]),
    ]
)
