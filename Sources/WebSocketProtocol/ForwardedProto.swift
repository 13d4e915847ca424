/// What a proxy says about the scheme of the request that it received.
package enum ForwardedProto: UInt8, Equatable, Sendable {
    /// `https` or `wss`.
    case secure
    /// `http` or `ws`.
    case insecure
    /// Nothing, or anything else: never read as `http`.
    case unknown

    /// Reads a scheme, in any case.
    package init(_ bytes: Span<UInt8>, in range: Range<Int>) {
        if bytes.equals(lowercase: "https", in: range) || bytes.equals(lowercase: "wss", in: range) {
            self = .secure
        } else if bytes.equals(lowercase: "http", in: range) || bytes.equals(lowercase: "ws", in: range) {
            self = .insecure
        } else {
            self = .unknown
        }
    }

    /// The right-most entry of X-Forwarded-Proto: the one that the nearest hop wrote.
    ///
    /// Believe it only when that hop is trusted.
    package static func ofXForwardedProto(_ request: borrowing HandshakeRequest) -> ForwardedProto {
        guard let place = request.previousField(.forwardedProto, before: request.fields.count) else { return .unknown }
        let range = request.fields[place].value
        let bytes = request.span
        var start = range.upperBound
        while start > range.lowerBound, bytes[start &- 1] != 0x2C { start &-= 1 }
        return ForwardedProto(bytes, in: bytes.trimmed(start..<range.upperBound))
    }

    /// The parameter `proto` of the right-most element of Forwarded.
    ///
    /// Believe it only when the hop that wrote it is trusted.
    package static func ofForwarded(_ request: borrowing HandshakeRequest) -> ForwardedProto {
        var elements = ForwardedElements(request)
        return elements.next(in: request)?.proto ?? .unknown
    }
}
