import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import QuoteFeed
import WebSocketPolicyNIO

/// A connection of Hummingbird's server that is HTTP until the policy upgrades it.
///
/// SwiftNIO's own upgrade handler asks the policy. Hummingbird's WebSocket package would turn every refusal into an empty
/// 400, and read frames with SwiftNIO's decoder, which checks neither reserved bits nor UTF-8.
struct PolicyChannel: HTTPChannelHandler {
    typealias HTTPConnection = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    /// What a connection turns out to be.
    enum Kind: Sendable {
        case http(HTTPConnection)
        case webSocket(EventLoopFuture<AsyncWebSocket?>)
    }

    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let kind: EventLoopFuture<Kind>
    }

    let policy: WebSocketPolicyServer
    let feed: QuoteFeed
    let responder: HTTPChannelHandler.Responder

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let upgrader = WebSocketPolicyUpgrader<Kind>(server: policy) { opening in .webSocket(opening) }
            let upgrade = NIOTypedHTTPServerUpgradeConfiguration(upgraders: [upgrader]) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(HTTP1ToHTTPServerCodec(secure: false))
                    return .http(try HTTPConnection(wrappingChannelSynchronously: channel))
                }
            }
            let kind = try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
                configuration: .init(upgradeConfiguration: upgrade)
            )
            return Value(channel: channel, kind: kind)
        }
    }

    func handle(value: Value, logger: Logger) async {
        do {
            switch try await value.kind.get() {
            case .http(let connection): await handleHTTP(asyncChannel: connection, logger: logger)
            case .webSocket(let opening):
                guard let socket = try await opening.get() else { return }
                try await feed.serve(socket)
            }
        } catch {
            // The policy refused the handshake and answered it, or the client left.
            logger.debug("connection ended: \(error)")
        }
    }
}
