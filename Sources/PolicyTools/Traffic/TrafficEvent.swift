package import WebSocketProtocol

/// One line of a traffic file: something that happens to a connection at a moment.
package struct TrafficEvent: Sendable {
    package enum Kind: Sendable {
        /// Opens the connection.
        case handshake(HandshakeRequest)
        /// Client to server, whole.
        case message(TrafficMessage)
        /// Server to client, whole.
        case serverMessage(TrafficMessage)
        /// Client to server, one frame.
        case frame(TrafficFrame)
        /// The peer went away, with this code where it sent one.
        case close(code: UInt16?)
        /// Only time passes.
        case tick
    }

    /// The line's number, from 1.
    package let line: Int
    /// Nanoseconds since 1970; never below that of the line before.
    package let unixNanoseconds: Int64
    package let connection: String
    package let kind: Kind

    package init(line: Int, unixNanoseconds: Int64, connection: String, kind: Kind) {
        self.line = line
        self.unixNanoseconds = unixNanoseconds
        self.connection = connection
        self.kind = kind
    }
}

/// A whole message.
package struct TrafficMessage: Sendable, Equatable {
    /// Text or binary.
    package let opcode: Opcode
    package let bytes: [UInt8]

    package init(opcode: Opcode, bytes: [UInt8]) {
        self.opcode = opcode
        self.bytes = bytes
    }
}

/// One frame, with what has arrived of its payload.
package struct TrafficFrame: Sendable, Equatable {
    package let opcode: Opcode
    package let isFinal: Bool
    package let isMasked: Bool
    /// RSV1, RSV2 and RSV3 as the bits 4, 2 and 1.
    package let reservedBits: UInt8
    /// What has arrived of the payload, unmasked.
    package let payload: [UInt8]
    /// The payload's length as the header announces it; at least that of `payload`.
    package let announcedLength: UInt64

    package init(
        opcode: Opcode,
        isFinal: Bool,
        isMasked: Bool,
        reservedBits: UInt8,
        payload: [UInt8],
        announcedLength: UInt64
    ) {
        self.opcode = opcode
        self.isFinal = isFinal
        self.isMasked = isMasked
        self.reservedBits = reservedBits
        self.payload = payload
        self.announcedLength = announcedLength
    }

    /// Whether the whole payload is there.
    package var isWhole: Bool { announcedLength == UInt64(payload.count) }

    /// The header as it stands on the wire, with a masking key of zeros.
    package var headerBytes: [UInt8] {
        var bytes: [UInt8] = [(isFinal ? 0x80 : 0) | reservedBits << 4 | opcode.rawValue]
        let mask: UInt8 = isMasked ? 0x80 : 0
        func append(_ count: Int) {
            for place in stride(from: 8 * (count - 1), through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: announcedLength >> UInt64(place)))
            }
        }
        switch announcedLength {
        case ..<126: bytes.append(mask | UInt8(announcedLength))
        case ...0xFFFF:
            bytes.append(mask | 126)
            append(2)
        default:
            bytes.append(mask | 127)
            append(8)
        }
        if isMasked { bytes += [0, 0, 0, 0] }
        return bytes
    }
}
