import ArgumentParser
import Foundation
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import QuoteFeed
import WebSocketPolicyNIO

/// The same quote server on Hummingbird's core: pages by its responder, WebSockets by the policy.
@main
struct HummingbirdQuoteServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hummingbird-quote-server",
        abstract: "The quote server on Hummingbird's core server."
    )

    @OptionGroup var arguments: ServerArguments

    func run() async throws {
        let file = PolicyFile(path: arguments.policy)
        var options = WebSocketPolicyServer.Options()
        options.onDecision = { decision in say("\(decision)") }
        let server = WebSocketPolicyServer(engine: try file.engine(), options: options)
        let watch = file.reloadsOnHangup(into: server)
        let (host, port) = (arguments.host, arguments.port)

        let service = PolicyChannel(policy: server, feed: QuoteFeed()) { request, response, _ in
            var writer = try await response.writeHead(
                HTTPResponse(status: .ok, headerFields: [.contentType: "text/plain; charset=utf-8"])
            )
            try await writer.write(ByteBuffer(string: "quotes come over WebSockets; this is \(request.uri)\n"))
            try await writer.finish(nil)
        }.server(
            configuration: .init(address: .hostname(host, port: port)),
            onServerRunning: { channel in say("listening on \(host):\(channel.localAddress?.port ?? port)") },
            eventLoopGroup: .singletonMultiThreadedEventLoopGroup,
            logger: Logger(label: "quotes")
        )
        try await service.run()
        withExtendedLifetime(watch) {}
    }
}
