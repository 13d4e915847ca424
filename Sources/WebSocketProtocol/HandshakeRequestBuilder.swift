extension HandshakeRequest {
    /// Makes a request of texts, as a web framework hands them over.
    ///
    /// - Parameters:
    ///   - method: the method, as it was sent.
    ///   - version: the HTTP version's numbers, as `1.1`.
    ///   - target: the request target, path and query still percent-encoded.
    ///   - headers: name and value of each field line, in order, duplicates kept.
    ///   - peer: the other end of the TCP connection, where it has an address.
    ///   - isSecure: whether this server ended TLS on it.
    public init(
        method: String = "GET",
        version: String = "1.1",
        target: String,
        headers: [(String, String)],
        peer: SocketAddress?,
        isSecure: Bool
    ) {
        var builder = HandshakeRequestBuilder(method: method.utf8, target: target.utf8, version: version.utf8)
        for (name, value) in headers { builder.append(name: name.utf8, value: value.utf8) }
        self = builder.request(peer: peer, isSecure: isSecure)
    }

    /// Makes a request of bytes, for what need not be text.
    ///
    /// - Parameters:
    ///   - method: the method, as it was sent.
    ///   - version: the HTTP version's numbers, as `1.1`.
    ///   - target: the request target, path and query still percent-encoded.
    ///   - rawHeaders: name and value of each field line, in order, duplicates kept.
    ///   - peer: the other end of the TCP connection, where it has an address.
    ///   - isSecure: whether this server ended TLS on it.
    public init(
        method: [UInt8] = Array("GET".utf8),
        version: [UInt8] = Array("1.1".utf8),
        target: [UInt8],
        rawHeaders: [([UInt8], [UInt8])],
        peer: SocketAddress?,
        isSecure: Bool
    ) {
        var builder = HandshakeRequestBuilder(method: method, target: target, version: version)
        for (name, value) in rawHeaders { builder.append(name: name, value: value) }
        self = builder.request(peer: peer, isSecure: isSecure)
    }
}

/// Writes the parts of a request as they would stand on the wire and notes where each stands.
///
/// The noted places are what is read later: a line end inside a value stays inside it and is refused there, it never makes
/// a second field.
package struct HandshakeRequestBuilder {
    private var bytes: [UInt8] = []
    private var fields: [HandshakeRequest.Field] = []
    private let method: Range<Int>
    private let target: Range<Int>
    private let version: Range<Int>

    /// Writes the request line.
    ///
    /// - Parameters:
    ///   - method: the method.
    ///   - target: the request target.
    ///   - version: the numbers of the version, as `1.1`.
    package init(
        method: some Collection<UInt8>,
        target: some Collection<UInt8>,
        version: some Collection<UInt8>
    ) {
        bytes.reserveCapacity(1024)
        fields.reserveCapacity(16)
        bytes.append(contentsOf: method)
        self.method = 0..<bytes.count
        bytes.append(0x20)
        let targetStart = bytes.count
        bytes.append(contentsOf: target)
        self.target = targetStart..<bytes.count
        bytes.append(0x20)
        let versionStart = bytes.count
        bytes.append(contentsOf: "HTTP/".utf8)
        bytes.append(contentsOf: version)
        self.version = versionStart..<bytes.count
        appendLineEnd()
    }

    /// Writes one field line.
    package mutating func append(name: some Collection<UInt8>, value: some Collection<UInt8>) {
        let nameStart = bytes.count
        bytes.append(contentsOf: name)
        let nameRange = nameStart..<bytes.count
        bytes.append(0x3A)
        bytes.append(0x20)
        let valueStart = bytes.count
        bytes.append(contentsOf: value)
        let value = bytes.span.trimmed(valueStart..<bytes.count)
        let kind = HandshakeFieldName(bytes.span, in: nameRange)
        fields.append(HandshakeRequest.Field(name: nameRange, value: value, kind: kind))
        appendLineEnd()
    }

    private mutating func appendLineEnd() {
        bytes.append(0x0D)
        bytes.append(0x0A)
    }

    /// The request of what was written.
    package consuming func request(peer: SocketAddress?, isSecure: Bool) -> HandshakeRequest {
        HandshakeRequest(
            bytes: bytes,
            method: method,
            target: target,
            version: version,
            fields: fields,
            peer: peer,
            isSecure: isSecure
        )
    }
}
