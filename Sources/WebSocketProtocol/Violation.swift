/// Why a handshake or a frame is refused: the closed vocabulary of the policy language.
///
/// Raw values are part of the plan format and never change; cases stand in the order in which a decision reports them.
public enum Violation: UInt8, Sendable, CaseIterable, Hashable {
    case badHandshake = 1
    case handshakeTooLarge = 2
    case clientForbidden = 3
    case tlsRequired = 4
    case hostForbidden = 5
    case pathForbidden = 6
    case originMissing = 7
    case originForbidden = 8
    case connectionRate = 9
    case connectionCount = 10
    case subprotocolForbidden = 11
    case tokenMissing = 12
    case tokenInvalid = 13
    case tokenExpired = 14
    case tokenRevoked = 15
    case claimForbidden = 16
    case storeUnavailable = 17
    case protocolError = 18
    case controlFrameRate = 19
    case binaryForbidden = 20
    case frameTooLarge = 21
    case messageTooLarge = 22
    case tooManyFragments = 23
    case compressionBomb = 24
    case messageRate = 25
    case byteRate = 26
    case invalidUTF8 = 27
    case malformedJSON = 28
    case nestingTooDeep = 29
    case duplicateKey = 30
    case unsafeNumber = 31
    case batchTooLarge = 32
    case unknownMessageType = 33
    case schemaMismatch = 34
    case forbiddenContent = 35
    case ruleDenied = 36
    case handshakeTimeout = 37
    case tokenTimeout = 38
    case idleTimeout = 39
    case lifetimeReached = 40
    case slowClient = 41
    case policyChanged = 42
}
