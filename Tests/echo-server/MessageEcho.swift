import NIOCore
import WebSocketPolicyNIO

/// Answers messages that passed the policy.
final class MessageEcho: ChannelInboundHandler {
    typealias InboundIn = WebSocketMessage
    typealias OutboundOut = WebSocketMessage

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let message = unwrapInboundIn(data)
        // The close handshake is answered already.
        if case .close = message { return }
        context.write(wrapOutboundOut(message), promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
    }
}
