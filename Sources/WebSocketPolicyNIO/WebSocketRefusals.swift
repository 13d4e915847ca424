public import WebSocketProtocol

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

/// A handshake did not pass the policy; it was answered.
public struct WebSocketHandshakeRefused: Error, Sendable {
    /// What was violated.
    public let violation: Violation
}
