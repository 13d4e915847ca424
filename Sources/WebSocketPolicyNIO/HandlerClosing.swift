import NIOCore
import PolicyRuntime
import WebSocketProtocol

/// The closing handshake, whoever begins it, and the end of the socket.
extension WebSocketPolicyHandler {
    func close(for fault: Fault, _ context: ChannelHandlerContext, at moment: Moment) {
        guard let frames else { return }
        tell(.close, fault)
        let close = WebSocketClose(code: fault.closeCode, reason: frames.intake.guarding.reason(of: fault))
        // After a fault of framing nobody knows where the next frame begins.
        watch = CloseWatch(isLost: fault.violation == .protocolError || frames.intake.isInsideFrame)
        send(close, context, at: moment)
        context.fireUserInboundEventTriggered(WebSocketClosedByPolicy(violation: fault.violation, close: close))
    }

    func close(with close: WebSocketClose, _ context: ChannelHandlerContext, at moment: Moment) {
        guard phase == .open, let isInside = frames?.intake.isInsideFrame else { return }
        watch = CloseWatch(isLost: isInside)
        send(close, context, at: moment)
    }

    func send(_ close: WebSocketClose, _ context: ChannelHandlerContext, at moment: Moment) {
        FrameText.appendClose(close, to: &outbound)
        let wait = frames?.intake.guarding.closeWaitNanoseconds ?? 0
        frames?.intake.guarding.close()
        if watch.isLost {
            linger(context, nanoseconds: wait, at: moment)
        } else {
            phase = .closing
            waitForClose(context, nanoseconds: wait, at: moment)
            flush(context: context)
        }
    }

    func waitForClose(_ context: ChannelHandlerContext, nanoseconds: UInt64, at moment: Moment) {
        phaseEnds = moment.ticks.addingSaturated(nanoseconds)
        arm(context, at: phaseEnds)
    }

    /// Sends what is written, then our end of the stream, and reads on until the client is gone or its time is over.
    ///
    /// A socket that is closed with unread bytes is reset, and the client may lose what it was told.
    func linger(_ context: ChannelHandlerContext, nanoseconds: UInt64, at moment: Moment) {
        phase = .lingering
        waitForClose(context, nanoseconds: nanoseconds, at: moment)
        let written = context.eventLoop.makePromise(of: Void.self)
        let channel = context.channel
        written.futureResult.whenComplete { _ in
            channel.close(mode: .output).whenFailure { _ in channel.close(promise: nil) }
        }
        flushOutbound(context, promise: written)
    }

    func peerCloses(_ context: ChannelHandlerContext) {
        guard let received = frames?.intake.peerClose else { return }
        FrameText.appendCloseAnswer(received.code, to: &outbound)
        phase = .closing
        // The client may read nothing of what is still to be written: no longer than for an answer to our own close.
        let wait = frames?.intake.guarding.closeWaitNanoseconds ?? 0
        waitForClose(context, nanoseconds: wait, at: moment(context))
        flush(context: context)
        if isConfigured { context.fireChannelRead(wrapInboundOut(.close(received))) }
        finish(context)
    }

    /// Both sides have said that they close: the socket goes as soon as everything is written.
    func finish(_ context: ChannelHandlerContext) {
        guard phase != .lingering, phase != .closed else { return }
        phase = .lingering
        let written = context.eventLoop.makePromise(of: Void.self)
        let channel = context.channel
        written.futureResult.whenComplete { _ in channel.close(promise: nil) }
        flushOutbound(context, promise: written)
    }

    /// Whoever closes the channel closes the WebSocket: by a close frame, and no later than after `closeWait`.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode != .input, phase == .open || phase == .closing else {
            context.close(mode: mode, promise: promise)
            return
        }
        close(with: .goingAway, context, at: moment(context))
        if mode == .output {
            promise?.succeed()
        } else if let promise {
            context.channel.closeFuture.cascade(to: promise)
        }
    }
}
