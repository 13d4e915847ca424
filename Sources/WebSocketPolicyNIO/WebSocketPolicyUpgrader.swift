public import NIOCore
public import NIOHTTP1
import PolicyRuntime
import WebSocketProtocol

/// The policy as an upgrader of SwiftNIO's HTTP server, for servers that have an HTTP pipeline already.
///
/// The head is then read by SwiftNIO's HTTP decoder, which repairs what `WebSocketPolicyServer.protect` refuses: folded
/// lines, line ends without a carriage return. Where nothing else needs the HTTP pipeline, `protect` is the stricter one.
public struct WebSocketPolicyUpgrader<UpgradeResult: Sendable>: NIOTypedHTTPServerProtocolUpgrader,
    HTTPServerProtocolUpgrader
{
    private let server: WebSocketPolicyServer
    private let isSecure: Bool
    private let prepare: @Sendable (any Channel) -> Prepared

    /// What an upgrade does and gives.
    private struct Prepared: Sendable {
        let configure: WebSocketPolicyHandler.Configure
        let result: @Sendable () -> EventLoopFuture<UpgradeResult>
    }

    /// An upgrader for a server's policy.
    ///
    /// - Parameters:
    ///   - server: the policy.
    ///   - isSecure: whether TLS ends in this server.
    ///   - configure: adds the application's handlers once the connection belongs to somebody; on the event loop.
    ///   - result: what the upgrade gives; asked for after the policy stands in the pipeline.
    public init(
        server: WebSocketPolicyServer,
        isSecure: Bool = false,
        configure: @escaping @Sendable (any Channel, WebSocketConnection) throws -> Void,
        result: @escaping @Sendable (any Channel) -> EventLoopFuture<UpgradeResult>
    ) {
        self.server = server
        self.isSecure = isSecure
        prepare = { channel in Prepared(configure: configure) { result(channel) } }
    }

    /// An upgrader whose connections' messages are awaited.
    ///
    /// - Parameters:
    ///   - server: the policy.
    ///   - isSecure: whether TLS ends in this server.
    ///   - configuration: bounds of what waits between the channel and the application.
    ///   - result: what the upgrade gives, of the connection once it is open; nil in the place of one that was refused.
    public init(
        server: WebSocketPolicyServer,
        isSecure: Bool = false,
        configuration: NIOAsyncChannel<WebSocketMessage, WebSocketMessage>.Configuration = .init(),
        result: @escaping @Sendable (EventLoopFuture<AsyncWebSocket?>) -> UpgradeResult
    ) {
        self.server = server
        self.isSecure = isSecure
        prepare = { channel in
            let opening = OpeningSocket(channel, configuration)
            return Prepared(configure: opening.open) {
                channel.eventLoop.makeSucceededFuture(result(opening.future))
            }
        }
    }

    /// The protocol's name in the Upgrade field.
    public var supportedProtocol: String { "websocket" }

    /// None: the policy says which fields a handshake must have, and refuses by name what lacks them.
    public var requiredUpgradeHeaders: [String] { [] }

    /// Decides the handshake; a refusal is answered here, and the upgrade then never goes on.
    ///
    /// - Parameters:
    ///   - channel: the connection.
    ///   - upgradeRequest: the head of the request.
    ///   - initialResponseHeaders: fields that the response has already.
    /// - Returns: the fields of the 101 response.
    public func buildUpgradeResponse(
        channel: any Channel,
        upgradeRequest: HTTPRequestHead,
        initialResponseHeaders: HTTPHeaders
    ) -> EventLoopFuture<HTTPHeaders> {
        let request = HandshakeRequest(
            method: upgradeRequest.method.rawValue,
            version: "\(upgradeRequest.version.major).\(upgradeRequest.version.minor)",
            target: upgradeRequest.uri,
            headers: upgradeRequest.headers.map { ($0.name, $0.value) },
            peer: channel.remoteAddress?.policyAddress,
            isSecure: isSecure
        )
        var later: EventLoopFuture<HTTPHeaders>?
        let admission = server.admit(request, at: server.moment(on: channel.eventLoop)) { pending in
            let promise = channel.eventLoop.makePromise(of: HTTPHeaders.self)
            later = promise.futureResult
            // What the client sends meanwhile stays in its socket.
            try? channel.syncOptions?.setOption(.autoRead, value: false)
            let asked = AskedHandshake(server, on: channel.eventLoop) { admission, _ in
                try? channel.syncOptions?.setOption(.autoRead, value: true)
                promise.completeWith(self.answer(admission, request, initialResponseHeaders, channel))
            }
            let limit = TimeAmount.nanoseconds(Int64(clamping: server.engine.handshakeTimeoutNanoseconds))
            let timer = channel.eventLoop.assumeIsolated().scheduleTask(in: limit) {
                asked.drop()
                let refusal = server.engine.handshakeTimeout
                server.options.onDecision?(.refused(refusal, request, byClose: false, peer: request.peer))
                promise.completeWith(self.refuse(refusal, channel))
            }
            promise.futureResult.whenComplete { _ in timer.cancel() }
            // Whoever leaves before the answer gives the place back.
            channel.closeFuture.assumeIsolated().whenComplete { _ in
                asked.drop()
                promise.fail(ChannelError.ioOnClosedChannel)
            }
            asked.goOn(pending)
        }
        if let admission { return answer(admission, request, initialResponseHeaders, channel) }
        return later ?? channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
    }

    private func answer(
        _ admission: consuming Admission,
        _ request: HandshakeRequest,
        _ initialResponseHeaders: HTTPHeaders,
        _ channel: any Channel
    ) -> EventLoopFuture<HTTPHeaders> {
        var headers = initialResponseHeaders
        headers.replaceOrAdd(name: "Sec-WebSocket-Accept", value: HandshakeAnswer.accept(key: request.keyBytes))
        switch consume admission {
        case .accept(let guarding, let acceptance):
            if let subprotocol = acceptance.subprotocol {
                headers.replaceOrAdd(name: "Sec-WebSocket-Protocol", value: subprotocol)
            }
            for (name, value) in acceptance.responseHeaders { headers.add(name: name, value: value) }
            let facts = ConnectionFacts(request, acceptance)
            let prepared = prepare(channel)
            let handler = WebSocketPolicyHandler(
                server,
                guarding: guarding,
                facts: facts,
                configure: prepared.configure
            )
            return hold(handler, prepared, channel, headers)
        case .refuse(let refusal):
            let byClose = refusal.delivery == .close && server.beginClosingHandshake()
            server.options.onDecision?(.refused(refusal, request, byClose: byClose, peer: request.peer))
            guard byClose else { return refuse(refusal, channel) }
            if let subprotocol = refusal.subprotocol {
                headers.replaceOrAdd(name: "Sec-WebSocket-Protocol", value: subprotocol)
            }
            for (name, value) in refusal.responseHeaders { headers.add(name: name, value: value) }
            let handler = WebSocketPolicyHandler(server, refusal: refusal, holdsClosingPlace: true)
            return hold(handler, prepare(channel), channel, headers)
        }
    }

    /// Puts the policy into the pipeline, in the place of HTTP.
    ///
    /// - Parameters:
    ///   - channel: the connection, upgraded.
    ///   - upgradeRequest: the head of the request.
    /// - Returns: what `result` gives.
    public func upgrade(channel: any Channel, upgradeRequest: HTTPRequestHead) -> EventLoopFuture<UpgradeResult> {
        enter(channel).flatMap { $0.result() }
    }

    /// The same for SwiftNIO's older upgrade handler.
    ///
    /// - Parameters:
    ///   - context: of the upgrade handler.
    ///   - upgradeRequest: the head of the request.
    /// - Returns: done when the policy stands in the pipeline.
    public func upgrade(context: ChannelHandlerContext, upgradeRequest: HTTPRequestHead) -> EventLoopFuture<Void> {
        enter(context.channel).map { _ in }
    }

    private func enter(_ channel: any Channel) -> EventLoopFuture<Prepared> {
        channel.eventLoop.submit {
            let operations = channel.pipeline.syncOperations
            let held = try operations.handler(type: AdmittedHandshake<Prepared>.self)
            operations.removeHandler(held, promise: nil)
            try operations.addHandler(held.handler)
            return held.prepared
        }
    }

    /// Keeps the connection's handler in the pipeline until the response is out.
    private func hold(
        _ handler: WebSocketPolicyHandler,
        _ prepared: Prepared,
        _ channel: any Channel,
        _ headers: HTTPHeaders
    ) -> EventLoopFuture<HTTPHeaders> {
        do {
            try channel.pipeline.syncOperations.addHandler(AdmittedHandshake(handler, prepared))
            return channel.eventLoop.makeSucceededFuture(headers)
        } catch {
            return channel.eventLoop.makeFailedFuture(error)
        }
    }

    /// Answers by HTTP, reads nothing more, and closes; the future fails when the channel is closed.
    private func refuse(_ refusal: Refusal, _ channel: any Channel) -> EventLoopFuture<HTTPHeaders> {
        var headers = HTTPHeaders([("Content-Type", "text/plain; charset=utf-8")])
        let body = ByteBuffer(string: refusal.reason + "\n")
        headers.add(name: "Content-Length", value: "\(body.readableBytes)")
        for (name, value) in refusal.responseHeaders { headers.add(name: name, value: value) }
        if refusal.delivery == .close { headers.add(name: "Connection", value: "close") }
        let status = HTTPResponseStatus(
            statusCode: Int(refusal.status),
            reasonPhrase: HandshakeAnswer.phrase(refusal.status)
        )
        try? channel.syncOptions?.setOption(.autoRead, value: false)
        channel.write(
            HTTPServerResponsePart.head(.init(version: .http1_1, status: status, headers: headers)),
            promise: nil
        )
        channel.write(HTTPServerResponsePart.body(.byteBuffer(body)), promise: nil)
        channel.writeAndFlush(HTTPServerResponsePart.end(nil)).whenComplete { _ in
            channel.close(mode: .output, promise: nil)
        }
        let wait = TimeAmount.nanoseconds(Int64(clamping: refusal.closeWaitNanoseconds))
        channel.eventLoop.scheduleTask(in: wait) { channel.close(promise: nil) }
        let violation = refusal.violation
        return channel.closeFuture.flatMapThrowing { throw WebSocketHandshakeRefused(violation: violation) }
    }
}

/// Holds the place of a connection's handler between its handshake's decision and the upgrade.
private final class AdmittedHandshake<Prepared>: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    let handler: WebSocketPolicyHandler
    let prepared: Prepared

    init(_ handler: WebSocketPolicyHandler, _ prepared: Prepared) {
        self.handler = handler
        self.prepared = prepared
    }
}
