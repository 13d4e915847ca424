// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "nio-server",
    dependencies: [
        .package(name: "swift-websocket-policy", path: "../.."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    ],
    targets: [
        // What the two quote servers share: the quotes, the arguments, and the policy's loading.
        .target(
            name: "QuoteFeed",
            dependencies: [
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "WebSocketPolicy", package: "swift-websocket-policy"),
                .product(name: "WebSocketPolicyNIO", package: "swift-websocket-policy"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]
        ),
        .executableTarget(
            name: "quote-server",
            dependencies: [
                "QuoteFeed",
                .product(name: "WebSocketPolicyNIO", package: "swift-websocket-policy"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        .executableTarget(
            name: "hummingbird-quote-server",
            dependencies: [
                "QuoteFeed",
                .product(name: "WebSocketPolicyNIO", package: "swift-websocket-policy"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]
        ),
    ]
)
