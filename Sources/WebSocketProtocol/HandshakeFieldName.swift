/// The fields of an opening handshake that decisions read; every other field is `other`.
@usableFromInline package enum HandshakeFieldName: UInt8, CaseIterable, Sendable {
    case host, origin, upgrade, connection, key, version, subprotocol, extensions
    case cookie, authorization
    case forwardedFor, forwarded, forwardedProto
    case contentLength, transferEncoding
    /// A field that no decision reads.
    case other
    /// Not a token of RFC 9110 §5.6.2: no field at all.
    case malformed

    /// How many names there are.
    package static let count = 17

    /// The name in ASCII lower case; empty for the last two.
    package var lowercaseName: StaticString {
        switch self {
        case .host: "host"
        case .origin: "origin"
        case .upgrade: "upgrade"
        case .connection: "connection"
        case .key: "sec-websocket-key"
        case .version: "sec-websocket-version"
        case .subprotocol: "sec-websocket-protocol"
        case .extensions: "sec-websocket-extensions"
        case .cookie: "cookie"
        case .authorization: "authorization"
        case .forwardedFor: "x-forwarded-for"
        case .forwarded: "forwarded"
        case .forwardedProto: "x-forwarded-proto"
        case .contentLength: "content-length"
        case .transferEncoding: "transfer-encoding"
        case .other, .malformed: ""
        }
    }

    /// Which field the bytes in `range` name, in any case.
    package init(_ bytes: Span<UInt8>, in range: Range<Int>) {
        if let known = Self.known(bytes, range) {
            // Equal to a token, so one itself.
            self = known
        } else {
            self = ASCII.isToken(bytes, in: range) ? .other : .malformed
        }
    }

    private static func known(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Self? {
        func names(_ candidate: Self) -> Bool { bytes.equals(lowercase: candidate.lowercaseName, in: range) }
        // The length leaves at most three candidates.
        switch range.count {
        case 4: return names(.host) ? .host : nil
        case 6: return names(.origin) ? .origin : names(.cookie) ? .cookie : nil
        case 7: return names(.upgrade) ? .upgrade : nil
        case 9: return names(.forwarded) ? .forwarded : nil
        case 10: return names(.connection) ? .connection : nil
        case 13: return names(.authorization) ? .authorization : nil
        case 14: return names(.contentLength) ? .contentLength : nil
        case 15: return names(.forwardedFor) ? .forwardedFor : nil
        case 17:
            if names(.key) { return .key }
            return names(.forwardedProto) ? .forwardedProto : names(.transferEncoding) ? .transferEncoding : nil
        case 21: return names(.version) ? .version : nil
        case 22: return names(.subprotocol) ? .subprotocol : nil
        case 24: return names(.extensions) ? .extensions : nil
        default: return nil
        }
    }
}
