import NIOCore
import PolicyRuntime
import WebSocketProtocol

/// The opening handshake: read, decided, answered.
extension WebSocketPolicyHandler {
    func readHead(_ context: ChannelHandlerContext, _ buffer: inout ByteBuffer, at moment: Moment) {
        switch head.receive(buffer.readableBytesUInt8Span) {
        case .wait: buffer.moveReaderIndex(forwardBy: buffer.readableBytes)
        case .tooLarge: refuse(server.engine.handshakeTooLarge, nil, context, at: moment)
        case .whole(let consumed):
            buffer.moveReaderIndex(forwardBy: consumed)
            decideHead(context, &buffer, at: moment)
        }
    }

    func decideHead(_ context: ChannelHandlerContext, _ buffer: inout ByteBuffer, at moment: Moment) {
        let engine = server.engine
        let request: HandshakeRequest
        do throws(HandshakeSyntaxError) {
            request = try HandshakeRequest(parsing: head.bytes, peer: peer, isSecure: isSecure)
        } catch {
            refuse(engine.badHandshake(error), nil, context, at: moment)
            return
        }
        if let otherRequests = server.options.otherRequests, !request.asksForWebSocket {
            handOver(to: otherRequests, context, &buffer)
            return
        }
        let admission = server.admit(request, at: moment) { pending in
            phase = .asking
            let asked = AskedHandshake(server, on: context.eventLoop) { admission, moment in
                guard self.phase == .asking else { return }
                self.asked = nil
                self.decide(admission, request, context, at: moment)
                self.readEarly(context, at: moment)
            }
            self.asked = asked
            asked.goOn(pending)
        }
        if let admission { decide(admission, request, context, at: moment) }
    }

    func decide(
        _ admission: consuming Admission,
        _ request: HandshakeRequest,
        _ context: ChannelHandlerContext,
        at moment: Moment
    ) {
        switch consume admission {
        case .refuse(let refusal): refuse(refusal, request, context, at: moment)
        case .accept(let guarding, let acceptance):
            HandshakeAnswer.appendUpgrade(
                of: request,
                subprotocol: acceptance.subprotocol,
                headers: acceptance.responseHeaders,
                to: &outbound
            )
            needsFlush = true
            facts = ConnectionFacts(request, acceptance)
            frames = OpenConnection(guarding)
            phase = .open
            head = HeadIntake(limit: 0)
            opened(context, at: moment)
        }
    }

    func opened(_ context: ChannelHandlerContext, at moment: Moment) {
        guard let idle = frames?.intake.guarding.idleTimeoutNanoseconds, let facts else { return }
        tellAccepted(facts)
        pingedAt = moment.ticks
        switch server.options.pingInterval {
        case .automatic: pingEvery = idle == .max ? .max : max(idle / 2, 1_000_000)
        case .never: pingEvery = .max
        case .every(let time): pingEvery = UInt64(max(time.nanoseconds, 1_000_000))
        }
        lowerWaterMark(context)
        if facts.awaitsToken {
            arm(context, at: nextWake(at: moment))
        } else {
            configureApplication(context, at: moment)
        }
    }

    /// The channel says that the client does not read no later than `outboundQueue` is full, whatever the server has chosen.
    private func lowerWaterMark(_ context: ChannelHandlerContext) {
        guard let limit = frames?.intake.guarding.outboundQueueLimit else { return }
        var mark = ChannelOptions.Types.WriteBufferWaterMark(low: 32 * 1024, high: 64 * 1024)
        // Channels without a socket, as those of tests, may not know the option and trap.
        if context.channel is any SocketOptionProvider,
            let chosen = try? context.channel.syncOptions?.getOption(.writeBufferWaterMark)
        {
            mark = chosen
        }
        guard limit < UInt64(mark.high) else { return }
        let high = max(1, Int(limit))
        let lowered = ChannelOptions.Types.WriteBufferWaterMark(low: min(mark.low, high), high: high)
        try? context.channel.syncOptions?.setOption(.writeBufferWaterMark, value: lowered)
    }

    /// The request is none of a WebSocket: handlers of HTTP read it again, and this one leaves.
    func handOver(
        to otherRequests: @Sendable (any Channel) throws -> Void,
        _ context: ChannelHandlerContext,
        _ buffer: inout ByteBuffer
    ) {
        timer?.cancel()
        timer = nil
        phase = .passing
        var whole = ByteBuffer(bytes: head.bytes)
        whole.writeBuffer(&buffer)
        head = HeadIntake(limit: 0)
        do { try otherRequests(context.channel) } catch {
            context.fireErrorCaught(error)
            context.close(promise: nil)
            return
        }
        context.fireChannelRead(NIOAny(whole))
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    func refuse(
        _ refusal: Refusal,
        _ request: HandshakeRequest?,
        _ context: ChannelHandlerContext,
        at moment: Moment
    ) {
        let tellsByClose = refusal.delivery == .close && request != nil && server.beginClosingHandshake()
        tell(refusal, request, byClose: tellsByClose)
        if tellsByClose, let request {
            hasClosingPlace = true
            HandshakeAnswer.appendUpgrade(
                of: request,
                subprotocol: refusal.subprotocol,
                headers: refusal.responseHeaders,
                to: &outbound
            )
            FrameText.appendClose(WebSocketClose(code: refusal.closeCode, reason: refusal.reason), to: &outbound)
            phase = .closing
            waitForClose(context, nanoseconds: refusal.closeWaitNanoseconds, at: moment)
            flush(context: context)
        } else {
            HandshakeAnswer.appendRefusal(refusal, to: &outbound)
            linger(context, nanoseconds: refusal.closeWaitNanoseconds, at: moment)
        }
    }
}
