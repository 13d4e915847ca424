import WebSocketProtocol

/// What somebody must be asked before a token can be judged (RFC 7662): an engine asks nobody itself.
public struct TokenQuestion: Sendable, CustomStringConvertible {
    /// The `https:` address that the policy names.
    public let address: String
    /// The token as it was sent; printable ASCII without blanks.
    public let token: [UInt8]
    /// The token check that asks: word index of the plan's `TokenRecord`.
    let record: Int
    /// Counts the questions of one connection.
    package let serial: UInt64

    init(address: String, token: [UInt8], record: Int, serial: UInt64 = 0) {
        self.address = address
        self.token = token
        self.record = record
        self.serial = serial
    }

    /// What is posted as `application/x-www-form-urlencoded` (RFC 7662 §2.1).
    public var form: [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        var form = Array("token=".utf8)
        for byte in token {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x2A: form.append(byte)
            default: form += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return form + Array("&token_type_hint=access_token".utf8)
    }

    /// The address; never the token.
    public var description: String { "asks `\(address)` about a token" }
}

/// What came back.
public enum TokenAnswer: Sendable {
    /// The body of an answer with status 200: an object of JSON (RFC 7662 §2.2).
    case response([UInt8])
    /// Nobody answered, or by another status: who it is cannot be told.
    case unavailable
}
