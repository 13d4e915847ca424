/// The payload of a received close frame (RFC 6455 §5.5.1).
package enum ClosePayload: Equatable, Sendable {
    /// No code: answer with an empty close, never with 1005.
    case empty
    /// A code and a reason, which fills the payload from its third byte on.
    case code(UInt16)
    /// What breaks the protocol: one byte, or a code that a client must not send.
    case malformed
    /// A reason that is not UTF-8.
    case invalidUTF8

    /// Reads a close frame that a client sent.
    ///
    /// - Parameter payload: the payload, unmasked; at most 125 bytes.
    package init(fromClient payload: Span<UInt8>) {
        guard !payload.isEmpty else {
            self = .empty
            return
        }
        guard payload.count >= 2 else {
            self = .malformed
            return
        }
        let code = UInt16(payload[0]) &<< 8 | UInt16(payload[1])
        guard CloseCode.isSendable(byClient: code) else {
            self = .malformed
            return
        }
        self = UTF8Validator.firstInvalidOffset(in: payload.extracting(2...)) == nil ? .code(code) : .invalidUTF8
    }

    /// Why the frame is refused; nil where it is not.
    package var violation: Violation? {
        switch self {
        case .empty, .code: nil
        case .malformed: .protocolError
        case .invalidUTF8: .invalidUTF8
        }
    }
}
