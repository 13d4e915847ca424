public import NIOCore

/// What travels on an open connection, whole: a message of the client that passed, or one that the application sends.
public enum WebSocketMessage: Sendable, Equatable {
    /// Text; its bytes are UTF-8.
    case text(ByteBuffer)
    /// Any bytes.
    case binary(ByteBuffer)
    /// Inbound: the client's close frame, which is answered already. Outbound: close the connection.
    case close(WebSocketClose)

    /// Text of a string.
    ///
    /// - Parameter string: the text.
    /// - Returns: a text message.
    public static func text(_ string: String) -> WebSocketMessage { .text(ByteBuffer(string: string)) }
}

/// What a close frame says (RFC 6455 §5.5.1).
public struct WebSocketClose: Sendable, Hashable {
    // In this order a message has 24 bytes, which a pipeline passes on without an allocation.

    /// At most 123 bytes of UTF-8; longer ones are cut between code points when they are sent.
    public var reason: String
    /// The code; nil where the frame has none.
    public var code: UInt16?

    /// A close with a code and a reason.
    ///
    /// - Parameters:
    ///   - code: 1000 to 1003, 1007 to 1009, 1011 to 1014, or 3000 to 4999; a server must not send others, 1011 goes out.
    ///   - reason: empty, or a text for the client.
    public init(code: UInt16?, reason: String = "") {
        self.code = code
        self.reason = reason
    }

    /// The purpose is fulfilled.
    public static let normal = WebSocketClose(code: 1000)
    /// The server goes down, or the page is left.
    public static let goingAway = WebSocketClose(code: 1001)
}
