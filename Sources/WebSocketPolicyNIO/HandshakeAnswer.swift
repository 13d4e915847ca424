import Crypto
import NIOCore
import PolicyRuntime
import WebSocketProtocol

/// The HTTP responses to an opening handshake.
enum HandshakeAnswer {
    private static let identifier = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    /// The value of Sec-WebSocket-Accept for a key (RFC 6455 §4.2.2).
    static func accept(key: some Sequence<UInt8>) -> String {
        var hash = Insecure.SHA1()
        hash.update(data: Array(key))
        hash.update(data: Array(identifier.utf8))
        return base64(Array(hash.finalize()))
    }

    /// Appends `101 Switching Protocols`.
    ///
    /// - Parameters:
    ///   - request: the handshake, which has one key.
    ///   - subprotocol: what was selected.
    ///   - headers: the policy's fields.
    ///   - buffer: where the response goes.
    static func appendUpgrade(
        of request: HandshakeRequest,
        subprotocol: String?,
        headers: [(name: String, value: String)],
        to buffer: inout ByteBuffer
    ) {
        buffer.writeStaticString("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
        append("Sec-WebSocket-Accept", accept(key: request.keyBytes), to: &buffer)
        if let subprotocol { append("Sec-WebSocket-Protocol", subprotocol, to: &buffer) }
        for (name, value) in headers { append(name, value, to: &buffer) }
        buffer.writeStaticString("\r\n")
    }

    /// Appends the refusal's response; it says that the connection closes, and names the violation in its body.
    static func appendRefusal(_ refusal: Refusal, to buffer: inout ByteBuffer) {
        let body = refusal.reason + "\n"
        buffer.writeString("HTTP/1.1 \(refusal.status) \(phrase(refusal.status))\r\n")
        append("Content-Type", "text/plain; charset=utf-8", to: &buffer)
        append("Content-Length", "\(body.utf8.count)", to: &buffer)
        for (name, value) in refusal.responseHeaders { append(name, value, to: &buffer) }
        if refusal.delivery == .close { append("Connection", "close", to: &buffer) }
        buffer.writeStaticString("\r\n")
        buffer.writeString(body)
    }

    private static func append(_ name: String, _ value: String, to buffer: inout ByteBuffer) {
        buffer.writeString(name)
        buffer.writeStaticString(": ")
        buffer.writeString(value)
        buffer.writeStaticString("\r\n")
    }

    /// The reason phrase of a status that refusals have (RFC 9110 §15).
    static func phrase(_ status: UInt16) -> String {
        switch status {
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 421: "Misdirected Request"
        case 426: "Upgrade Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 503: "Service Unavailable"
        default: "Refused"
        }
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let rest = min(3, bytes.count - index)
            var word = 0
            for step in 0..<3 { word = word << 8 | (step < rest ? Int(bytes[index + step]) : 0) }
            for step in 0..<4 { text.append(step <= rest ? alphabet[word >> (18 - 6 * step) & 63] : 0x3D) }
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }
}
