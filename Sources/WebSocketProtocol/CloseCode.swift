/// A status code of a close frame (RFC 6455 §7.4 and the registry of IANA).
@frozen
public struct CloseCode: RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    public let rawValue: UInt16

    /// Makes a code of any number, sendable or not.
    @inlinable
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The purpose of the connection is fulfilled.
    @inlinable public static var normal: CloseCode { CloseCode(rawValue: 1000) }
    /// An end goes away: a server stops, a page is left.
    @inlinable public static var goingAway: CloseCode { CloseCode(rawValue: 1001) }
    /// The peer broke the protocol.
    @inlinable public static var protocolError: CloseCode { CloseCode(rawValue: 1002) }
    /// The peer sent a type of data that this end does not take.
    @inlinable public static var unsupportedData: CloseCode { CloseCode(rawValue: 1003) }
    /// Never on the wire: a close frame without a code was received.
    @inlinable public static var noStatus: CloseCode { CloseCode(rawValue: 1005) }
    /// Never on the wire: the connection ended without a close frame.
    @inlinable public static var abnormal: CloseCode { CloseCode(rawValue: 1006) }
    /// Text that is not UTF-8.
    @inlinable public static var invalidPayload: CloseCode { CloseCode(rawValue: 1007) }
    /// A policy is violated.
    @inlinable public static var policyViolation: CloseCode { CloseCode(rawValue: 1008) }
    /// A message is too big.
    @inlinable public static var messageTooBig: CloseCode { CloseCode(rawValue: 1009) }
    /// The server met a condition that it did not expect.
    @inlinable public static var internalError: CloseCode { CloseCode(rawValue: 1011) }
    /// The service restarts; a client may connect again.
    @inlinable public static var serviceRestart: CloseCode { CloseCode(rawValue: 1012) }
    /// The service is overloaded; a client may try again later.
    @inlinable public static var tryAgainLater: CloseCode { CloseCode(rawValue: 1013) }
    /// A gateway could not reach what stands behind it.
    @inlinable public static var badGateway: CloseCode { CloseCode(rawValue: 1014) }

    /// Whether a server may send `code`: 1000–1003, 1007–1009, 1011–1014, 3000–4999.
    ///
    /// 1010 belongs to clients; 1004, 1005, 1006 and 1015 stand for what is not on the wire; the rest is unassigned.
    @inlinable
    public static func isSendable(byServer code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1009, 1011...1014, 3000...4999: true
        default: false
        }
    }

    /// Whether a client may send `code`: what a server may send, and 1010.
    ///
    /// Anything else in a received close frame breaks the protocol.
    @inlinable
    public static func isSendable(byClient code: UInt16) -> Bool {
        code == 1010 || isSendable(byServer: code)
    }
}
