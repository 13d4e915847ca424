extension Violation {
    /// The name in policies, traffic files and logs: the case's name.
    public var name: String {
        switch self {
        case .badHandshake: "badHandshake"
        case .handshakeTooLarge: "handshakeTooLarge"
        case .clientForbidden: "clientForbidden"
        case .tlsRequired: "tlsRequired"
        case .hostForbidden: "hostForbidden"
        case .pathForbidden: "pathForbidden"
        case .originMissing: "originMissing"
        case .originForbidden: "originForbidden"
        case .connectionRate: "connectionRate"
        case .connectionCount: "connectionCount"
        case .subprotocolForbidden: "subprotocolForbidden"
        case .tokenMissing: "tokenMissing"
        case .tokenInvalid: "tokenInvalid"
        case .tokenExpired: "tokenExpired"
        case .tokenRevoked: "tokenRevoked"
        case .claimForbidden: "claimForbidden"
        case .storeUnavailable: "storeUnavailable"
        case .protocolError: "protocolError"
        case .controlFrameRate: "controlFrameRate"
        case .binaryForbidden: "binaryForbidden"
        case .frameTooLarge: "frameTooLarge"
        case .messageTooLarge: "messageTooLarge"
        case .tooManyFragments: "tooManyFragments"
        case .compressionBomb: "compressionBomb"
        case .messageRate: "messageRate"
        case .byteRate: "byteRate"
        case .invalidUTF8: "invalidUTF8"
        case .malformedJSON: "malformedJSON"
        case .nestingTooDeep: "nestingTooDeep"
        case .duplicateKey: "duplicateKey"
        case .unsafeNumber: "unsafeNumber"
        case .batchTooLarge: "batchTooLarge"
        case .unknownMessageType: "unknownMessageType"
        case .schemaMismatch: "schemaMismatch"
        case .forbiddenContent: "forbiddenContent"
        case .ruleDenied: "ruleDenied"
        case .handshakeTimeout: "handshakeTimeout"
        case .tokenTimeout: "tokenTimeout"
        case .idleTimeout: "idleTimeout"
        case .lifetimeReached: "lifetimeReached"
        case .slowClient: "slowClient"
        case .policyChanged: "policyChanged"
        }
    }

    /// The violation of that name, compared with case; nil where there is none.
    public init?(name: String) {
        guard let match = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }
}

extension Violation: CustomStringConvertible {
    /// The name.
    public var description: String { name }
}
