/// The fields of an opening handshake that decisions read; every other field is `other`.
package enum HandshakeFieldName: UInt8, CaseIterable, Sendable {
    case host, origin, upgrade, connection, key, version, subprotocol, extensions
    case cookie, authorization
    case forwardedFor, forwarded, forwardedProto
    case contentLength, transferEncoding
    /// The field that a policy names as the place of its token, whatever else it is.
    case custom
    /// A field that no decision reads.
    case other
    /// Not a token of RFC 9110 §5.6.2: no field at all.
    case malformed

    /// How many names there are.
    package static let count = 18

    /// The name in ASCII lower case; empty for the last three.
    package var lowercaseName: String {
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
        case .custom, .other, .malformed: ""
        }
    }

    /// Which field the bytes in `range` name, in any case.
    package init(_ bytes: Span<UInt8>, in range: Range<Int>) {
        guard ASCII.isToken(bytes, in: range) else {
            self = .malformed
            return
        }
        // The length leaves at most three candidates.
        func names(_ candidate: Self) -> Bool { bytes.equals(lowercase: candidate.lowercaseName, in: range) }
        switch range.count {
        case 4: self = names(.host) ? .host : .other
        case 6: self = names(.origin) ? .origin : names(.cookie) ? .cookie : .other
        case 7: self = names(.upgrade) ? .upgrade : .other
        case 9: self = names(.forwarded) ? .forwarded : .other
        case 10: self = names(.connection) ? .connection : .other
        case 13: self = names(.authorization) ? .authorization : .other
        case 14: self = names(.contentLength) ? .contentLength : .other
        case 15: self = names(.forwardedFor) ? .forwardedFor : .other
        case 17:
            self =
                names(.key)
                ? .key
                : names(.forwardedProto)
                    ? .forwardedProto
                    : names(.transferEncoding) ? .transferEncoding : .other
        case 21: self = names(.version) ? .version : .other
        case 22: self = names(.subprotocol) ? .subprotocol : .other
        case 24: self = names(.extensions) ? .extensions : .other
        default: self = .other
        }
    }
}
