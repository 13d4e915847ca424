/// The order in which a decision reports: the section "Order of a decision" of the language.
///
/// A violation that is met in several places stands in each of them.
extension Violation {
    /// What an opening handshake meets, first to last.
    package static let handshakeOrder: [Violation] = [
        .badHandshake, .handshakeTooLarge, .clientForbidden, .tlsRequired, .hostForbidden, .pathForbidden,
        .originMissing, .originForbidden,
        // By address, route and server.
        .connectionRate, .connectionCount,
        .subprotocolForbidden, .tokenMissing,
        // Failed attempts of this address.
        .connectionRate,
        .tokenInvalid, .tokenExpired, .tokenRevoked, .claimForbidden,
        // By subject or claim.
        .connectionRate, .connectionCount,
        // In the place of the shared limit that could not be asked; the last such place is this one.
        .storeUnavailable,
        .ruleDenied,
    ]

    /// What a message meets, first to last.
    package static let messageOrder: [Violation] = [
        .protocolError, .controlFrameRate, .binaryForbidden, .frameTooLarge, .messageTooLarge, .tooManyFragments,
        .compressionBomb, .messageRate, .byteRate,
        // One pass over the bytes.
        .invalidUTF8, .malformedJSON, .nestingTooDeep, .duplicateKey, .unsafeNumber, .batchTooLarge,
        .unknownMessageType, .schemaMismatch, .forbiddenContent,
        // Cost and the type's own rate.
        .messageRate,
        .ruleDenied,
    ]

    /// What a message to the client meets: the same from `binaryForbidden` on, then the queue.
    package static let outboundOrder: [Violation] =
        Array(messageOrder.drop { $0 != .binaryForbidden }) + [.slowClient]

    /// What every event meets before anything else: the connection's deadlines, and a policy that was replaced.
    package static let deadlineOrder: [Violation] = [
        .handshakeTimeout, .tokenTimeout, .tokenExpired, .tokenRevoked, .idleTimeout, .lifetimeReached,
        // Not of a clock, but met the same way: by whatever comes first after a reload.
        .policyChanged,
    ]
}
