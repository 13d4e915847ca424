import PolicyPlan
public import WebSocketProtocol

/// Why a frame or a message does not pass.
public struct Fault: Sendable {
    /// What does not pass.
    public let violation: Violation
    /// What the peer is told where the fault closes the connection.
    public let closeCode: UInt16
    /// Index into the plan's sources; `ConnectionGuard.explanation(of:)` may know a nearer keyword.
    public let source: UInt32
    /// The byte of the message at which a content fault stands.
    public let offset: Int
    /// Root of the content program that found it; `none` for faults that no content program finds.
    let contentRoot: UInt32
    /// Who sent the message that it is about.
    var direction = MessageDirection.fromClient
    let note: StaticString
    /// In place of the note, where whoever verifies tokens says why.
    var text: String?
}

/// What is decided about an event of an open connection.
public enum EventDecision: Sendable {
    /// More of the frame or the message is to come.
    case wait
    /// The message may be delivered; its type's place in the list of types, or -1.
    case forward(type: Int)
    /// The message brought the token that was awaited: it is not delivered, and the connection is this subject's.
    case authenticated(subject: String?)
    /// The message is delivered, and reported.
    case warn(Fault, type: Int)
    /// The message is not delivered; the connection goes on.
    case drop(Fault)
    /// The connection is closed with the fault's code.
    case close(Fault)
    /// A ping, which its owner answers: part of no message.
    case ping
    /// A pong.
    case pong
    /// The client's close frame: answered, and the connection ends.
    case peerCloses
    /// The connection was closed before.
    case closed
}

/// What is decided about a frame's header, before its payload arrives.
public enum HeaderDecision: Sendable {
    /// The header is not whole yet.
    case incomplete
    /// The payload may come.
    case accepted(payloadByteCount: UInt64)
    /// The connection is closed with the fault's code.
    case close(Fault)
    /// The connection was closed before.
    case closed
}

/// What an operator may want to know of a fault.
public struct FaultExplanation: Sendable {
    /// Index into the plan's sources.
    public let source: UInt32
    /// JSON Pointer into the message; nil for faults that are not about its content.
    public let pointer: String?
    /// One sentence.
    public let detail: String
}
