import ArgumentParser
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import WebSocketPolicy
import WebSocketPolicyNIO

/// A server that answers each message with the same: behind a policy, or as SwiftNIO alone would have it.
@main
struct EchoServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "echo-server",
        abstract: "Answers each message with the same.",
        discussion: "Without a policy the frames are read by SwiftNIO's own decoder, for comparison."
    )

    @Option(help: "The policy file.")
    var policy: String?
    @Option(help: "The port of 127.0.0.1 to listen on; 0 takes a free one, which is printed.")
    var port = 0
    @Option(help: "How many threads serve.")
    var threads = 1
    @Flag(help: "Without a policy: check nothing, not even frames; the floor for measurements.")
    var unchecked = false
    @Flag(help: "Print each decision.")
    var verbose = false

    func run() async throws {
        let initializer: @Sendable (any Channel) -> EventLoopFuture<Void>
        if let policy {
            var options = WebSocketPolicyServer.Options()
            if verbose { options.onDecision = { decision in Self.say("\(decision)") } }
            let server = WebSocketPolicyServer(engine: try engine(policy), options: options)
            initializer = { channel in
                server.protect(channel) { channel, _ in
                    try channel.pipeline.syncOperations.addHandler(MessageEcho())
                }
            }
        } else {
            let unchecked = unchecked
            initializer = { channel in unchecked ? UncheckedEcho.serve(channel) : FrameEcho.serve(channel) }
        }
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup(numberOfThreads: threads))
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelInitializer(initializer)
            .bind(host: "127.0.0.1", port: port).get()
        Self.say("listening on 127.0.0.1:\(channel.localAddress?.port ?? port)")
        try await channel.closeFuture.get()
    }

    private func engine(_ path: String) throws -> PolicyEngine {
        try PolicyEngine(
            plan: PolicyCompiler.compile(path: path),
            variable: { name in ProcessInfo.processInfo.environment[name].map { Array($0.utf8) } },
            file: { path in FileManager.default.contents(atPath: path).map { Array($0) } }
        )
    }

    /// A line that a script reads as soon as it is written.
    private static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}
