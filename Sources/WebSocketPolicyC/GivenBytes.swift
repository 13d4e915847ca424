import CWebSocketPolicy

/// Bytes that a caller of the C interface points at, looked at before they are read.
enum GivenBytes {
    /// The most bytes of a plan.
    static let mostPlanBytes = 1 << 28
    /// The most bytes of one message that are looked at, whatever the policy allows.
    static let mostMessageBytes = 1 << 31
    /// The most bytes of a handshake that are copied where the policy's own limit is not larger.
    static let mostHandshakeBytes = 1 << 20

    /// Whether an address and a length can be: a length that does not fit is negative here.
    static func areReadable(_ data: UnsafePointer<UInt8>?, _ length: Int) -> Bool {
        unsafe length >= 0 && (data != nil || length == 0)
    }

    /// A span of what the caller points at, for the time of one call; nil where address and length cannot be.
    @inline(__always)
    static func withSpan<Answer>(
        _ data: UnsafePointer<UInt8>?,
        _ length: Int,
        _ body: (Span<UInt8>) -> Answer
    ) -> Answer? {
        guard length >= 0 else { return nil }
        // The caller promises that `length` bytes stand there until the call returns.
        guard let data = unsafe data else { return length == 0 ? body(Span()) : nil }
        let span = unsafe Span(_unsafeStart: data, count: length)
        return body(span)
    }

    /// A copy; nil where address and length cannot be, or it is longer than `most`.
    static func copy(_ data: UnsafePointer<UInt8>?, _ length: Int, most: Int) -> [UInt8]? {
        guard unsafe areReadable(data, length), length <= most else { return nil }
        return unsafe Array(UnsafeBufferPointer(start: data, count: length))
    }

    /// A copy of bytes whose length was summed up and bounded before; nil where address and length cannot be.
    static func copy(_ bytes: wsp_bytes) -> [UInt8]? {
        unsafe copy(bytes.data, bytes.length, most: Int.max)
    }

    /// A text that ends with a zero; nil for no address, or where no zero stands in the first 4,096 bytes.
    static func path(_ text: UnsafePointer<CChar>?) -> String? {
        guard let text = unsafe text else { return nil }
        var bytes: [UInt8] = []
        for place in 0..<4_096 {
            // Nothing behind the first zero is read.
            let byte = unsafe UInt8(bitPattern: text[place])
            if byte == 0 { return String(validating: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return nil
    }
}
