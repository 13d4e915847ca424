/// What keeps a request from being an opening handshake of RFC 6455 §4.2.1: all of them are badHandshake.
///
/// Cases stand in the order in which they are looked for.
package enum HandshakeProblem: UInt8, Error, CaseIterable, Sendable {
    /// A field name that is no token.
    case malformedFieldName
    /// CR, LF, NUL or another control character in a value.
    case controlCharacter
    /// Another method than GET.
    case methodNotGET
    /// HTTP below 1.1, or no version of HTTP.
    case httpVersion
    /// A target in neither origin form nor absolute form, or with a byte that no target has.
    case malformedTarget
    case missingHost
    case duplicateHost
    case malformedHost
    /// A target in absolute form that names another host than the Host field.
    case targetOfAnotherHost
    case duplicateOrigin
    /// A body is announced: it would stand in front of the first frame.
    case announcesBody
    /// No Upgrade field with the token `websocket`.
    case missingUpgrade
    /// An Upgrade field that offers another protocol too.
    case otherUpgrade
    /// No Connection field with the token `upgrade`.
    case missingConnectionUpgrade
    case missingKey
    case duplicateKey
    /// A Sec-WebSocket-Key that is not the base64 of sixteen bytes.
    case malformedKey
    case missingVersion
    case duplicateVersion
    /// A Sec-WebSocket-Version that is no number.
    case malformedVersion
    /// A number, but not 13: everything else is right, and the answer is 426 with `Sec-WebSocket-Version: 13`.
    case unsupportedVersion

    /// The HTTP status: 426 for another version, otherwise 400.
    package var status: UInt16 { self == .unsupportedVersion ? 426 : 400 }

    /// Whether the answer carries `Sec-WebSocket-Version: 13`.
    package var needsVersionField: Bool { self == .unsupportedVersion }

    /// What is wrong, for the operator.
    package var summary: String {
        switch self {
        case .malformedFieldName: "a field name is not a token"
        case .controlCharacter: "a field holds a control character"
        case .methodNotGET: "the method is not GET"
        case .httpVersion: "the version is below HTTP/1.1"
        case .malformedTarget: "the target is malformed"
        case .missingHost: "no Host field"
        case .duplicateHost: "more than one Host field"
        case .malformedHost: "the Host field is malformed"
        case .targetOfAnotherHost: "target and Host field name different hosts"
        case .duplicateOrigin: "more than one Origin field"
        case .announcesBody: "a body is announced"
        case .missingUpgrade: "no Upgrade to websocket"
        case .otherUpgrade: "Upgrade to something besides websocket"
        case .missingConnectionUpgrade: "no Connection: Upgrade"
        case .missingKey: "no Sec-WebSocket-Key field"
        case .duplicateKey: "more than one Sec-WebSocket-Key field"
        case .malformedKey: "Sec-WebSocket-Key is not 16 bytes in base64"
        case .missingVersion: "no Sec-WebSocket-Version field"
        case .duplicateVersion: "more than one Sec-WebSocket-Version field"
        case .malformedVersion: "Sec-WebSocket-Version is not a number"
        case .unsupportedVersion: "Sec-WebSocket-Version is not 13"
        }
    }
}
