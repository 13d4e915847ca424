/// How a refusal is told to the client: the table "Violations" of the language.
extension Violation {
    /// The HTTP status that refuses an opening handshake; nil where the violation only occurs later.
    ///
    /// A handshake of another version than 13 is badHandshake too, but answered by 426 (`HandshakeProblem.status`).
    public var defaultStatus: UInt16? {
        switch self {
        case .badHandshake, .subprotocolForbidden: 400
        case .tokenMissing, .tokenExpired, .tokenInvalid, .tokenRevoked: 401
        case .clientForbidden, .tlsRequired, .originMissing, .originForbidden, .claimForbidden, .ruleDenied: 403
        case .pathForbidden: 404
        case .handshakeTimeout, .tokenTimeout, .idleTimeout, .lifetimeReached: 408
        case .hostForbidden: 421
        case .connectionRate: 429
        case .handshakeTooLarge: 431
        case .connectionCount, .storeUnavailable: 503
        case .protocolError, .controlFrameRate, .binaryForbidden, .frameTooLarge, .messageTooLarge, .tooManyFragments,
            .compressionBomb, .messageRate, .byteRate, .invalidUTF8, .malformedJSON, .nestingTooDeep, .duplicateKey,
            .unsafeNumber, .batchTooLarge, .unknownMessageType, .schemaMismatch, .forbiddenContent, .slowClient,
            .policyChanged:
            nil
        }
    }

    /// The code of the close frame, unless the policy says another.
    public var defaultCloseCode: UInt16 {
        switch self {
        case .badHandshake, .subprotocolForbidden, .protocolError: 1002
        case .binaryForbidden: 1003
        case .invalidUTF8: 1007
        case .handshakeTooLarge: 1008
        case .policyChanged: 1012
        case .storeUnavailable: 1013
        case .malformedJSON, .duplicateKey, .nestingTooDeep, .unsafeNumber, .batchTooLarge, .unknownMessageType,
            .schemaMismatch, .forbiddenContent:
            4000
        case .tokenMissing, .tokenRevoked: 4001
        case .tokenExpired: 4002
        case .clientForbidden, .tlsRequired, .hostForbidden, .tokenInvalid, .claimForbidden, .ruleDenied: 4003
        case .pathForbidden, .originMissing, .originForbidden: 4004
        case .frameTooLarge, .messageTooLarge, .tooManyFragments, .compressionBomb, .slowClient: 4008
        case .connectionRate, .connectionCount, .messageRate, .byteRate, .controlFrameRate: 4029
        case .handshakeTimeout, .tokenTimeout, .idleTimeout, .lifetimeReached: 4408
        }
    }

    /// Whether the violation may refuse an opening handshake: it stands in `handshakeOrder`, or is its timeout.
    public var isHandshake: Bool {
        self == .handshakeTimeout || Self.handshakeOrder.contains(self)
    }

    /// Whether `deliver: close` may be asked for: upgrade first, then close with the code.
    ///
    /// Only what stands behind the checks of form, address, host and path, so that no socket is opened for a flood.
    public var mayDeliverClose: Bool {
        switch self {
        case .badHandshake, .handshakeTooLarge, .clientForbidden, .tlsRequired, .hostForbidden, .pathForbidden,
            .handshakeTimeout:
            false
        default: isHandshake
        }
    }

    /// Whether a refusal by HTTP carries `Retry-After`.
    public var needsRetryAfter: Bool { self == .connectionRate || self == .connectionCount }

    /// The reason sent to a client: names the violation, never the policy's inside; at most 123 bytes.
    public var summary: String {
        switch self {
        case .badHandshake: "bad handshake"
        case .handshakeTooLarge: "handshake too large"
        case .clientForbidden: "client not allowed"
        case .tlsRequired: "TLS required"
        case .hostForbidden: "host not served here"
        case .pathForbidden: "no such path"
        case .originMissing: "origin missing"
        case .originForbidden: "origin not allowed"
        case .connectionRate: "too many new connections"
        case .connectionCount: "too many open connections"
        case .subprotocolForbidden: "no offered subprotocol is allowed"
        case .tokenMissing: "token missing"
        case .tokenInvalid: "token invalid"
        case .tokenExpired: "token expired"
        case .tokenRevoked: "token revoked"
        case .claimForbidden: "not allowed by the token"
        case .storeUnavailable: "temporarily unavailable"
        case .protocolError: "protocol error"
        case .controlFrameRate: "too many control frames"
        case .binaryForbidden: "kind of message not accepted"
        case .frameTooLarge: "frame too large"
        case .messageTooLarge: "message too large"
        case .tooManyFragments: "too many fragments"
        case .compressionBomb: "compressed too far"
        case .messageRate: "too many messages"
        case .byteRate: "too many bytes"
        case .invalidUTF8: "invalid UTF-8"
        case .malformedJSON: "malformed JSON"
        case .nestingTooDeep: "nesting too deep"
        case .duplicateKey: "duplicate key"
        case .unsafeNumber: "number not interoperable"
        case .batchTooLarge: "batch too large"
        case .unknownMessageType: "unknown message type"
        case .schemaMismatch: "message not as agreed"
        case .forbiddenContent: "forbidden content"
        case .ruleDenied: "not allowed"
        case .handshakeTimeout: "handshake timed out"
        case .tokenTimeout: "no token in time"
        case .idleTimeout: "idle for too long"
        case .lifetimeReached: "connection lifetime reached"
        case .slowClient: "client reads too slowly"
        case .policyChanged: "policy changed"
        }
    }
}
