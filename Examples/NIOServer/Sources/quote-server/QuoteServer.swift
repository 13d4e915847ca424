import ArgumentParser
import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import QuoteFeed
import WebSocketPolicyNIO

/// A quote server on SwiftNIO: the application of `QuoteFeed` behind a policy.
@main
struct QuoteServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quote-server",
        abstract: "Streams made-up quotes over WebSockets that a policy admits."
    )

    @OptionGroup var arguments: ServerArguments
    @Option(help: "Certificate chain, PEM; with it the server speaks TLS.")
    var certificate: String?
    @Option(help: "Private key of the certificate, PEM.")
    var key: String?
    @Option(help: "A folder whose pages are served to GET requests that are no WebSocket handshake.")
    var pages: String?

    func validate() throws {
        guard (certificate == nil) == (key == nil) else {
            throw ValidationError("TLS needs both: --certificate FILE and --key FILE")
        }
    }

    func run() async throws {
        let file = PolicyFile(path: arguments.policy)
        var options = WebSocketPolicyServer.Options()
        options.onDecision = { decision in say("\(decision)") }
        if let pages { options.otherRequests = { channel in try PageHandler.add(to: channel, folder: pages) } }
        let server = WebSocketPolicyServer(engine: try file.engine(), options: options)
        let watch = file.reloadsOnHangup(into: server)
        let tls = try context()

        let listening = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: arguments.host, port: arguments.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                }.flatMap { server.protect(channel, isSecure: tls != nil) }
            }
        say("listening on \(arguments.host):\(listening.channel.localAddress?.port ?? arguments.port)")

        let feed = QuoteFeed()
        try await withThrowingDiscardingTaskGroup { group in
            try await listening.executeThenClose { connections in
                for try await opening in connections {
                    group.addTask {
                        // nil: the policy refused it, and has answered.
                        guard let socket = try? await opening.get() else { return }
                        // A client that leaves in the middle of a message is no error of the server.
                        try? await feed.serve(socket)
                    }
                }
            }
        }
        withExtendedLifetime(watch) {}
    }

    private func context() throws -> NIOSSLContext? {
        guard let certificate, let key else { return nil }
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
                privateKey: .privateKey(NIOSSLPrivateKey(file: key, format: .pem))
            )
        )
    }
}
