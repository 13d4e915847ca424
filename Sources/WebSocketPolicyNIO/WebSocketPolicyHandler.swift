import NIOCore
import PolicyRuntime
public import WebSocketProtocol

/// The policy of one connection in its channel's pipeline: bytes on the side of the socket, messages on the application's.
///
/// All state of the connection stands here; what is decided comes from `HeadIntake`, the engine, `FrameIntake` and
/// `CloseWatch`, and this class performs it.
final class WebSocketPolicyHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = WebSocketMessage
    typealias OutboundIn = WebSocketMessage
    typealias OutboundOut = ByteBuffer

    typealias Configure = @Sendable (any Channel, WebSocketConnection) throws -> Void

    private enum Phase {
        /// The request's head is read.
        case head
        /// Somebody is asked about the handshake.
        case asking
        /// Frames are decided.
        case open
        /// Our close frame is sent; the client's is awaited.
        case closing
        /// Nothing that arrives is read any more; the socket closes as soon as the client is gone.
        case lingering
        /// Requests of another protocol pass.
        case passing
        case closed
    }

    private let server: WebSocketPolicyServer
    private let isSecure: Bool
    private let configure: Configure
    private var phase: Phase
    private var head: HeadIntake
    private var frames: OpenConnection?
    private var asked: AskedHandshake?
    /// Whether somebody is asked about the connection's first token: what arrives meanwhile waits.
    private var awaitsAnswer = false
    /// The question that was asked last about a token in a message.
    private var askedSerial: UInt64 = 0
    /// What has arrived while an answer is awaited.
    private var early = ByteBuffer()
    /// More is not kept while an answer is awaited; nobody who waits for a handshake's answer sends as much.
    private static let earlyLimit = 64 * 1024
    private var watch = CloseWatch(isLost: false)
    private var hasClosingPlace = false
    private var peer: WebSocketProtocol.SocketAddress?
    /// What the application is told once the connection belongs to somebody.
    private var facts: ConnectionFacts?
    private var isConfigured = false

    /// The message that is handed on; its memory is used again where the application has let go of it.
    private var inbound = ByteBuffer()
    /// Frames that are written and not passed to the socket yet.
    private var outbound = ByteBuffer()
    /// Memory that the socket has taken everything from, for the frames after those.
    private var spare = ByteBuffer()
    private static let largestSpare = 16 * 1024
    private var needsFlush = false
    /// Outbound payloads above it are not copied behind their header.
    private static let largestCopy = 16 * 1024

    private var timer: Scheduled<Void>?
    private var timerTicks = UInt64.max
    /// The tick at which the head must have come, or the closing handshake must be over.
    private var phaseEnds = UInt64.max
    private var pingEvery = UInt64.max
    private var pingedAt: UInt64 = 0
    private var pingCount: UInt64 = 0

    /// A connection whose handshake is still to come.
    init(_ server: WebSocketPolicyServer, isSecure: Bool, configure: @escaping Configure) {
        self.server = server
        self.isSecure = isSecure
        self.configure = configure
        phase = .head
        head = HeadIntake(limit: server.engine.handshakeByteLimit)
    }

    /// A connection that was upgraded by somebody else, its handshake accepted by the policy.
    init(
        _ server: WebSocketPolicyServer,
        guarding: consuming ConnectionGuard,
        facts: ConnectionFacts,
        configure: @escaping Configure
    ) {
        self.server = server
        isSecure = facts.isSecure
        self.configure = configure
        phase = .open
        head = HeadIntake(limit: 0)
        frames = OpenConnection(guarding)
        self.facts = facts
        peer = facts.peer
    }

    /// A connection that was upgraded to be told why it is refused.
    init(_ server: WebSocketPolicyServer, refusal: Refusal, holdsClosingPlace: Bool) {
        self.server = server
        isSecure = false
        configure = { _, _ in }
        phase = .closing
        head = HeadIntake(limit: 0)
        hasClosingPlace = holdsClosingPlace
        closingWait = refusal.closeWaitNanoseconds
        FrameText.appendClose(WebSocketClose(code: refusal.closeCode, reason: refusal.reason), to: &outbound)
    }

    private var closingWait: UInt64 = 0

    deinit {
        if hasClosingPlace { server.endClosingHandshake() }
    }

    // MARK: Life of the channel

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { start(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        start(context)
        context.fireChannelActive()
    }

    private func start(_ context: ChannelHandlerContext) {
        if peer == nil { peer = context.channel.remoteAddress?.policyAddress }
        let moment = moment(context)
        switch phase {
        case .head:
            phaseEnds = moment.ticks.addingSaturated(server.engine.handshakeTimeoutNanoseconds)
            arm(context, at: phaseEnds)
        case .open: opened(context, at: moment)
        case .closing:
            waitForClose(context, nanoseconds: closingWait, at: moment)
            flush(context: context)
        case .asking, .lingering, .passing, .closed: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    /// Where the channel allows half of it to close: who sends nothing more has left (RFC 6455 §7.1.5).
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event, phase != .passing, phase != .closed {
            context.close(promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
    }

    /// Everything that is counted is given back; a second call does nothing.
    private func end() {
        phase = .closed
        asked?.drop()
        asked = nil
        early = ByteBuffer()
        frames?.intake.guarding.close()
        timer?.cancel()
        timer = nil
        if hasClosingPlace {
            hasClosingPlace = false
            server.endClosingHandshake()
        }
    }

    private func moment(_ context: ChannelHandlerContext) -> Moment {
        server.moment(on: context.eventLoop)
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase != .passing else {
            context.fireChannelRead(data)
            return
        }
        var buffer = unwrapInboundIn(data)
        guard buffer.readableBytes > 0, phase != .closed, phase != .lingering else { return }
        read(context, &buffer, at: moment(context))
    }

    private func read(_ context: ChannelHandlerContext, _ buffer: inout ByteBuffer, at moment: Moment) {
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
        context.fireChannelReadComplete()
        if needsFlush { flush(context: context) }
    }

    private func readFrame(_ context: ChannelHandlerContext, _ buffer: inout ByteBuffer, at moment: Moment) {
        guard let (consumed, action) = frames?.intake.step(buffer.readableBytesUInt8Span, at: moment) else { return }
        buffer.moveReaderIndex(forwardBy: consumed)
        if server.options.onDecision != nil { tellObserved() }
        perform(action, context, at: moment)
    }

    private func perform(_ action: FrameIntake.Action, _ context: ChannelHandlerContext, at moment: Moment) {
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

    private func deliver(_ opcode: Opcode, _ context: ChannelHandlerContext) {
        // A first message without a token where anonymous clients are allowed: the connection is nobody's.
        if !isConfigured { configureApplication(context, at: moment(context)) }
        guard phase == .open, let frames else { return }
        if inbound.storageCapacity > Self.largestSpare { inbound = ByteBuffer() } else { inbound.clear() }
        // A raw view of bytes that the call copies.
        unsafe inbound.writeBytes(frames.intake.guarding.messageBytes.bytes)
        context.fireChannelRead(wrapInboundOut(opcode == .text ? .text(inbound) : .binary(inbound)))
    }

    /// Asks about a token that a message has brought, where there is one that was not asked about yet.
    private func askAboutToken(_ context: ChannelHandlerContext) {
        guard server.options.answer != nil, let question = frames?.intake.guarding.question,
            question.serial != askedSerial
        else { return }
        askedSerial = question.serial
        awaitsAnswer = !isConfigured
        server.answer(to: question, on: context.eventLoop).assumeIsolated().whenSuccess { answer in
            guard self.phase == .open else { return }
            self.awaitsAnswer = false
            let moment = self.moment(context)
            if let action = self.frames?.intake.answer(answer, to: question, at: moment) {
                self.perform(action, context, at: moment)
            }
            self.readEarly(context, at: moment)
        }
    }

    /// Goes on with what has arrived while an answer was awaited.
    private func readEarly(_ context: ChannelHandlerContext, at moment: Moment) {
        if early.readableBytes > 0 {
            var buffer = early
            early = ByteBuffer()
            read(context, &buffer, at: moment)
            context.fireChannelReadComplete()
        }
        if needsFlush { flush(context: context) }
    }

    private func configureApplication(_ context: ChannelHandlerContext, at moment: Moment) {
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

    // MARK: The handshake

    private func readHead(_ context: ChannelHandlerContext, _ buffer: inout ByteBuffer, at moment: Moment) {
        switch head.receive(buffer.readableBytesUInt8Span) {
        case .wait: buffer.moveReaderIndex(forwardBy: buffer.readableBytes)
        case .tooLarge: refuse(server.engine.handshakeTooLarge, nil, context, at: moment)
        case .whole(let consumed):
            buffer.moveReaderIndex(forwardBy: consumed)
            decideHead(context, &buffer, at: moment)
        }
    }

    private func decideHead(_ context: ChannelHandlerContext, _ buffer: inout ByteBuffer, at moment: Moment) {
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

    private func decide(
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

    private func opened(_ context: ChannelHandlerContext, at moment: Moment) {
        guard let idle = frames?.intake.guarding.idleTimeoutNanoseconds, let facts else { return }
        tellAccepted(facts)
        pingedAt = moment.ticks
        switch server.options.pingInterval {
        case .automatic: pingEvery = idle == .max ? .max : max(idle / 2, 1_000_000)
        case .never: pingEvery = .max
        case .every(let time): pingEvery = UInt64(max(time.nanoseconds, 1_000_000))
        }
        if let limit = frames?.intake.guarding.outboundQueueLimit, limit < 64 * 1024 {
            // So that the channel says in time that the client does not read.
            let mark = ChannelOptions.Types.WriteBufferWaterMark(low: 1, high: max(1, Int(limit)))
            try? context.channel.syncOptions?.setOption(.writeBufferWaterMark, value: mark)
        }
        if facts.awaitsToken {
            arm(context, at: nextWake(at: moment))
        } else {
            configureApplication(context, at: moment)
        }
    }

    /// The request is none of a WebSocket: handlers of HTTP read it again, and this one leaves.
    private func handOver(
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

    private func refuse(
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

    // MARK: Closing

    private func close(for fault: Fault, _ context: ChannelHandlerContext, at moment: Moment) {
        guard let frames else { return }
        tell(.close, fault)
        let close = WebSocketClose(code: fault.closeCode, reason: frames.intake.guarding.reason(of: fault))
        // After a fault of framing nobody knows where the next frame begins.
        watch = CloseWatch(isLost: fault.violation == .protocolError || frames.intake.isInsideFrame)
        send(close, context, at: moment)
        context.fireUserInboundEventTriggered(WebSocketClosedByPolicy(violation: fault.violation, close: close))
    }

    private func close(with close: WebSocketClose, _ context: ChannelHandlerContext, at moment: Moment) {
        guard phase == .open, let isInside = frames?.intake.isInsideFrame else { return }
        watch = CloseWatch(isLost: isInside)
        send(close, context, at: moment)
    }

    private func send(_ close: WebSocketClose, _ context: ChannelHandlerContext, at moment: Moment) {
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

    private func waitForClose(_ context: ChannelHandlerContext, nanoseconds: UInt64, at moment: Moment) {
        phaseEnds = moment.ticks.addingSaturated(nanoseconds)
        arm(context, at: phaseEnds)
    }

    /// Sends what is written, then our end of the stream, and reads on until the client is gone or its time is over.
    ///
    /// A socket that is closed with unread bytes is reset, and the client may lose what it was told.
    private func linger(_ context: ChannelHandlerContext, nanoseconds: UInt64, at moment: Moment) {
        phase = .lingering
        waitForClose(context, nanoseconds: nanoseconds, at: moment)
        let written = context.eventLoop.makePromise(of: Void.self)
        let channel = context.channel
        written.futureResult.whenComplete { _ in
            channel.close(mode: .output).whenFailure { _ in channel.close(promise: nil) }
        }
        flushOutbound(context, promise: written)
    }

    private func peerCloses(_ context: ChannelHandlerContext) {
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
    private func finish(_ context: ChannelHandlerContext) {
        guard phase != .lingering, phase != .closed else { return }
        phase = .lingering
        let written = context.eventLoop.makePromise(of: Void.self)
        let channel = context.channel
        written.futureResult.whenComplete { _ in channel.close(promise: nil) }
        flushOutbound(context, promise: written)
    }

    // MARK: Writing

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

    private func send(
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
        if server.options.onDecision != nil { tellObserved() }
        switch decision {
        case .forward: break
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

    private func flushOutbound(_ context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
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
    private func passOutbound(_ context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        guard outbound.readableBytes > 0 || promise != nil else { return }
        context.write(wrapOutboundOut(outbound), promise: promise)
        outbound = ByteBuffer()
    }

    /// Whether what waits for the client leaves room for more; closes the connection where it does not.
    ///
    /// What was only collected is offered to the socket first: a client is slow when its socket takes no more. So at most
    /// the limit waits, and one message.
    private func holdsQueue(_ context: ChannelHandlerContext, at moment: Moment) -> Bool {
        guard !context.channel.isWritable || outbound.readableBytes > Self.largestCopy else { return true }
        guard let limit = frames?.intake.guarding.outboundQueueLimit else { return false }
        if UInt64(waitingByteCount(context)) > limit { flush(context: context) }
        guard let fault = frames?.intake.guarding.queued(byteCount: UInt64(waitingByteCount(context)), at: moment)
        else { return true }
        close(for: fault, context, at: moment)
        return false
    }

    private func waitingByteCount(_ context: ChannelHandlerContext) -> Int {
        bufferedByteCount(context) + outbound.readableBytes
    }

    private func bufferedByteCount(_ context: ChannelHandlerContext) -> Int {
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
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

    // MARK: Time

    /// The timer is met no later than at a tick.
    private func arm(_ context: ChannelHandlerContext, at ticks: UInt64) {
        guard ticks < timerTicks || timer == nil, ticks != .max else { return }
        timer?.cancel()
        timerTicks = ticks
        let deadline = NIODeadline.uptimeNanoseconds(min(ticks, UInt64(Int64.max)))
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            self?.wake(context)
        }
    }

    private func wake(_ context: ChannelHandlerContext) {
        timer = nil
        timerTicks = .max
        let moment = moment(context)
        switch phase {
        case .head:
            guard moment.ticks >= phaseEnds else { return arm(context, at: phaseEnds) }
            refuse(server.engine.handshakeTimeout, nil, context, at: moment)
        case .asking:
            guard moment.ticks >= phaseEnds else { return arm(context, at: phaseEnds) }
            asked?.drop()
            asked = nil
            refuse(server.engine.handshakeTimeout, nil, context, at: moment)
        case .open:
            if let fault = frames?.intake.guarding.tick(at: moment) {
                close(for: fault, context, at: moment)
                return
            }
            ping(context, at: moment)
            arm(context, at: nextWake(at: moment))
        case .closing, .lingering:
            guard moment.ticks >= phaseEnds else { return arm(context, at: phaseEnds) }
            context.close(promise: nil)
        case .passing, .closed: break
        }
    }

    /// When the open connection's timer is met next.
    private func nextWake(at moment: Moment) -> UInt64 {
        guard let next = frames?.intake.guarding.nextDeadline(at: moment) ?? UInt64.max as UInt64?,
            let mayBeRevoked = frames?.intake.guarding.mayBeRevoked
        else { return .max }
        var wake = min(next, nextPing)
        // Whoever is revoked and says nothing is closed within these seconds.
        if mayBeRevoked { wake = min(wake, moment.ticks.addingSaturated(5_000_000_000)) }
        return wake
    }

    private var nextPing: UInt64 {
        guard pingEvery != .max, let active = frames?.intake.guarding.lastActivity else { return .max }
        return max(active, pingedAt).addingSaturated(pingEvery)
    }

    private func ping(_ context: ChannelHandlerContext, at moment: Moment) {
        guard phase == .open, moment.ticks >= nextPing else { return }
        pingedAt = moment.ticks
        pingCount &+= 1
        frames?.intake.guarding.pinged(with: pingCount)
        FrameText.appendHeader(.ping, payloadByteCount: 8, to: &outbound)
        outbound.writeInteger(pingCount)
        flush(context: context)
    }

    // MARK: Reports

    private func tellAccepted(_ facts: ConnectionFacts) {
        guard let onDecision = server.options.onDecision else { return }
        var decision = WebSocketDecision(.accept, peer: peer, observed: facts.acceptance.observed)
        decision.route = facts.acceptance.route
        decision.subject = facts.acceptance.subject
        onDecision(decision)
    }

    private func tellAuthenticated() {
        guard let frames, let onDecision = server.options.onDecision else { return }
        var decision = WebSocketDecision(.authenticated, peer: peer, observed: frames.intake.guarding.observed)
        decision.route = facts?.acceptance.route
        decision.subject = frames.intake.guarding.subject
        onDecision(decision)
    }

    private func tell(_ refusal: Refusal, _ request: HandshakeRequest?, byClose: Bool) {
        guard let onDecision = server.options.onDecision else { return }
        onDecision(.refused(refusal, request, byClose: byClose, peer: peer))
    }

    private func tell(_ kind: WebSocketDecision.Kind, _ fault: Fault) {
        guard let onDecision = server.options.onDecision, let frames else { return }
        var decision = WebSocketDecision(kind, fault.violation, peer: peer, observed: frames.intake.guarding.observed)
        let explanation = frames.intake.guarding.explanation(of: fault)
        if kind == .close { decision.closeCode = fault.closeCode }
        decision.policy = frames.intake.guarding.place(explanation.source)
        decision.pointer = explanation.pointer
        decision.detail = explanation.detail
        decision.subject = frames.intake.guarding.subject
        decision.route = facts?.acceptance.route
        onDecision(decision)
    }

    private func tellObserved() {
        guard let frames, !frames.intake.guarding.observed.isEmpty, let onDecision = server.options.onDecision else {
            return
        }
        var decision = WebSocketDecision(.observe, peer: peer, observed: frames.intake.guarding.observed)
        decision.subject = frames.intake.guarding.subject
        decision.route = facts?.acceptance.route
        onDecision(decision)
    }
}

/// The policy closed the connection: a user event on its way to the application, before the channel becomes inactive.
public struct WebSocketClosedByPolicy: Sendable {
    /// What was violated.
    public let violation: Violation
    /// What the client was told.
    public let close: WebSocketClose
}

/// A message of the application does not pass the policy's `serverMessages`; it was not sent.
public struct WebSocketMessageRefused: Error, Sendable {
    /// What was violated.
    public let violation: Violation
}

extension UInt64 {
    func addingSaturated(_ other: UInt64) -> UInt64 {
        let (sum, isOver) = addingReportingOverflow(other)
        return isOver ? .max : sum
    }
}
