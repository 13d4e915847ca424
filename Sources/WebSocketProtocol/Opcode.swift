/// What a frame carries (RFC 6455 §5.2): four bits, of which six values are defined.
@frozen
public struct Opcode: RawRepresentable, Hashable, Sendable {
    /// The four bits, 0 to 15; the upper four are zero.
    public let rawValue: UInt8

    /// Makes an opcode of the lower four bits of `rawValue`.
    @inlinable
    public init(rawValue: UInt8) {
        self.rawValue = rawValue & 0x0F
    }

    /// A further fragment of a message.
    @inlinable public static var continuation: Opcode { Opcode(rawValue: 0x0) }
    /// The first fragment, or the whole, of a text message.
    @inlinable public static var text: Opcode { Opcode(rawValue: 0x1) }
    /// The first fragment, or the whole, of a binary message.
    @inlinable public static var binary: Opcode { Opcode(rawValue: 0x2) }
    /// The closing handshake.
    @inlinable public static var close: Opcode { Opcode(rawValue: 0x8) }
    /// A question whether the peer is there.
    @inlinable public static var ping: Opcode { Opcode(rawValue: 0x9) }
    /// The answer to a ping, or a sign of life.
    @inlinable public static var pong: Opcode { Opcode(rawValue: 0xA) }

    /// Whether this is a control frame: close, ping, pong, and the five that are reserved for more.
    @inlinable public var isControl: Bool { rawValue & 0x8 != 0 }

    /// Whether no meaning is defined: 3 to 7 and 11 to 15.
    @inlinable public var isReserved: Bool { rawValue & 0x7 > 2 }
}

extension Opcode: CustomStringConvertible {
    /// The name as traffic files spell it, or the number of a reserved opcode.
    public var description: String {
        switch self {
        case .continuation: "continuation"
        case .text: "text"
        case .binary: "binary"
        case .close: "close"
        case .ping: "ping"
        case .pong: "pong"
        default: String(rawValue)
        }
    }
}
