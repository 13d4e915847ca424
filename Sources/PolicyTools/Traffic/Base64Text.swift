import WebSocketProtocol

/// Base64 with padding (RFC 4648 §4), as traffic files carry bytes that are no text.
package enum Base64Text {
    /// The bytes; nil where the text is not canonical.
    package static func decode(_ text: String) -> [UInt8]? {
        var characters = Array(text.utf8)
        guard characters.count.isMultiple(of: 4), !characters.contains(where: { $0 == 0x2D || $0 == 0x5F }) else {
            return nil
        }
        for _ in 0..<2 where characters.last == 0x3D { characters.removeLast() }
        for place in characters.indices {
            switch characters[place] {
            case 0x2B: characters[place] = 0x2D
            case 0x2F: characters[place] = 0x5F
            default: break
            }
        }
        var bytes: [UInt8] = []
        return Base64URL.decode(characters.span, into: &bytes) ? bytes : nil
    }
}
