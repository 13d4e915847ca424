package import PolicyDocument
import PolicyModel
package import WebSocketProtocol

/// What happens to a connection.
package enum ReferenceEvent: Sendable {
    case handshake(HandshakeRequest)
    /// A whole message; text or binary.
    case message(isText: Bool, [UInt8])
    /// What the server is about to send.
    case serverMessage(isText: Bool, [UInt8])
    case frame(ReferenceFrame)
    case tick
    /// The peer went away.
    case close
}

/// One frame, with what has arrived of its payload, unmasked.
package struct ReferenceFrame: Sendable {
    package var opcode: UInt8
    package var isFinal: Bool
    package var isMasked: Bool
    package var reservedBits: UInt8
    package var payload: [UInt8]
    package var announcedLength: UInt64

    package init(
        opcode: UInt8,
        isFinal: Bool,
        isMasked: Bool = true,
        reservedBits: UInt8 = 0,
        payload: [UInt8],
        announcedLength: UInt64? = nil
    ) {
        self.opcode = opcode
        self.isFinal = isFinal
        self.isMasked = isMasked
        self.reservedBits = reservedBits
        self.payload = payload
        self.announcedLength = announcedLength ?? UInt64(payload.count)
    }
}

/// What is decided about an event, in terms that any implementation can be compared in.
package struct ReferenceDecision: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case accept, authenticated, refuse, forward, warn, drop, close, wait, control, closed
    }

    package var kind: Kind
    package var violation: Violation?
    /// Of a refused handshake.
    package var deliversClose = false
    package var status: UInt16?
    package var closeCode: UInt16?
    package var retryAfter: UInt64?
    package var route: String?
    package var subprotocol: String?
    package var subject: String?
    package var awaitsToken = false
    package var type: String?
    package var offset: Int?
    package var observed: Set<Violation> = []
    /// Where the policy says so; any of them may be named.
    ///
    /// Empty: not compared.
    package var places: Set<Span> = []

    package init(_ kind: Kind) {
        self.kind = kind
    }
}
