import WebSocketProtocol

/// How the bytes of a key are written, by its number in the plan.
enum KeyEncoding: UInt32 {
    case raw, base64url, base64, hex

    var name: String {
        switch self {
        case .raw: "raw"
        case .base64url: "base64url"
        case .base64: "base64"
        case .hex: "hexadecimal"
        }
    }

    /// The key's bytes; nil where the text is not in this encoding.
    func decode(_ text: [UInt8]) -> [UInt8]? {
        switch self {
        case .raw: return text
        case .base64url: return Self.base64url(text)
        case .base64:
            guard !text.contains(where: { $0 == 0x2D || $0 == 0x5F }), text.count.isMultiple(of: 4) else { return nil }
            let padding = text.suffix(2).reversed().prefix { $0 == 0x3D }.count
            return Self.base64url(
                text.dropLast(padding).map { byte in
                    switch byte {
                    case 0x2B: 0x2D
                    case 0x2F: 0x5F
                    default: byte
                    }
                }
            )
        case .hex:
            guard text.count.isMultiple(of: 2) else { return nil }
            var bytes: [UInt8] = []
            for place in stride(from: 0, to: text.count, by: 2) {
                guard let high = Self.nibble(text[place]), let low = Self.nibble(text[place + 1]) else { return nil }
                bytes.append(high << 4 | low)
            }
            return bytes
        }
    }

    private static func base64url(_ text: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        return Base64URL.decode(text.span, into: &bytes) ? bytes : nil
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x37
        case 0x61...0x66: digit - 0x57
        default: nil
        }
    }
}
