public import CWebSocketPolicy
import PolicyRuntime
import WebSocketProtocol

// Swift's side of `wspolicy.h`, where each function is described: a signature that drifts from it does not build.

/// Decides an opening handshake.
@c @implementation
public func wsp_admit(
    _ engine: OpaquePointer?,
    _ handshake: UnsafePointer<wsp_handshake>?,
    _ at: UnsafePointer<wsp_moment>?,
    _ connection: UnsafeMutablePointer<OpaquePointer?>?,
    _ decision: UnsafeMutablePointer<wsp_decision>?
) -> Int32 {
    guard let connection = unsafe connection else { return Outcome.argument }
    // The caller's memory, here and below.
    unsafe connection.pointee = nil
    guard let engine = unsafe EngineHandle.of(engine)?.engine, let given = unsafe handshake?.pointee else {
        return Outcome.argument
    }
    let moment = unsafe SystemClock.moment(at)
    var told: wsp_decision
    let state: ConnectionState
    switch unsafe HandshakeCopy.of(given, limit: engine.handshakeByteLimit) {
    case .unreadable: return Outcome.argument
    case .tooLarge:
        let refusal = engine.handshakeTooLarge
        told = wsp_decision(refusal)
        state = ConnectionState(refusal, detail: "the handshake is larger than any limit", engine.plan)
    case .request(let request):
        switch engine.admit(request, at: moment) {
        case .refuse(let refusal):
            told = wsp_decision(refusal)
            state = ConnectionState(refusal, detail: refusal.detail(of: request), engine.plan)
        case .accept(let guarding, let acceptance):
            told = wsp_decision(kind: Outcome.accept)
            told.observed = acceptance.observed.word
            told.awaits_token = acceptance.awaitsToken ? 1 : 0
            state = ConnectionState(guarding, acceptance, engine.plan)
        }
    }
    unsafe connection.pointee = ConnectionHandle.handle(of: state)
    if let decision = unsafe decision { unsafe decision.pointee = told }
    return told.kind
}

/// Decides a whole message of the client.
@c @implementation
public func wsp_receive(
    _ connection: OpaquePointer?,
    _ opcode: Int32,
    _ data: UnsafePointer<UInt8>?,
    _ length: Int,
    _ at: UnsafePointer<wsp_moment>?,
    _ decision: UnsafeMutablePointer<wsp_decision>?
) -> Int32 {
    guard let opcode = MessageCalls.opcode(opcode) else { return Outcome.argument }
    return unsafe MessageCalls.receive(connection, opcode, data, length, SystemClock.moment(at), decision)
}

/// Decides many messages, in order.
@c @implementation
public func wsp_receive_batch(
    _ messages: UnsafePointer<wsp_message>?,
    _ count: Int,
    _ at: UnsafePointer<wsp_moment>?,
    _ decisions: UnsafeMutablePointer<wsp_decision>?
) -> Int32 {
    guard count >= 0 else { return Outcome.argument }
    if count == 0 { return Outcome.done }
    guard let messages = unsafe messages, let decisions = unsafe decisions else { return Outcome.argument }
    let moment = unsafe SystemClock.moment(at)
    for place in 0..<count {
        // The caller promises that so many of both stand there.
        let message = unsafe messages[place]
        let answer = unsafe decisions + place
        var outcome = Outcome.argument
        if let opcode = unsafe MessageCalls.opcode(message.opcode) {
            let payload = unsafe message.payload
            outcome = unsafe MessageCalls.receive(
                message.connection,
                opcode,
                payload.data,
                payload.length,
                moment,
                answer
            )
        }
        if outcome < 0 { unsafe answer.pointee = wsp_decision(kind: outcome) }
    }
    return Outcome.done
}

/// Decides a whole message that the server is about to send.
@c @implementation
public func wsp_send(
    _ connection: OpaquePointer?,
    _ opcode: Int32,
    _ data: UnsafePointer<UInt8>?,
    _ length: Int,
    _ at: UnsafePointer<wsp_moment>?,
    _ decision: UnsafeMutablePointer<wsp_decision>?
) -> Int32 {
    guard let opcode = MessageCalls.opcode(opcode), length <= GivenBytes.mostMessageBytes else {
        return Outcome.argument
    }
    let moment = unsafe SystemClock.moment(at)
    return unsafe ConnectionHandle.with(connection) { state in
        unsafe GivenBytes.withSpan(data, length) { bytes in
            let answer = unsafe state.guarding?.pointee.send(message: bytes, opcode: opcode, at: moment)
            return unsafe state.tell(answer ?? .closed, decision)
        } ?? Outcome.argument
    }
}

/// So many bytes wait for the client to read.
@c @implementation
public func wsp_queued(
    _ connection: OpaquePointer?,
    _ byteCount: UInt64,
    _ at: UnsafePointer<wsp_moment>?,
    _ decision: UnsafeMutablePointer<wsp_decision>?
) -> Int32 {
    let moment = unsafe SystemClock.moment(at)
    return unsafe ConnectionHandle.with(connection) { state in
        let fault = unsafe state.guarding?.pointee.queued(byteCount: byteCount, at: moment)
        return unsafe state.tell(due: fault ?? nil, decision)
    }
}

/// Time has passed.
@c @implementation
public func wsp_tick(
    _ connection: OpaquePointer?,
    _ at: UnsafePointer<wsp_moment>?,
    _ decision: UnsafeMutablePointer<wsp_decision>?
) -> Int32 {
    let moment = unsafe SystemClock.moment(at)
    return unsafe ConnectionHandle.with(connection) { state in
        let fault = unsafe state.guarding?.pointee.tick(at: moment)
        return unsafe state.tell(due: fault ?? nil, decision)
    }
}

/// Nanoseconds until the next deadline.
@c @implementation
public func wsp_next_deadline(_ connection: OpaquePointer?, _ at: UnsafePointer<wsp_moment>?) -> Int64 {
    let moment = unsafe SystemClock.moment(at)
    return unsafe ConnectionHandle.withText(connection) { state in
        var next = unsafe state.guarding?.pointee.nextDeadline(at: moment) ?? nil
        if unsafe state.guarding?.pointee.mayBeRevoked == true, unsafe state.guarding?.pointee.hasEnded == false {
            next = min(next ?? .max, moment.ticks &+ 1_000_000_000)
        }
        guard let next else { return Int64(Outcome.none) }
        return next <= moment.ticks ? 0 : Int64(clamping: next &- moment.ticks)
    }
}

/// A text of the connection.
@c @implementation
public func wsp_text(
    _ connection: OpaquePointer?,
    _ text: Int32,
    _ buffer: UnsafeMutablePointer<CChar>?,
    _ capacity: Int
) -> Int64 {
    guard let text = UInt32(exactly: text) else { return Int64(Outcome.argument) }
    return unsafe ConnectionHandle.withText(connection) { state in
        let found: String?
        switch wsp_text(rawValue: text) {
        case WSP_TEXT_REASON: found = state.reason
        case WSP_TEXT_POLICY: found = state.policy
        case WSP_TEXT_POINTER: found = state.pointer
        case WSP_TEXT_DETAIL: found = state.explanation
        case WSP_TEXT_ROUTE: found = state.acceptance?.route
        case WSP_TEXT_SUBPROTOCOL: found = state.subprotocol
        case WSP_TEXT_SUBJECT: found = unsafe state.guarding?.pointee.subject ?? nil
        case WSP_TEXT_CLAIMS:
            found = unsafe (state.guarding?.pointee.claims ?? nil).map { String(decoding: $0, as: UTF8.self) }
        case WSP_TEXT_HEADERS: found = state.headerLines
        default: return Int64(Outcome.argument)
        }
        return unsafe TextCopy.write(found, buffer, capacity)
    }
}

/// The name of a message type by its place.
@c @implementation
public func wsp_type_name(
    _ connection: OpaquePointer?,
    _ type: Int32,
    _ isServer: Int32,
    _ buffer: UnsafeMutablePointer<CChar>?,
    _ capacity: Int
) -> Int64 {
    unsafe ConnectionHandle.withText(connection) { state in
        let name = unsafe state.guarding?.pointee.knownTypeName(Int(type), isServer == 0 ? .fromClient : .fromServer)
        return unsafe TextCopy.write(name ?? nil, buffer, capacity)
    }
}

/// Ends the connection's part in every count.
@c @implementation
public func wsp_close(_ connection: OpaquePointer?) -> Int32 {
    unsafe ConnectionHandle.with(connection) { state in
        state.close()
        return Outcome.done
    }
}

/// Closes and frees the connection.
@c @implementation
public func wsp_connection_free(_ connection: OpaquePointer?) -> Int32 {
    unsafe ConnectionHandle.free(connection)
}

/// The name of a violation.
@c @implementation
public func wsp_violation_name(
    _ violation: Int32,
    _ buffer: UnsafeMutablePointer<CChar>?,
    _ capacity: Int
) -> Int64 {
    let name = UInt8(exactly: violation).flatMap { Violation(rawValue: $0) }?.name
    return unsafe TextCopy.write(name, buffer, capacity)
}

/// What the functions of messages share.
enum MessageCalls {
    @inline(__always)
    static func opcode(_ number: Int32) -> Opcode? {
        switch number {
        case 1: .text
        case 2: .binary
        default: nil
        }
    }

    @inline(__always)
    static func receive(
        _ connection: OpaquePointer?,
        _ opcode: Opcode,
        _ data: UnsafePointer<UInt8>?,
        _ length: Int,
        _ moment: Moment,
        _ decision: UnsafeMutablePointer<wsp_decision>?
    ) -> Int32 {
        guard length <= GivenBytes.mostMessageBytes else { return Outcome.argument }
        return unsafe ConnectionHandle.with(connection) { state in
            unsafe GivenBytes.withSpan(data, length) { bytes in
                let answer = unsafe state.guarding?.pointee.receive(message: bytes, opcode: opcode, at: moment)
                return unsafe state.tell(answer ?? .closed, decision)
            } ?? Outcome.argument
        }
    }
}
