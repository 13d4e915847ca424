extension OriginParts {
    /// Whether this is the origin of the request itself: the scheme of its connection, and the host and port of its Host field.
    ///
    /// A Host without a port has the default port of that scheme. `null` and `file://` are never it, and neither is anything
    /// while the scheme is unknown.
    ///
    /// - Parameters:
    ///   - host: the parsed Host field, of the same buffer as the origin.
    ///   - scheme: secure where this server ended TLS or a trusted proxy says that it did.
    ///   - bytes: the buffer of the request.
    /// - Returns: whether scheme, host and port are equal.
    package func isSameOrigin(as host: HostAndPort, scheme: ForwardedProto, in bytes: Span<UInt8>) -> Bool {
        guard let authority else { return false }
        let defaultPort: UInt16
        switch scheme {
        case .secure:
            guard bytes.equals(lowercase: "https", in: self.scheme) else { return false }
            defaultPort = 443
        case .insecure:
            guard bytes.equals(lowercase: "http", in: self.scheme) else { return false }
            defaultPort = 80
        case .unknown: return false
        }
        return authority.hostEquals(host, in: bytes) && port == host.port ?? defaultPort
    }
}
