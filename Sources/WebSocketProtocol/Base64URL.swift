/// Base64 with the alphabet of URLs and file names (RFC 4648 §5), read strictly.
///
/// No padding, no other character, no set bit in the last character that carries nothing: one sequence of bytes has one text.
package enum Base64URL {
    /// How many bytes a text of that length decodes to; nil where no text has that length.
    package static func decodedCount(of count: Int) -> Int? {
        switch count & 3 {
        case 0: count / 4 * 3
        case 2: count / 4 * 3 + 1
        case 3: count / 4 * 3 + 2
        default: nil
        }
    }

    /// Appends the bytes of a text to `output`; false where the text is not canonical, and nothing is appended then.
    ///
    /// It allocates only when `output` must grow.
    package static func decode(
        _ range: Range<Int>,
        in bytes: Span<UInt8>,
        into output: inout [UInt8]
    ) -> Bool {
        guard let decodedCount = decodedCount(of: range.count) else { return false }
        guard decodedCount > 0 else { return true }
        return ByteScan.decodeBase64URL(bytes.extracting(range), count: decodedCount, into: &output)
    }

    /// Appends the bytes of a text that fills `bytes` to `output`; false where it is not canonical.
    package static func decode(_ bytes: Span<UInt8>, into output: inout [UInt8]) -> Bool {
        decode(bytes.indices, in: bytes, into: &output)
    }

    /// The one text of some bytes.
    package static func encoded(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var text: [UInt8] = []
        var bits: UInt32 = 0
        var pending: UInt32 = 0
        for byte in bytes {
            bits = bits &<< 8 | UInt32(byte)
            pending &+= 8
            while pending >= 6 {
                pending &-= 6
                text.append(alphabet[Int(bits &>> pending & 63)])
            }
        }
        if pending > 0 { text.append(alphabet[Int(bits &<< (6 &- pending) & 63)]) }
        return String(decoding: text, as: UTF8.self)
    }
}
