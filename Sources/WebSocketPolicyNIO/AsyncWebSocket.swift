public import NIOCore

/// An open connection for code that awaits: messages that passed come in, the application's go out.
///
///     for try await accepted in serverChannel.inbound { group.addTask {
///         guard let socket = try await accepted.get() else { return }   // refused
///         try await socket.channel.executeThenClose { inbound, outbound in
///             for try await message in inbound { try await outbound.write(message) }
///         }
///     } }
public struct AsyncWebSocket: Sendable {
    /// Who the connection belongs to and where it leads.
    public let connection: WebSocketConnection
    /// Its messages; while the application does not read them, they are not read from the socket either.
    public let channel: NIOAsyncChannel<WebSocketMessage, WebSocketMessage>
}

extension WebSocketPolicyServer {
    /// Puts the policy in front of a channel whose messages are awaited.
    ///
    /// - Parameters:
    ///   - channel: a new connection; where TLS ends here, its handler stands in the pipeline already.
    ///   - isSecure: whether TLS ends in this server.
    ///   - configuration: bounds of what waits between the channel and the application.
    /// - Returns: what a child channel's initializer gives: the connection once it is open, nil when it was refused.
    public func protect(
        _ channel: any Channel,
        isSecure: Bool = false,
        configuration: NIOAsyncChannel<WebSocketMessage, WebSocketMessage>.Configuration = .init()
    ) -> EventLoopFuture<EventLoopFuture<AsyncWebSocket?>> {
        let opening = OpeningSocket(channel, configuration)
        return protect(channel, isSecure: isSecure, configure: opening.open).map { opening.future }
    }
}

/// A connection whose messages will be awaited, before it belongs to somebody.
struct OpeningSocket: Sendable {
    private let promise: EventLoopPromise<AsyncWebSocket?>
    private let configuration: NIOAsyncChannel<WebSocketMessage, WebSocketMessage>.Configuration

    init(_ channel: any Channel, _ configuration: NIOAsyncChannel<WebSocketMessage, WebSocketMessage>.Configuration) {
        promise = channel.eventLoop.makePromise()
        self.configuration = configuration
        // Whoever was refused never becomes a socket; a promise that was kept before stays as it is.
        channel.closeFuture.whenComplete { [promise] _ in promise.succeed(nil) }
    }

    /// The connection once it is open; nil when it was refused.
    var future: EventLoopFuture<AsyncWebSocket?> { promise.futureResult }

    /// The connection belongs to somebody.
    @Sendable func open(_ channel: any Channel, _ connection: WebSocketConnection) throws {
        let messages = try NIOAsyncChannel<WebSocketMessage, WebSocketMessage>(
            wrappingChannelSynchronously: channel,
            configuration: configuration
        )
        promise.succeed(AsyncWebSocket(connection: connection, channel: messages))
    }
}
