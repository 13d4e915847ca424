import WebSocketProtocol

// A span cannot stand inside an expectation; these calls take the array that it would be made of.

extension HostField {
    static func parse(_ bytes: [UInt8]) -> HostAndPort? { parse(bytes.span) }
}

extension HostAndPort {
    init(_ bytes: [UInt8], in range: Range<Int>) throws(HostSyntaxError) {
        try self.init(parsing: bytes.span, in: range)
    }
    func equals(_ canonical: [UInt8], in bytes: [UInt8]) -> Bool { hostEquals(canonical.span, in: bytes.span) }
    func equals(_ other: HostAndPort, in bytes: [UInt8]) -> Bool { hostEquals(other, in: bytes.span) }
    func hash(in bytes: [UInt8], seed: UInt64) -> UInt64 { hostHash(in: bytes.span, seed: seed) }
    func canonical(in bytes: [UInt8]) -> String { String(decoding: canonicalHost(in: bytes.span), as: UTF8.self) }
}

extension OriginParts {
    static func parse(_ bytes: [UInt8]) -> OriginParts? { parse(bytes.span) }
    static func parse(_ bytes: [UInt8], in range: Range<Int>) -> OriginParts? { parse(bytes.span, in: range) }
    func equals(_ key: [UInt8], in bytes: [UInt8]) -> Bool { equals(canonicalKey: key.span, in: bytes.span) }
    func hash(in bytes: [UInt8], seed: UInt64) -> UInt64 { canonicalHash(in: bytes.span, seed: seed) }
    func key(of bytes: [UInt8]) -> [UInt8] {
        var key: [UInt8] = []
        appendCanonicalKey(of: bytes.span, to: &key)
        return key
    }
}

extension RequestTarget {
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(bytes.span, in: 0..<bytes.count)
    }
}

extension FrameHeader {
    static func parse(_ bytes: [UInt8], allowsRSV1: Bool = false) throws(FrameHeaderError) -> FrameHeader? {
        try parse(bytes.span, allowsRSV1: allowsRSV1)
    }
}

extension UTF8Validator {
    static func firstInvalidOffset(in bytes: [UInt8]) -> Int? { firstInvalidOffset(in: bytes.span) }
}

extension Array<UInt8> {
    init(_ text: String) { self = Array(text.utf8) }
    func text(_ range: Range<Int>) -> String { String(decoding: self[range], as: UTF8.self) }
}
