import Crypto
import CryptoExtras
import Foundation
import WebSocketPolicy

/// Handshakes with tokens, and what their cryptography takes alone.
enum TokenCases {
    enum Signer {
        case secret([UInt8])
        case ecdsa(P256.Signing.PrivateKey)
        case rsa(_RSA.Signing.PrivateKey)

        var algorithm: String {
            switch self {
            case .secret: "HS256"
            case .ecdsa: "ES256"
            case .rsa: "RS256"
            }
        }

        /// The key that verifies, as a JWK.
        func jwk() throws -> String {
            switch self {
            case .secret(let bytes): return #"{"kty":"oct","k":"\#(base64url(bytes))"}"#
            case .ecdsa(let key):
                let point = [UInt8](key.publicKey.rawRepresentation)
                let (x, y) = (base64url(Array(point.prefix(32))), base64url(Array(point.suffix(32))))
                return #"{"kty":"EC","crv":"P-256","x":"\#(x)","y":"\#(y)"}"#
            case .rsa(let key):
                let numbers = try key.publicKey.getKeyPrimitives()
                let (n, e) = (base64url(Array(numbers.modulus)), base64url(Array(numbers.publicExponent)))
                return #"{"kty":"RSA","n":"\#(n)","e":"\#(e)"}"#
            }
        }

        /// Header, dot and payload of a token.
        func signedText(_ number: Int) throws -> Data {
            Data(try token(number).utf8.split(separator: UInt8(ascii: ".")).prefix(2).joined(separator: [0x2E]))
        }

        func token(_ number: Int) throws -> String {
            let end = String(100_000_000_000 + number)
            let claims =
                #"{"user_id":42,"iat":1780000000,"exp":1780003600,"jti":"5f0c2d7e-5d3b-4f39-9f6c-\#(end)"}"#
            let signed = [#"{"alg":"\#(algorithm)","typ":"JWT"}"#, claims].map { base64url(Array($0.utf8)) }
                .joined(separator: ".")
            return "\(signed).\(base64url(try signature(of: Data(signed.utf8))))"
        }

        private func signature(of data: Data) throws -> [UInt8] {
            switch self {
            case .secret(let bytes):
                Array(HMAC<SHA256>.authenticationCode(for: data, using: SymmetricKey(data: bytes)))
            case .ecdsa(let key): Array(try key.signature(for: data).rawRepresentation)
            case .rsa(let key):
                Array(
                    try key.signature(for: SHA256.hash(data: data), padding: .insecurePKCS1v1_5).rawRepresentation
                )
            }
        }
    }

    /// A request that is decided where it lies: a copy would count the references of its parts.
    private final class Sample {
        private let request: HandshakeRequest

        init(_ request: HandshakeRequest) { self.request = request }

        func admit(_ engine: PolicyEngine, at moment: Moment) { DecisionCases.admit(engine, request, at: moment) }
    }

    private static let address = "https://auth.example/jwks.json"

    /// Handshakes with so many tokens in turn; with more than one, all of them are forgotten once a round through them.
    static func handshake(_ name: String, _ signer: Signer, tokens: Int) throws -> DecisionCase {
        let plan = try PolicyCompiler.compile(
            text: """
                wspolicy: 1
                name: handshake
                origins: { allow: [https://financehub.app, https://www.financehub.app] }
                token:
                  from: [{ query: token }, { header: Authorization }]
                  algorithms: [\(signer.algorithm)]
                  keys: [{ jwks: '\(address)' }]
                  subject: /user_id
                  claims: { type: object, required: [user_id] }
                limits: { messageSize: 1KiB, connections: [{ per: clientAddress, atMost: 10 per minute }] }
                """
        )
        // Two spellings of one set: whenever it changes, nothing is remembered.
        let sets = ["", " "].map { [UInt8]("{\"keys\":[\(jwk(signer))\($0)]}".utf8) }.map { KeySetCopy(bytes: $0) }
        let engine = try PolicyEngine(plan: plan, variable: { _ in nil }, file: { _ in nil }, keySet: { _ in sets[0] })
        let requests = try (0..<tokens).map {
            Sample(DecisionCases.request("https://financehub.app", target: "/ws?token=\(try signer.token($0))"))
        }
        var next = 0
        var set = 0
        var now: UInt64 = 1 << 40
        return DecisionCase(name: name, rounds: signer.rounds) { rounds in
            for _ in 0..<rounds {
                now += 10_000_000_000
                next += 1
                if next >= tokens {
                    next = 0
                    if tokens > 1 {
                        set = 1 - set
                        do { try engine.replaceKeySet(at: address, with: sets[set]) } catch {
                            preconditionFailure("\(error)")
                        }
                    }
                }
                let moment = Moment(ticks: now, unixNanoseconds: 1_780_000_000_000_000_000)
                requests[next].admit(engine, at: moment)
            }
        }
    }

    private static func jwk(_ signer: Signer) -> String {
        do { return try signer.jwk() } catch { preconditionFailure("\(error)") }
    }

    /// What HS256 takes alone, of as many tokens: both hashes, each from a state that has taken the key in, as the library has them.
    static func bareHS256(_ name: String) throws -> DecisionCase {
        let key = Array("a secret of benchmarks, of 32 byte".utf8.prefix(32))
        let padded = key + [UInt8](repeating: 0, count: 32)
        var inner = SHA256()
        inner.update(data: padded.map { $0 ^ 0x36 })
        var outer = SHA256()
        outer.update(data: padded.map { $0 ^ 0x5C })
        let tokens = try (0..<1024).map { number in
            let signed = try Signer.secret(key).signedText(number)
            return (
                [UInt8](signed), Array(HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: key)))
            )
        }
        var next = 0
        return DecisionCase(name: name, rounds: 5120) { rounds in
            for _ in 0..<rounds {
                next = (next + 1) % tokens.count
                let (signed, code) = tokens[next]
                var hash = inner
                signed.withUnsafeBytes { hash.update(bufferPointer: $0) }
                var second = outer
                hash.finalize().withUnsafeBytes { second.update(bufferPointer: $0) }
                precondition(second.finalize() == code)
            }
        }
    }

    /// What ES256 takes alone, of as many tokens: the hash of the same bytes, and the signature as the library takes it.
    static func bareES256(_ name: String) throws -> DecisionCase {
        let key = P256.Signing.PrivateKey()
        let publicKey = key.publicKey
        let tokens = try (0..<1024).map { number in
            let signed = try Signer.ecdsa(key).signedText(number)
            return (signed, try key.signature(for: signed))
        }
        var next = 0
        return DecisionCase(name: name, rounds: 2048) { rounds in
            for _ in 0..<rounds {
                next = (next + 1) % tokens.count
                let (signed, signature) = tokens[next]
                precondition(publicKey.isValidSignature(signature, for: SHA256.hash(data: signed)))
            }
        }
    }

    /// What RS256 takes alone, of as many tokens.
    static func bareRS256(_ name: String) throws -> DecisionCase {
        let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let publicKey = key.publicKey
        let tokens = try (0..<2048).map { number in
            let signed = try Signer.rsa(key).signedText(number)
            return (signed, try key.signature(for: SHA256.hash(data: signed), padding: .insecurePKCS1v1_5))
        }
        var next = 0
        return DecisionCase(name: name, rounds: 2048) { rounds in
            for _ in 0..<rounds {
                next = (next + 1) % tokens.count
                let (signed, signature) = tokens[next]
                let hash = SHA256.hash(data: signed)
                precondition(publicKey.isValidSignature(signature, for: hash, padding: .insecurePKCS1v1_5))
            }
        }
    }

    static func base64url(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }
}

extension TokenCases.Signer {
    /// How often a measurement decides.
    fileprivate var rounds: Int {
        switch self {
        case .secret: 5120
        case .ecdsa, .rsa: 2048
        }
    }
}
