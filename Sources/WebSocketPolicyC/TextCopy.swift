import CWebSocketPolicy

/// Writes texts into memory of a caller of the C interface.
enum TextCopy {
    /// Writes at most `capacity` - 1 bytes and a zero, cut between characters.
    ///
    /// - Parameters:
    ///   - text: what to write; nil where there is none.
    ///   - buffer: the caller's memory; nil where the capacity is 0.
    ///   - capacity: its length.
    /// - Returns: the whole text's length in bytes, `WSP_NONE`, or `WSP_ERROR_ARGUMENT`.
    static func write(_ text: String?, _ buffer: UnsafeMutablePointer<CChar>?, _ capacity: Int) -> Int64 {
        guard capacity >= 0, unsafe buffer != nil || capacity == 0 else { return Int64(Outcome.argument) }
        guard let text else {
            // The caller said that `capacity` bytes stand there.
            if capacity > 0 { unsafe buffer?[0] = 0 }
            return Int64(Outcome.none)
        }
        let bytes = Array(text.utf8)
        guard let buffer = unsafe buffer, capacity > 0 else { return Int64(bytes.count) }
        var end = min(bytes.count, capacity - 1)
        while end > 0, end < bytes.count, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        // `end` is below `capacity`.
        for place in 0..<end { unsafe buffer[place] = CChar(bitPattern: bytes[place]) }
        unsafe buffer[end] = 0
        return Int64(bytes.count)
    }
}
