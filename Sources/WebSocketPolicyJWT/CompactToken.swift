import WebSocketProtocol

/// Where the parts of a compact JWS stand (RFC 7515 §7.1): exactly three, none of them empty; each is read as strict base64url.
struct CompactToken {
    /// No longer token is looked at, in bytes.
    static let maximumByteCount = 8192

    /// Bytes of the header's text.
    let headerByteCount: Int
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
        guard let first = bytes.firstIndex(of: 0x2E, in: bytes.indices), first > 0,
            let second = bytes.firstIndex(of: 0x2E, in: (first + 1)..<bytes.count), second > first + 1,
            second + 1 < bytes.count, bytes.firstIndex(of: 0x2E, in: (second + 1)..<bytes.count) == nil
        else { throw .notThreeParts }
        headerByteCount = first
        signedByteCount = second
    }

    /// The header's bytes.
    func header(_ bytes: Span<UInt8>) throws(Problem) -> [UInt8] { try Self.part(0..<headerByteCount, bytes) }

    /// The payload's bytes.
    func payload(_ bytes: Span<UInt8>) throws(Problem) -> [UInt8] {
        try Self.part((headerByteCount + 1)..<signedByteCount, bytes)
    }

    /// The signature's bytes, in memory that was used before.
    func signature(_ bytes: Span<UInt8>, into signature: inout [UInt8]) throws(Problem) {
        signature.removeAll(keepingCapacity: true)
        guard Base64URL.decode((signedByteCount + 1)..<bytes.count, in: bytes, into: &signature) else {
            throw .notBase64URL
        }
    }

    private static func part(_ range: Range<Int>, _ bytes: Span<UInt8>) throws(Problem) -> [UInt8] {
        var decoded: [UInt8] = []
        guard Base64URL.decode(range, in: bytes, into: &decoded) else { throw .notBase64URL }
        return decoded
    }
}
