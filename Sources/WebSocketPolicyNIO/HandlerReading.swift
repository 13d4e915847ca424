import NIOCore
import PolicyRuntime
import WebSocketProtocol

/// What arrives: bytes become decisions, and decisions are performed.
extension WebSocketPolicyHandler {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase != .passing else {
            context.fireChannelRead(data)
            return
        }
        var buffer = unwrapInboundIn(data)
        guard buffer.readableBytes > 0, phase != .closed, phase != .lingering else { return }
        read(context, &buffer, at: moment(context))
    }

    func read(_ context: ChannelHandlerContext, _ buffer: inout ByteBuffer, at moment: Moment) {
        while buffer.readableBytes > 0 {
            switch phase {
            case .head: readHead(context, &buffer, at: moment)
            case .asking:
                guard early.readableBytes + buffer.readableBytes <= Self.earlyLimit else {
                    asked?.drop()
                    refuse(server.engine.handshakeTooLarge, nil, context, at: moment)
                    return
                }
                early.writeBuffer(&buffer)
            case .open where awaitsAnswer:
                early.writeBuffer(&buffer)
                guard early.readableBytes > Self.earlyLimit else { return }
                // More than waits: the guard hears of it before the answer, and closes.
                awaitsAnswer = false
                buffer = early
                early = ByteBuffer()
            case .open: readFrame(context, &buffer, at: moment)
            case .closing:
                let isOver = watch.receive(buffer.readableBytesUInt8Span)
                buffer.moveReaderIndex(forwardBy: buffer.readableBytes)
                if isOver { finish(context) }
            case .passing:
                context.fireChannelRead(NIOAny(buffer))
                return
            case .lingering, .closed: return
            }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Whoever wants more asks for it at once, or holds the reading up.
        if reading == .asked { reading = .paused }
        context.fireChannelReadComplete()
        if needsFlush { flush(context: context) }
    }

    /// The application, or the channel by itself, wants more from the socket.
    func read(context: ChannelHandlerContext) {
        if reading == .heldUp, phase == .open { frames?.intake.guarding.restartIdleTime(at: moment(context)) }
        reading = .asked
        context.read()
    }

    func readFrame(_ context: ChannelHandlerContext, _ buffer: inout ByteBuffer, at moment: Moment) {
        guard let (consumed, action) = frames?.intake.step(buffer.readableBytesUInt8Span, at: moment) else { return }
        buffer.moveReaderIndex(forwardBy: consumed)
        if server.options.onDecision != nil, !action.tellsObserved { tellObserved() }
        perform(action, context, at: moment)
    }

    func perform(_ action: FrameIntake.Action, _ context: ChannelHandlerContext, at moment: Moment) {
        switch action {
        case .wait: break
        case .nothing: askAboutToken(context)
        case .deliver(let opcode): deliver(opcode, context)
        case .warn(let fault, let opcode):
            tell(.warn, fault)
            deliver(opcode, context)
        case .drop(let fault):
            tell(.drop, fault)
            // A first message without a token, of a client that may be nobody.
            if !isConfigured, frames?.intake.guarding.awaitsToken == false { configureApplication(context, at: moment) }
        case .authenticated:
            tellAuthenticated()
            configureApplication(context, at: moment)
        case .pong:
            guard holdsQueue(context, at: moment), let frames else { return }
            FrameText.appendControl(.pong, frames.intake.guarding.controlBytes, to: &outbound)
            needsFlush = true
        case .close(let fault): close(for: fault, context, at: moment)
        case .peerCloses: peerCloses(context)
        }
    }

    func deliver(_ opcode: Opcode, _ context: ChannelHandlerContext) {
        // A first message without a token where anonymous clients are allowed: the connection is nobody's.
        if !isConfigured { configureApplication(context, at: moment(context)) }
        guard phase == .open, let frames else { return }
        if inbound.storageCapacity > Self.largestSpare { inbound = ByteBuffer() }
        // Where the application keeps the last message, as much memory is taken as this one needs.
        inbound.clear(minimumCapacity: frames.intake.guarding.messageBytes.count)
        // A raw view of bytes that the call copies.
        unsafe inbound.writeBytes(frames.intake.guarding.messageBytes.bytes)
        context.fireChannelRead(wrapInboundOut(opcode == .text ? .text(inbound) : .binary(inbound)))
    }

    func configureApplication(_ context: ChannelHandlerContext, at moment: Moment) {
        guard !isConfigured, let frames, let facts else {
            // A renewed token: its connection may last longer, or shorter.
            arm(context, at: nextWake(at: moment))
            return
        }
        isConfigured = true
        arm(context, at: nextWake(at: moment))
        do {
            try configure(context.channel, facts.connection(frames.intake.guarding))
        } catch {
            context.fireErrorCaught(error)
            close(with: WebSocketClose(code: 1011), context, at: moment)
        }
    }
}
