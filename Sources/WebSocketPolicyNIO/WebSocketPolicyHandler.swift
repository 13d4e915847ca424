import NIOCore
import PolicyRuntime
import WebSocketProtocol

/// The policy of one connection in its channel's pipeline: bytes on the side of the socket, messages on the application's.
///
/// All state of the connection stands here; what is decided comes from `HeadIntake`, the engine, `FrameIntake` and
/// `CloseWatch`, and this class performs it: in the files whose names begin with `Handler`.
final class WebSocketPolicyHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = WebSocketMessage
    typealias OutboundIn = WebSocketMessage
    typealias OutboundOut = ByteBuffer

    typealias Configure = @Sendable (any Channel, WebSocketConnection) throws -> Void

    enum Phase {
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

    /// Whether more is wanted from the socket.
    enum Reading {
        /// Nobody has asked yet.
        case unasked
        /// More is wanted.
        case asked
        /// Something was read, and more is not wanted yet.
        case paused
        /// The same for as long as a deadline: the application does not read.
        case heldUp
    }

    let server: WebSocketPolicyServer
    let isSecure: Bool
    let configure: Configure
    var phase: Phase
    var reading = Reading.unasked
    var head: HeadIntake
    var frames: OpenConnection?
    var asked: AskedHandshake?
    /// Whether somebody is asked about the connection's first token: what arrives meanwhile waits.
    var awaitsAnswer = false
    /// The question that was asked last about a token in a message.
    var askedSerial: UInt64 = 0
    /// What has arrived while an answer is awaited.
    var early = ByteBuffer()
    /// More is not kept while an answer is awaited; nobody who waits for a handshake's answer sends as much.
    static let earlyLimit = 64 * 1024
    var watch = CloseWatch(isLost: false)
    var hasClosingPlace = false
    var peer: WebSocketProtocol.SocketAddress?
    /// What the application is told once the connection belongs to somebody.
    var facts: ConnectionFacts?
    var isConfigured = false

    /// The message that is handed on; its memory is used again where the application has let go of it.
    var inbound = ByteBuffer()
    /// Frames that are written and not passed to the socket yet.
    var outbound = ByteBuffer()
    /// Memory that the socket has taken everything from, for the frames after those.
    var spare = ByteBuffer()
    static let largestSpare = 16 * 1024
    var needsFlush = false
    /// Outbound payloads above it are not copied behind their header.
    static let largestCopy = 16 * 1024

    var timer: Scheduled<Void>?
    var timerTicks = UInt64.max
    /// The tick at which the head must have come, or the closing handshake must be over.
    var phaseEnds = UInt64.max
    /// How long the answer to a close is waited for that was written before the handler stood in the pipeline.
    var closingWait: UInt64 = 0
    var pingEvery = UInt64.max
    /// The tick at which a ping was due last, sent or not.
    var pingedAt: UInt64 = 0
    var pingCount: UInt64 = 0

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
        // The read that the first frames come with may have been asked for before this handler stood here.
        reading = .asked
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

    func start(_ context: ChannelHandlerContext) {
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
    func end() {
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

    func moment(_ context: ChannelHandlerContext) -> Moment {
        server.moment(on: context.eventLoop)
    }
}
