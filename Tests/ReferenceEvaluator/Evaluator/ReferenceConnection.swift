import PolicyDocument
import PolicyModel
import WebSocketProtocol

/// One open connection, as plain facts.
struct ReferenceConnection {
    let number: Int
    let route: Int
    let countedAs: AddressBytes?
    var claims: TokenClaims?
    var isIdentified: Bool
    /// Whether the claims are of a check that only observes.
    var isObserved = false
    /// What of their end has been told already.
    var told: Set<Violation> = []
    /// The check whose token the first message is to bring.
    var awaiting: TokenCheck?
    let openedAt: UInt64
    var activeAt: UInt64
    var latest: UInt64
    /// Limits and keys that were counted for it.
    var holds: [(limit: Int, key: CounterKey)]
    /// The opcode and the bytes of the message so far, and its frames.
    var message: (isText: Bool, bytes: [UInt8], frames: Int)?
    /// A frame of which more is to come.
    var isInsideFrame = false
    var isClosed = false
    /// Whether a message of the client was delivered.
    var hasBegun = false
}
