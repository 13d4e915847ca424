/// An opening handshake as it came: the bytes of the request line and the fields, and where each part stands in them.
///
/// Nothing in it is checked beyond what an initialiser says; the engine refuses what breaks RFC 6455 §4.2.1.
public struct HandshakeRequest: Sendable {
    /// One field line: its name and its value, ranges of `bytes`.
    @usableFromInline package struct Field: Sendable, Equatable {
        /// The name as it was sent.
        package let name: Range<Int>
        /// The value without the blanks around it.
        @usableFromInline package let value: Range<Int>
        /// Which of the fields that decisions read this is; never `custom`.
        @usableFromInline package let kind: HandshakeFieldName
    }

    /// The request line and the field lines, each with its CR LF, without the empty line behind them.
    @usableFromInline package let bytes: [UInt8]
    /// The method, a range of `bytes`.
    package let method: Range<Int>
    /// The request target, a range of `bytes`.
    package let target: Range<Int>
    /// The version with its name, as `HTTP/1.1`, a range of `bytes`.
    package let version: Range<Int>
    /// The field lines in order, duplicates kept.
    @usableFromInline package let fields: [Field]
    /// The other end of the TCP connection; nil where it has no address, as a Unix socket has none.
    public let peer: SocketAddress?
    /// Whether this server ended TLS on the connection.
    public let isSecure: Bool

    package init(
        bytes: [UInt8],
        method: Range<Int>,
        target: Range<Int>,
        version: Range<Int>,
        fields: [Field],
        peer: SocketAddress?,
        isSecure: Bool
    ) {
        self.bytes = bytes
        self.method = method
        self.target = target
        self.version = version
        self.fields = fields
        self.peer = peer
        self.isSecure = isSecure
    }

    /// The bytes of the request line and of the field lines as they stand on the wire, CR LF included.
    ///
    /// This is what `limits.handshakeSize` limits.
    public var requestByteCount: Int { bytes.count }

    /// The request target as it was sent; it may hold a token.
    package var targetText: String { text(target) }

    /// The value of Sec-WebSocket-Key; empty where there is not exactly one.
    package var keyBytes: ArraySlice<UInt8> {
        let keys = fields.filter { $0.kind == .key }
        return keys.count == 1 ? bytes[keys[0].value] : []
    }

    /// Whether an Upgrade field names the WebSocket protocol, right or wrong: the request is no other protocol's.
    package var asksForWebSocket: Bool {
        fields.contains { $0.kind == .upgrade && text($0.value).lowercased().contains("websocket") }
    }

    /// `bytes` as a span.
    @inlinable
    package var span: Span<UInt8> {
        @_lifetime(borrow self)
        get { bytes.span }
    }

    /// The bytes in `range` as text, what is not UTF-8 replaced; for reports, not for decisions.
    package func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }
}
