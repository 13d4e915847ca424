import WebSocketProtocol

extension HandshakeRequest {
    /// The handshake of RFC 6455 §1.2 with further or other fields.
    ///
    /// A field of `changes` replaces all of its name; one whose value is nil removes them; all of `more` are appended.
    static func sample(
        method: String = "GET",
        version: String = "1.1",
        target: String = "/chat",
        changes: [(String, String?)] = [],
        more: [(String, String)] = [],
        peer: String? = "203.0.113.7:50112",
        isSecure: Bool = true
    ) -> HandshakeRequest {
        var headers = [
            ("Host", "server.example.com"),
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ("Origin", "http://example.com"),
            ("Sec-WebSocket-Protocol", "chat, superchat"),
            ("Sec-WebSocket-Version", "13"),
        ]
        for (name, value) in changes {
            headers.removeAll { $0.0 == name }
            if let value { headers.append((name, value)) }
        }
        return HandshakeRequest(
            method: method,
            version: version,
            target: target,
            headers: headers + more,
            peer: peer.flatMap { SocketAddress(parsing: $0) },
            isSecure: isSecure
        )
    }

    /// A request of nothing but the given fields.
    static func fields(_ headers: [(String, String)], peer: String? = nil) -> HandshakeRequest {
        HandshakeRequest(
            target: "/",
            headers: headers,
            peer: peer.flatMap { SocketAddress(parsing: $0) },
            isSecure: false
        )
    }
}
