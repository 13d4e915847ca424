import NIOCore
import WebSocketProtocol

/// Frames as a server sends them: final, unmasked, with the shortest length (RFC 6455 §5.2).
enum FrameText {
    /// Appends the header of a frame.
    static func appendHeader(_ opcode: Opcode, payloadByteCount count: Int, to buffer: inout ByteBuffer) {
        let first = 0x80 | opcode.rawValue
        switch count {
        case 0...125: buffer.writeMultipleIntegers(first, UInt8(truncatingIfNeeded: count))
        case 126...0xFFFF: buffer.writeMultipleIntegers(first, 126 as UInt8, UInt16(truncatingIfNeeded: count))
        default: buffer.writeMultipleIntegers(first, 127 as UInt8, UInt64(count))
        }
    }

    /// Appends a control frame; of its payload at most 125 bytes.
    static func appendControl(_ opcode: Opcode, _ payload: Span<UInt8>, to buffer: inout ByteBuffer) {
        let count = min(payload.count, 125)
        appendHeader(opcode, payloadByteCount: count, to: &buffer)
        for index in 0..<count { buffer.writeInteger(payload[index]) }
    }

    /// Appends the answer to a client's close frame: the code that it sent (RFC 6455 §5.5.1), also 1010, which only a
    /// client sends first.
    static func appendCloseAnswer(_ code: UInt16?, to buffer: inout ByteBuffer) {
        appendHeader(.close, payloadByteCount: code == nil ? 0 : 2, to: &buffer)
        if let code { buffer.writeInteger(code) }
    }

    /// Appends a close frame: empty without a code, which a server must not send as 1005.
    static func appendClose(_ close: WebSocketClose, to buffer: inout ByteBuffer) {
        guard let code = close.code else {
            appendHeader(.close, payloadByteCount: 0, to: &buffer)
            return
        }
        let reason = CloseReason.truncated(close.reason)
        appendHeader(.close, payloadByteCount: 2 + reason.utf8.count, to: &buffer)
        // A code that only stands for the lack of one never travels: 1011, an error of the server.
        buffer.writeInteger(CloseCode.isSendable(byServer: code) ? code : 1011)
        buffer.writeString(reason)
    }
}
