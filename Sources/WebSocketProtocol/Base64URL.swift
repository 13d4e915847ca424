import CByteScan

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
        let text = bytes.extracting(range)
        let start = output.count
        output.reserveCapacity(start + decodedCount)
        var isCanonical = false
        output.append(addingCapacity: decodedCount) { room in isCanonical = decode(text, into: &room) }
        return isCanonical
    }

    /// Writes what a text decodes to; writes nothing where it is not canonical.
    private static func decode(_ text: Span<UInt8>, into room: inout OutputSpan<UInt8>) -> Bool {
        let groups = text.count / 4
        guard room.freeCapacity >= groups * 3, decode(groups: groups, of: text, into: &room) else {
            room.removeAll()
            return false
        }
        var next = groups * 4
        var bits: UInt32 = 0
        var pending: UInt32 = 0
        while next < text.count {
            guard let value = value(text[next]) else {
                room.removeAll()
                return false
            }
            bits = bits &<< 6 | value
            pending &+= 6
            if pending >= 8 {
                pending &-= 8
                room.append(UInt8(truncatingIfNeeded: bits &>> pending))
            }
            next &+= 1
        }
        guard bits & ((1 &<< pending) &- 1) == 0 else {
            room.removeAll()
            return false
        }
        return true
    }

    /// Writes what whole groups of four characters decode to, three bytes each; false where a character is none.
    private static func decode(groups: Int, of text: Span<UInt8>, into room: inout OutputSpan<UInt8>) -> Bool {
        var wrong: UInt8 = 0
        // Both spans have room for all groups; the table has a value for every byte.
        unsafe values.withUnsafeBufferPointer { table in
            unsafe text.withUnsafeBufferPointer { text in
                unsafe room.withUnsafeMutableBufferPointer { room, count in
                    guard let characters = text.baseAddress, let bytes = room.baseAddress else { return }
                    // Whole blocks first; the rest, and the block with a wrong character, one by one.
                    var from = unsafe base64_scan_url(characters, groups &* 4, bytes + count)
                    var to = count &+ from / 4 &* 3
                    for _ in from / 4..<groups {
                        let first = unsafe table[Int(text[from])]
                        let second = unsafe table[Int(text[from &+ 1])]
                        let third = unsafe table[Int(text[from &+ 2])]
                        let fourth = unsafe table[Int(text[from &+ 3])]
                        wrong |= first | second | third | fourth
                        unsafe room[to] = first &<< 2 | second &>> 4
                        unsafe room[to &+ 1] = second &<< 4 | third &>> 2
                        unsafe room[to &+ 2] = third &<< 6 | fourth
                        from &+= 4
                        to &+= 3
                    }
                    count = to
                }
            }
        }
        // Characters outside of the alphabet have the top bit.
        return wrong & 0x80 == 0
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

    /// By byte the value of a character, 0x80 for others.
    private static let values: [UInt8] = (0...255).map { byte in
        value(UInt8(byte)).map { UInt8($0) } ?? 0x80
    }

    private static func value(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x41...0x5A: UInt32(byte &- 0x41)
        case 0x61...0x7A: UInt32(byte &- 0x61 &+ 26)
        case 0x30...0x39: UInt32(byte &- 0x30 &+ 52)
        case 0x2D: 62
        case 0x5F: 63
        default: nil
        }
    }
}
