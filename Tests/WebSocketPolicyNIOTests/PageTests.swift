import Foundation
import NIOCore
import NIOPosix
import Testing
import WebSocketPolicy
import WebSocketPolicyNIO

/// The page on SwiftNIO begins with lines that compile: they stand here as well, to the letter.
struct PageTests {
    private static func serve() async throws {
        // Documentation/nio.md begins
        let plan = try PolicyCompiler.compile(path: "quotes.yaml")
        let engine = try PolicyEngine(plan: plan, variable: { _ in nil }, file: { _ in nil })
        let policy = WebSocketPolicyServer(engine: engine)

        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 8080) { channel in policy.protect(channel) }
        try await server.executeThenClose { connections in
            for try await opening in connections {
                Task {
                    guard let socket = try await opening.get() else { return }  // refused, and answered
                    try await socket.channel.executeThenClose { inbound, outbound in
                        for try await message in inbound { try await outbound.write(message) }
                    }
                }
            }
        }
        // Documentation/nio.md ends
    }

    @Test func `the page begins with these lines`() throws {
        let file = URL(filePath: #filePath)
        let page = file.deletingLastPathComponent().appending(path: "../../Documentation/nio.md").standardized
        let block = try #require(
            try String(contentsOf: page, encoding: .utf8).firstRange(of: #/```swift\n(?s:.*?)```/#).map {
                try String(contentsOf: page, encoding: .utf8)[$0]
            }
        )
        let own = try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
        let begin = try #require(own.firstIndex { $0.hasSuffix("// Documentation/nio.md begins") })
        let end = try #require(own.firstIndex { $0.hasSuffix("// Documentation/nio.md ends") })
        let here = own[(begin + 1)..<end].map { $0.dropFirst(8) }.joined(separator: "\n")
        // What the formatter writes otherwise than the page.
        let blanks = { (text: String) in text.replacing(#/ +/#, with: " ") }
        #expect(blanks("```swift\n\(here)\n```") == blanks(String(block)))
    }
}
