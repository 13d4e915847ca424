import WebSocketProtocol

/// A compact JWS taken apart (RFC 7515 §7.1): exactly three parts, none of them empty, each strict base64url.
struct CompactToken {
    /// No longer token is looked at, in bytes.
    static let maximumByteCount = 8192

    let header: [UInt8]
    let payload: [UInt8]
    let signature: [UInt8]
    /// Bytes of the token that the signature covers: header, dot, payload.
    let signedByteCount: Int

    /// Why a text is no compact JWS, as a sentence for the operator.
    enum Problem: String, Error {
        case tooLong = "the token is longer than 8192 bytes"
        case notThreeParts = "the token has not exactly three parts that are not empty"
        case notBase64URL = "a part of the token is not canonical base64url"
    }

    init(_ bytes: Span<UInt8>) throws(Problem) {
        guard bytes.count <= Self.maximumByteCount else { throw .tooLong }
        var first: Int?
        var second: Int?
        for index in bytes.indices where bytes[index] == 0x2E {
            guard second == nil else { throw .notThreeParts }
            if first == nil { first = index } else { second = index }
        }
        guard let first, let second, first > 0, second > first + 1, second + 1 < bytes.count else {
            throw .notThreeParts
        }
        header = try Self.part(0..<first, bytes)
        payload = try Self.part((first + 1)..<second, bytes)
        signature = try Self.part((second + 1)..<bytes.count, bytes)
        signedByteCount = second
    }

    private static func part(_ range: Range<Int>, _ bytes: Span<UInt8>) throws(Problem) -> [UInt8] {
        var decoded: [UInt8] = []
        guard Base64URL.decode(range, in: bytes, into: &decoded) else { throw .notBase64URL }
        return decoded
    }
}
