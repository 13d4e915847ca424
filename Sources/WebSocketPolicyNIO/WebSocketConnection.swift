public import WebSocketProtocol

/// Who a connection belongs to and where it leads, as far as the handshake, or the first message, has said.
public struct WebSocketConnection: Sendable {
    /// The other end of the TCP connection; nil where it has no address.
    public let peer: WebSocketProtocol.SocketAddress?
    /// The request target, path and query still percent-encoded; it may hold a token.
    public let target: String
    /// The route's pattern as written; nil where the policy has no routes.
    public let route: String?
    /// The subprotocol that was agreed; nil for none.
    public let subprotocol: String?
    /// Whom the verified token belongs to; nil for nobody.
    public let subject: String?
    /// The claims of the verified token, UTF-8 of a JSON object; nil without one.
    public let claims: [UInt8]?
}
