import Crypto
import CryptoExtras
import Foundation
import PolicyModel

/// Private keys of every kind, and tokens signed with them.
enum TokenForge {
    enum Key {
        case secret([UInt8])
        case rsa(_RSA.Signing.PrivateKey)
        case p256(P256.Signing.PrivateKey)
        case p384(P384.Signing.PrivateKey)
        case p521(P521.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)

        /// A new one for an algorithm; RSA keys are made once, since that takes long.
        static func made(for algorithm: TokenSection.Algorithm) -> Key {
            switch algorithm {
            // No byte of it is a line feed, which would be no part of a key in a file.
            case .HS256, .HS384, .HS512: .secret((0..<64).map { _ in UInt8.random(in: 0x80 ... .max) })
            case .RS256, .RS384, .RS512, .PS256, .PS384, .PS512: .rsa(rsa2048)
            case .ES256: .p256(P256.Signing.PrivateKey())
            case .ES384: .p384(P384.Signing.PrivateKey())
            case .ES512: .p521(P521.Signing.PrivateKey())
            case .EdDSA: .ed25519(Curve25519.Signing.PrivateKey())
            }
        }

        /// What the policy's `file` holds: the public key as PEM, or the secret.
        var publicBytes: [UInt8] {
            switch self {
            case .secret(let bytes): bytes
            case .rsa(let key): Array(key.publicKey.pemRepresentation.utf8)
            case .p256(let key): Array(key.publicKey.pemRepresentation.utf8)
            case .p384(let key): Array(key.publicKey.pemRepresentation.utf8)
            case .p521(let key): Array(key.publicKey.pemRepresentation.utf8)
            case .ed25519(let key):
                Array(
                    TokenForge.pem(
                        "PUBLIC KEY",
                        [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
                            + key.publicKey.rawRepresentation
                    ).utf8
                )
            }
        }

        /// The private key as PEM; empty for a secret.
        var privatePEM: String {
            switch self {
            case .secret: ""
            case .rsa(let key): key.pkcs8PEMRepresentation
            case .p256(let key): key.pemRepresentation
            case .p384(let key): key.pemRepresentation
            case .p521(let key): key.pemRepresentation
            case .ed25519(let key):
                TokenForge.pem(
                    "PRIVATE KEY",
                    [0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20]
                        + key.rawRepresentation
                )
            }
        }

        /// The public key, or the secret, as a JWK; `members` go in besides.
        func jwk(_ members: String = "") -> String {
            let own: String
            switch self {
            case .secret(let bytes): own = #""kty":"oct","k":"\#(TokenFixture.base64url(bytes))""#
            case .rsa(let key):
                let numbers = try? key.publicKey.getKeyPrimitives()
                let modulus = TokenFixture.base64url(numbers?.modulus ?? Data())
                let exponent = TokenFixture.base64url(numbers?.publicExponent ?? Data())
                own = #""kty":"RSA","n":"\#(modulus)","e":"\#(exponent)""#
            case .p256(let key): own = Self.curve("P-256", key.publicKey.rawRepresentation)
            case .p384(let key): own = Self.curve("P-384", key.publicKey.rawRepresentation)
            case .p521(let key): own = Self.curve("P-521", key.publicKey.rawRepresentation)
            case .ed25519(let key):
                own = #""kty":"OKP","crv":"Ed25519","x":"\#(TokenFixture.base64url(key.publicKey.rawRepresentation))""#
            }
            return "{\(own)\(members.isEmpty ? "" : ",")\(members)}"
        }

        private static func curve(_ name: String, _ point: Data) -> String {
            let half = point.count / 2
            let x = TokenFixture.base64url(point.prefix(half))
            return #""kty":"EC","crv":"\#(name)","x":"\#(x)","y":"\#(TokenFixture.base64url(point.suffix(half)))""#
        }

        func signature(of data: Data, _ algorithm: TokenSection.Algorithm) throws -> Data {
            switch self {
            case .secret(let bytes):
                let key = SymmetricKey(data: bytes)
                switch algorithm {
                case .HS384: return Data(HMAC<SHA384>.authenticationCode(for: data, using: key))
                case .HS512: return Data(HMAC<SHA512>.authenticationCode(for: data, using: key))
                default: return Data(HMAC<SHA256>.authenticationCode(for: data, using: key))
                }
            case .rsa(let key):
                let padding: _RSA.Signing.Padding =
                    [.PS256, .PS384, .PS512].contains(algorithm) ? .PSS : .insecurePKCS1v1_5
                switch algorithm {
                case .RS384, .PS384:
                    return try key.signature(for: SHA384.hash(data: data), padding: padding).rawRepresentation
                case .RS512, .PS512:
                    return try key.signature(for: SHA512.hash(data: data), padding: padding).rawRepresentation
                default: return try key.signature(for: SHA256.hash(data: data), padding: padding).rawRepresentation
                }
            case .p256(let key): return try key.signature(for: data).rawRepresentation
            case .p384(let key): return try key.signature(for: data).rawRepresentation
            case .p521(let key): return try key.signature(for: data).rawRepresentation
            case .ed25519(let key): return try key.signature(for: data)
            }
        }

        /// A token; its header has the algorithm's name and what `members` say besides.
        func token(
            _ claims: String,
            _ algorithm: TokenSection.Algorithm,
            members: String = "",
            changing: (Data) -> Data = { $0 }
        ) throws -> String {
            let header = "{\"alg\":\"\(algorithm.rawValue)\"\(members.isEmpty ? "" : ",")\(members)}"
            let signed = "\(TokenFixture.base64url(header.utf8)).\(TokenFixture.base64url(claims.utf8))"
            let signature = changing(try signature(of: Data(signed.utf8), algorithm))
            return "\(signed).\(TokenFixture.base64url(signature))"
        }
    }

    private static let rsa2048: _RSA.Signing.PrivateKey = {
        guard let key = try? _RSA.Signing.PrivateKey(keySize: .bits2048) else { preconditionFailure("no RSA key") }
        return key
    }()

    static func pem(_ label: String, _ der: some Sequence<UInt8>) -> String {
        let text = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return "-----BEGIN \(label)-----\n\(text)\n-----END \(label)-----\n"
    }
}
