import NIOCore
import PolicyRuntime
import WebSocketProtocol

/// What the application sends, and what waits for the client to read.
extension WebSocketPolicyHandler {
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard phase != .passing else {
            context.write(data, promise: promise)
            return
        }
        guard phase == .open, frames != nil else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .text(let payload): send(payload, .text, context, promise)
        case .binary(let payload): send(payload, .binary, context, promise)
        case .close(let close):
            self.close(with: close, context, at: moment(context))
            promise?.succeed()
        }
    }

    func send(
        _ payload: ByteBuffer,
        _ opcode: Opcode,
        _ context: ChannelHandlerContext,
        _ promise: EventLoopPromise<Void>?
    ) {
        let moment = moment(context)
        guard
            let decision = frames?.intake.guarding.send(
                message: payload.readableBytesUInt8Span,
                opcode: opcode,
                at: moment
            )
        else { return }
        switch decision {
        case .forward: if server.options.onDecision != nil { tellObserved() }
        case .warn(let fault, _): tell(.warn, fault)
        case .drop(let fault):
            tell(.drop, fault)
            promise?.fail(WebSocketMessageRefused(violation: fault.violation))
            return
        case .close(let fault):
            close(for: fault, context, at: moment)
            promise?.fail(WebSocketMessageRefused(violation: fault.violation))
            return
        case .wait, .authenticated, .ping, .pong, .peerCloses, .closed:
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        guard holdsQueue(context, at: moment) else {
            promise?.fail(WebSocketMessageRefused(violation: .slowClient))
            return
        }
        FrameText.appendHeader(opcode, payloadByteCount: payload.readableBytes, to: &outbound)
        if payload.readableBytes <= Self.largestCopy {
            outbound.writeImmutableBuffer(payload)
            if let promise { passOutbound(context, promise: promise) }
        } else {
            passOutbound(context, promise: nil)
            context.write(wrapOutboundOut(payload), promise: promise)
        }
    }

    func flush(context: ChannelHandlerContext) {
        flushOutbound(context, promise: nil)
    }

    func flushOutbound(_ context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        needsFlush = false
        guard phase != .passing, outbound.readableBytes > 0 || promise != nil else {
            context.flush()
            return
        }
        // Whoever hears that something was written may write again, before this returns.
        var frames = outbound
        outbound = spare
        spare = ByteBuffer()
        context.write(wrapOutboundOut(frames), promise: promise)
        context.flush()
        // While the socket holds them, clearing would take as much memory again.
        guard frames.storageCapacity <= Self.largestSpare, bufferedByteCount(context) == 0 else { return }
        frames.clear()
        spare = frames
    }

    /// Passes the frames that were written to the socket's side; one write for all of them.
    func passOutbound(_ context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        guard outbound.readableBytes > 0 || promise != nil else { return }
        context.write(wrapOutboundOut(outbound), promise: promise)
        outbound = ByteBuffer()
    }

    /// Whether what waits for the client leaves room for more; closes the connection where it does not.
    ///
    /// What was only collected is offered to the socket first: a client is slow when its socket takes no more. So at most
    /// the limit waits, and one message.
    func holdsQueue(_ context: ChannelHandlerContext, at moment: Moment) -> Bool {
        guard !context.channel.isWritable || outbound.readableBytes > Self.largestCopy else { return true }
        guard let limit = frames?.intake.guarding.outboundQueueLimit else { return false }
        if UInt64(waitingByteCount(context)) > limit { flush(context: context) }
        guard let fault = frames?.intake.guarding.queued(byteCount: UInt64(waitingByteCount(context)), at: moment)
        else { return true }
        close(for: fault, context, at: moment)
        return false
    }

    func waitingByteCount(_ context: ChannelHandlerContext) -> Int {
        bufferedByteCount(context) + outbound.readableBytes
    }

    func bufferedByteCount(_ context: ChannelHandlerContext) -> Int {
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }
}
