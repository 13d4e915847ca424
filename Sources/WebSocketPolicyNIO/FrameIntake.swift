import PolicyRuntime
import WebSocketProtocol

/// Turns the bytes of an open connection into decisions: one frame, or a part of one, a step.
///
/// It performs nothing, and keeps no byte but those of a header that is cut by the end of a read.
struct FrameIntake: ~Copyable {
    /// What is to be done about a step.
    enum Action {
        /// More bytes are needed.
        case wait
        /// A frame passed that calls for nothing: a fragment, a pong, a message that is not delivered.
        case nothing
        /// The message in `guarding.messageBytes` is delivered.
        case deliver(Opcode)
        /// The same, and it is reported.
        case warn(Fault, Opcode)
        /// The message is not delivered, and that is reported.
        case drop(Fault)
        /// The connection is this subject's from now on.
        case authenticated
        /// The ping's payload in `guarding.controlBytes` is sent back.
        case pong
        /// The connection is closed by its guard.
        case close(Fault)
        /// The client closes; the payload stands in `guarding.controlBytes`.
        case peerCloses

        /// Whether what is reported of it says also what checks in observe mode would have refused.
        var tellsObserved: Bool {
            switch self {
            case .warn, .drop, .authenticated, .close: true
            case .wait, .nothing, .deliver, .pong, .peerCloses: false
            }
        }
    }

    var guarding: ConnectionGuard
    /// The first bytes of a header whose rest has not arrived.
    private var cut = InlineArray<14, UInt8>(repeating: 0)
    private var cutCount = 0
    /// Payload bytes that the present frame still lacks; nil between frames.
    private var missing: UInt64?
    private var opcode = Opcode.text

    init(_ guarding: consuming ConnectionGuard) {
        self.guarding = guarding
        self.guarding.checksTextEarly = true
    }

    /// Whether a frame has begun and not ended.
    var isInsideFrame: Bool { missing != nil || cutCount > 0 || isLost }

    /// Whether a header was refused: where its payload ends nobody has looked.
    private var isLost = false

    /// What the client's close frame says, behind `peerCloses`.
    var peerClose: WebSocketClose {
        let payload = guarding.controlBytes
        guard payload.count >= 2 else { return WebSocketClose(code: nil) }
        var reason: [UInt8] = []
        for index in 2..<payload.count { reason.append(payload[index]) }
        let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
        return WebSocketClose(code: code, reason: String(decoding: reason, as: UTF8.self))
    }

    /// One step: bytes of one header and what is there of its payload.
    ///
    /// - Parameters:
    ///   - bytes: what has arrived and was not consumed yet; at least one byte.
    ///   - moment: when it arrived.
    /// - Returns: how many bytes the step used up, at least one unless the connection is closed, and what it decided.
    mutating func step(_ bytes: Span<UInt8>, at moment: Moment) -> (consumed: Int, action: Action) {
        if let missing { return payload(bytes, missing, header: 0, at: moment) }
        if cutCount == 0 {
            switch guarding.receive(header: bytes, at: moment) {
            case .accepted(let count):
                let header = guarding.headerByteCount
                return payload(bytes.extracting(header...), count, header: header, at: moment)
            case .incomplete:
                for index in bytes.indices { cut[index] = bytes[index] }
                cutCount = bytes.count
                return (bytes.count, .wait)
            case .close(let fault): return lost(bytes.count, fault)
            case .closed: return (bytes.count, .wait)
            }
        }
        for index in bytes.indices {
            cut[cutCount] = bytes[index]
            cutCount += 1
            switch guarding.receive(header: cut.span.extracting(first: cutCount), at: moment) {
            case .accepted(let count):
                cutCount = 0
                return payload(bytes.extracting((index + 1)...), count, header: index + 1, at: moment)
            case .incomplete: continue
            case .close(let fault): return lost(bytes.count, fault)
            case .closed: return (bytes.count, .wait)
            }
        }
        return (bytes.count, .wait)
    }

    /// Goes on with a message whose token somebody was asked about.
    mutating func answer(_ answer: TokenAnswer, to question: TokenQuestion, at moment: Moment) -> Action {
        let decision = guarding.answer(answer, to: question, at: moment)
        return action(decision, isWhole: true)
    }

    private mutating func lost(_ consumed: Int, _ fault: Fault) -> (consumed: Int, action: Action) {
        isLost = true
        return (consumed, .close(fault))
    }

    private mutating func payload(
        _ bytes: Span<UInt8>,
        _ expected: UInt64,
        header: Int,
        at moment: Moment
    ) -> (consumed: Int, action: Action) {
        let count = Int(min(UInt64(bytes.count), expected))
        let isWhole = UInt64(count) == expected
        let decision = guarding.receive(payload: bytes.extracting(first: count), at: moment)
        missing = isWhole ? nil : expected &- UInt64(count)
        return (header + count, action(decision, isWhole: isWhole))
    }

    private func action(_ decision: EventDecision, isWhole: Bool) -> Action {
        switch decision {
        case .wait: isWhole ? .nothing : .wait
        case .forward: .deliver(guarding.messageOpcode)
        case .warn(let fault, _): .warn(fault, guarding.messageOpcode)
        case .drop(let fault): .drop(fault)
        case .authenticated: .authenticated
        case .ping: .pong
        case .pong: .nothing
        case .close(let fault): .close(fault)
        case .peerCloses: .peerCloses
        case .closed: .wait
        }
    }
}

/// An open connection's frames and guard; a box, since guards are not copied.
final class OpenConnection {
    var intake: FrameIntake

    init(_ guarding: consuming ConnectionGuard) {
        intake = FrameIntake(guarding)
    }
}
