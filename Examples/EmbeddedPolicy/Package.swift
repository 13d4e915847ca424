// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "embedded-policy",
    dependencies: [
        .package(name: "swift-websocket-policy", path: "../..")
    ],
    targets: [
        .executableTarget(
            name: "quotes",
            dependencies: [.product(name: "WebSocketPolicyRuntime", package: "swift-websocket-policy")],
            plugins: [.plugin(name: "CompilePolicies", package: "swift-websocket-policy")]
        )
    ]
)
