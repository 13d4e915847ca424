// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "swift-websocket-policy",
    products: [
        .library(name: "WebSocketPolicy", targets: ["WebSocketPolicy"]),
        .library(name: "WebSocketPolicyNIO", targets: ["WebSocketPolicyNIO"]),
        .library(name: "WebSocketPolicyRedis", targets: ["WebSocketPolicyRedis"]),
        // What Scripts/build-c-library.sh makes libwspolicy.so of.
        .library(name: "WebSocketPolicyC", type: .dynamic, targets: ["WebSocketPolicyC"]),
        .library(name: "WebSocketPolicyRemote", targets: ["WebSocketPolicyRemote"]),
        // What a program with plans that were compiled before links: no YAML, no compiler.
        .library(
            name: "WebSocketPolicyRuntime",
            targets: ["WebSocketPolicyJWT", "PolicyRuntime", "PolicyPlan", "WebSocketProtocol"]
        ),
        .plugin(name: "CompilePolicies", targets: ["CompilePolicies"]),
        .executable(name: "wspolicy", targets: ["wspolicy"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    ],
    targets: [
        // Targets sort in the order in which a policy flows; each imports only what stands before it.
        .target(name: "CByteScan"),
        .target(name: "WebSocketProtocol", dependencies: ["CByteScan"]),
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .target(name: "PolicyDocument", dependencies: ["CLibYAML"]),
        .systemLibrary(name: "CLibIDN2", pkgConfig: "libidn2", providers: [.apt(["libidn2-dev"])]),
        .systemLibrary(name: "CLibUnistring", providers: [.apt(["libunistring-dev"])]),
        .target(
            name: "PolicyModel",
            dependencies: ["PolicyDocument", "WebSocketProtocol", "CLibIDN2", "CLibUnistring"]
        ),
        .target(name: "PolicyPlan", dependencies: ["WebSocketProtocol"]),
        .target(
            name: "PolicyPlanner",
            dependencies: ["PolicyDocument", "PolicyModel", "PolicyPlan", "WebSocketProtocol"]
        ),
        .target(name: "CLimitMemory"),
        .target(
            name: "PolicyRuntime",
            dependencies: ["PolicyPlan", "WebSocketProtocol", "CByteScan", "CLimitMemory"]
        ),
        .target(
            name: "WebSocketPolicyJWT",
            dependencies: [
                "PolicyRuntime", "PolicyPlan", "WebSocketProtocol", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]
        ),
        .systemLibrary(name: "CLibPSL", pkgConfig: "libpsl", providers: [.apt(["libpsl-dev"])]),
        .target(
            name: "PolicyTools",
            dependencies: [
                "PolicyDocument", "PolicyModel", "PolicyPlan", "PolicyPlanner", "PolicyRuntime", "WebSocketPolicyJWT",
                "WebSocketProtocol", "CLibPSL",
            ]
        ),
        .target(
            name: "WebSocketPolicy",
            dependencies: [
                "PolicyDocument", "PolicyModel", "PolicyPlan", "PolicyPlanner", "PolicyRuntime", "WebSocketPolicyJWT",
                "WebSocketProtocol",
            ]
        ),
        .target(
            name: "WebSocketPolicyNIO",
            dependencies: [
                "PolicyRuntime", "PolicyPlan", "WebSocketProtocol", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
            ]
        ),
        // Counters and lists that instances share: whoever shares none links neither this nor hiredis.
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .target(
            name: "WebSocketPolicyRedis",
            dependencies: [
                "CHiredis", "PolicyRuntime", "WebSocketProtocol", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        // wspolicy.h, the contract of the C interface, and its implementation: the runtime alone, no YAML and no compiler.
        .systemLibrary(name: "CWebSocketPolicy"),
        .target(
            name: "WebSocketPolicyC",
            dependencies: [
                "CWebSocketPolicy", "PolicyRuntime", "PolicyPlan", "WebSocketPolicyJWT", "WebSocketProtocol",
            ]
        ),
        // What a policy names elsewhere: alone here, so that an embedder without it links no client.
        .target(
            name: "WebSocketPolicyRemote",
            dependencies: [
                "PolicyRuntime", "PolicyPlan", "WebSocketPolicyJWT", "WebSocketProtocol",
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        .executableTarget(
            name: "wspolicy",
            dependencies: [
                "PolicyTools", "PolicyPlan", "PolicyDocument", "PolicyRuntime", "WebSocketPolicyRemote",
                "WebSocketPolicyRedis", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        // What the build-tool plugin runs: the planner alone, so that nobody who embeds a plan builds more.
        .executableTarget(
            name: "wspolicy-compile",
            dependencies: ["PolicyDocument", "PolicyModel", "PolicyPlan", "PolicyPlanner", "WebSocketProtocol"]
        ),
        .plugin(name: "CompilePolicies", capability: .buildTool(), dependencies: ["wspolicy-compile"]),
        // What tests draw random cases from.
        .target(name: "SeededNumbers", path: "Tests/SeededNumbers"),
        .testTarget(
            name: "WebSocketProtocolTests",
            dependencies: ["WebSocketProtocol", "CByteScan", "SeededNumbers"]
        ),
        .testTarget(
            name: "PolicyDocumentTests",
            dependencies: ["PolicyDocument", "SeededNumbers"],
            exclude: ["Goldens"]
        ),
        .testTarget(
            name: "PolicyModelTests",
            dependencies: ["PolicyModel", "PolicyDocument", "ReferenceEvaluator", "SeededNumbers", "WebSocketProtocol"]
        ),
        .testTarget(name: "PolicyPlanTests", dependencies: ["PolicyPlan", "WebSocketProtocol"]),
        .testTarget(
            name: "PolicyPlannerTests",
            dependencies: [
                "PolicyPlanner", "PolicyPlan", "PolicyModel", "PolicyDocument", "PolicyRuntime", "SeededNumbers",
                "WebSocketProtocol",
            ],
            exclude: ["Goldens"]
        ),
        .testTarget(
            name: "PolicyRuntimeTests",
            dependencies: [
                "PolicyRuntime", "PolicyPlanner", "PolicyPlan", "PolicyModel", "PolicyDocument", "ReferenceEvaluator",
                "SeededNumbers", "WebSocketProtocol",
            ],
            exclude: ["Metaschemas"]
        ),
        .testTarget(
            name: "WebSocketPolicyJWTTests",
            dependencies: [
                "WebSocketPolicyJWT", "PolicyRuntime", "PolicyPlanner", "PolicyPlan", "PolicyModel", "PolicyDocument",
                "WebSocketProtocol", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]
        ),
        .testTarget(
            name: "PolicyToolsTests",
            dependencies: [
                "PolicyTools", "PolicyRuntime", "PolicyPlanner", "PolicyPlan", "PolicyModel", "PolicyDocument",
                "WebSocketProtocol",
            ]
        ),
        .testTarget(
            name: "WebSocketPolicyTests",
            dependencies: [
                "WebSocketPolicy", "ConformanceCases", "PolicyTools", .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        .testTarget(
            name: "WebSocketPolicyCTests",
            dependencies: [
                "CWebSocketPolicy", "WebSocketPolicyC", "WebSocketPolicy", "PolicyTools", "PolicyDocument",
                "ConformanceCases", "SeededNumbers", "WebSocketProtocol",
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        // Reads Tests/Conformance, for every enforcement point's tests.
        .target(
            name: "ConformanceCases",
            dependencies: ["PolicyTools", "PolicyDocument"],
            path: "Tests/ConformanceCases"
        ),
        .testTarget(
            name: "WebSocketPolicyNIOTests",
            dependencies: [
                "WebSocketPolicyNIO", "WebSocketPolicy", "PolicyRuntime", "PolicyPlan", "PolicyTools",
                "WebSocketProtocol", "ConformanceCases", "SeededNumbers",
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        .testTarget(
            name: "WebSocketPolicyRemoteTests",
            dependencies: [
                "WebSocketPolicyRemote", "WebSocketPolicy", "PolicyRuntime", "PolicyPlan", "SeededNumbers",
                "WebSocketProtocol",
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        // Answers each message with the same: what real clients, the conformance suite and benchmarks talk to.
        .executableTarget(
            name: "echo-server",
            dependencies: [
                "WebSocketPolicy", "WebSocketPolicyNIO",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOWebSocket", package: "swift-nio"),
            ],
            path: "Tests/echo-server",
            exclude: [
                "open.policy.yaml", "default.policy.yaml", "quotes.policy.yaml", "strict.policy.yaml",
                "refused-by-default.txt", "check_report.py", "clients.py", "server.py", "test_clients.py",
            ]
        ),
        .testTarget(
            name: "WebSocketPolicyRedisTests",
            dependencies: [
                "WebSocketPolicyRedis", "WebSocketPolicyNIO", "WebSocketPolicy", "PolicyRuntime", "WebSocketProtocol",
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        .testTarget(
            name: "TwinTests",
            dependencies: [
                "ReferenceEvaluator", "WebSocketPolicyJWT", "PolicyRuntime", "PolicyPlanner", "PolicyPlan",
                "PolicyModel", "PolicyDocument", "SeededNumbers", "WebSocketProtocol",
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        .testTarget(name: "ContentFuzzingTests", dependencies: ["ContentFuzzing"], exclude: ["Corpus"]),
        // What a fuzzer tries: the content pass against the slow twin.
        .target(
            name: "ContentFuzzing",
            dependencies: [
                "ReferenceEvaluator", "PolicyRuntime", "PolicyPlanner", "PolicyPlan", "PolicyModel", "PolicyDocument",
                "WebSocketProtocol",
            ],
            path: "Tests/ContentFuzzing"
        ),
        // The slow twin itself sees neither Plan, Planner nor Runtime; tests of the runtime compare it with them.
        .target(
            name: "ReferenceEvaluator",
            dependencies: [
                "PolicyModel", "PolicyDocument", "WebSocketProtocol", .product(name: "Crypto", package: "swift-crypto"),
            ],
            path: "Tests/ReferenceEvaluator"
        ),
    ]
)

// An executable whose entry is libFuzzer's own: it can be built only with it, by Scripts/fuzz.sh.
if Context.environment["WSPOLICY_FUZZ"] == "1" {
    package.targets.append(
        .executableTarget(name: "content-fuzzer", dependencies: ["ContentFuzzing"], path: "Tests/content-fuzzer")
    )
}

// What Scripts/build-benchmarks.sh builds: it times the tables of limits and the content check alone, which the package's own targets see.
if Context.environment["WSPOLICY_BENCHMARKS"] == "1" {
    let loops: [Target.Dependency] = [
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
    ]
    let ciphers: [Target.Dependency] = [
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "CryptoExtras", package: "swift-crypto"),
    ]
    let programs: [(name: String, dependencies: [Target.Dependency])] = [
        ("limit-tables", ["PolicyRuntime", "WebSocketProtocol", "CLimitMemory"]),
        ("limit-store", ["WebSocketPolicyRedis", "WebSocketPolicy"] + loops),
        ("revocation-list", ["WebSocketPolicyRedis", "PolicyRuntime"] + loops),
        ("message-peers", ["DecisionCases", "WebSocketPolicy", "PolicyRuntime", "PolicyPlan", "WebSocketProtocol"]),
    ]
    let folder = "Benchmarks/Sources"
    package.targets += [
        .target(name: "CAllocationCounter", path: "\(folder)/CAllocationCounter"),
        .target(
            name: "DecisionCases",
            dependencies: ["CAllocationCounter", "WebSocketPolicy"] + ciphers,
            path: "\(folder)/DecisionCases"
        ),
    ]
    package.targets += programs.map { program in
        .executableTarget(
            name: program.name,
            dependencies: program.dependencies,
            path: "\(folder)/\(program.name)"
        )
    }
}

// What `make test-threads` builds with the thread sanitizer: the tables of limits, and nothing that they do not need.
if Context.environment["WSPOLICY_THREADS"] == "1" {
    let needed: Set = [
        "WebSocketProtocol", "PolicyPlan", "CByteScan", "CLimitMemory", "PolicyRuntime", "SeededNumbers",
    ]
    package.targets.removeAll { !needed.contains($0.name) }
    package.targets.append(
        .testTarget(
            name: "LimitThreadTests",
            dependencies: ["PolicyRuntime", "PolicyPlan", "SeededNumbers", "WebSocketProtocol"],
            path: "Tests/PolicyRuntimeTests",
            sources: ["Limits/LimitThreadTests.swift"]
        )
    )
    package.products = []
    package.dependencies = []
}

// Sources of the benchmarks' own package, which has no such settings.
let measured: Set = ["CAllocationCounter", "DecisionCases", "message-peers"]
for target in package.targets where ![.system, .plugin].contains(target.type) && !measured.contains(target.name) {
    target.swiftSettings = [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableExperimentalFeature("Lifetimes"),
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
    ]
    if Context.environment["WSPOLICY_THREADS"] == "1" { target.swiftSettings?.append(.define("WSPOLICY_THREADS")) }
}
