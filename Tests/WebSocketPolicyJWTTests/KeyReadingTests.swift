import Crypto
import CryptoExtras
import Foundation
import PolicyModel
import Testing
import WebSocketProtocol

@testable import WebSocketPolicyJWT

/// Keys as PEM, as JWK and as sets, chosen by `kid`; what is none is said by its name when a server starts.
struct KeyReadingTests {
    private static let claims = #"{"user_id":42,"exp":\#(TokenFixture.now + 60)}"#

    private static func fixture(
        _ text: String,
        _ algorithms: [TokenSection.Algorithm],
        isSet: Bool = false
    ) throws -> TokenFixture {
        try TokenFixture(
            algorithms: algorithms,
            keys: [isSet ? .keySet("keys") : .file("keys")],
            files: ["keys": Array(text.utf8)]
        )
    }

    /// Why a server does not start; nil where it does.
    private static func problem(
        _ text: String,
        _ algorithms: [TokenSection.Algorithm],
        isSet: Bool = false
    ) -> String? {
        do {
            _ = try fixture(text, algorithms, isSet: isSet)
            return nil
        } catch let error as KeyError {
            return error.message
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: TokenSection.Algorithm.allCases)
    func `a JWK of every kind verifies, alone and in a set`(_ algorithm: TokenSection.Algorithm) throws {
        let key = TokenForge.Key.made(for: algorithm)
        let token = try key.token(Self.claims, algorithm)
        let members = #""use":"sig","alg":"\#(algorithm.rawValue)","key_ops":["verify"],"x":1"#
        let jwk = key.jwk(members.replacing(#","x":1"#, with: ""))
        #expect(try Self.fixture(jwk, [algorithm]).violation(token) == nil)
        #expect(try Self.fixture("{\"keys\":[\(jwk)]}", [algorithm], isSet: true).violation(token) == nil)
        #expect(try Self.fixture(" \n\(key.jwk())", [algorithm]).violation(token) == nil)
    }

    @Test func `a key of a set is chosen by its kid and by nothing else`() throws {
        let one = TokenForge.Key.made(for: .ES256)
        let two = TokenForge.Key.made(for: .ES256)
        let set = "{\"keys\":[\(one.jwk(#""kid":"one""#)),\(two.jwk(#""kid":"tw\u006f""#))]}"
        let fixture = try Self.fixture(set, [.ES256], isSet: true)
        #expect(fixture.violation(try one.token(Self.claims, .ES256, members: #""kid":"one""#)) == nil)
        #expect(fixture.violation(try two.token(Self.claims, .ES256, members: #""kid":"two""#)) == nil)
        #expect(fixture.violation(try one.token(Self.claims, .ES256, members: #""kid":"two""#)) == .tokenInvalid)
        #expect(fixture.violation(try one.token(Self.claims, .ES256, members: #""kid":"three""#)) == .tokenInvalid)
        #expect(fixture.violation(try one.token(Self.claims, .ES256, members: #""kid":"../one""#)) == .tokenInvalid)
        // Which of two it would be is for the token to say.
        #expect(fixture.violation(try one.token(Self.claims, .ES256)) == .tokenInvalid)
    }

    @Test func `without a kid the only key that fits is taken`() throws {
        let one = TokenForge.Key.made(for: .ES256)
        let other = TokenForge.Key.made(for: .EdDSA)
        let set = "{\"keys\":[\(one.jwk(#""kid":"one""#)),\(other.jwk(#""kid":"two""#))]}"
        let fixture = try Self.fixture(set, [.ES256, .EdDSA], isSet: true)
        #expect(fixture.violation(try one.token(Self.claims, .ES256)) == nil)
        #expect(fixture.violation(try other.token(Self.claims, .EdDSA)) == nil)
        #expect(fixture.violation(try other.token(Self.claims, .EdDSA, members: #""kid":"one""#)) == .tokenInvalid)
    }

    @Test func `keys without a name are all tried, so that one may follow another`() throws {
        let old = TokenForge.Key.made(for: .HS256)
        let new = TokenForge.Key.made(for: .HS256)
        let fixture = try TokenFixture(
            keys: [.file("new"), .file("old")],
            files: ["new": new.publicBytes, "old": old.publicBytes]
        )
        for key in [old, new] {
            #expect(fixture.violation(try key.token(Self.claims, .HS256)) == nil)
            #expect(fixture.violation(try key.token(Self.claims, .HS256, members: #""kid":"any""#)) == nil)
        }
        #expect(fixture.violation(try TokenForge.Key.made(for: .HS256).token(Self.claims, .HS256)) == .tokenInvalid)
    }

    @Test func `keys of a set that are for something else are passed over`() throws {
        let key = TokenForge.Key.made(for: .ES256)
        let other = TokenForge.Key.made(for: .ES256)
        let set = """
            {"keys":[\(other.jwk(#""use":"enc","kid":"a""#)),\(other.jwk(#""key_ops":["sign"],"kid":"b""#)),
            \(other.jwk(#""alg":"ECDH-ES","kid":"c""#)),\(TokenForge.Key.made(for: .EdDSA).jwk(#""kid":"d""#)),
            \(key.jwk(#""kid":"e""#))]}
            """
        let fixture = try Self.fixture(set, [.ES256], isSet: true)
        #expect(fixture.violation(try key.token(Self.claims, .ES256, members: #""kid":"e""#)) == nil)
        for name in ["a", "b", "c"] {
            let token = try other.token(Self.claims, .ES256, members: "\"kid\":\"\(name)\"")
            #expect(fixture.violation(token) == .tokenInvalid)
        }
    }

    @Test func `a JWK's own algorithm is the only one that it verifies`() throws {
        let key = TokenForge.Key.made(for: .RS256)
        let fixture = try Self.fixture(key.jwk(#""alg":"RS256""#), [.RS256, .PS256])
        #expect(fixture.violation(try key.token(Self.claims, .RS256)) == nil)
        #expect(fixture.violation(try key.token(Self.claims, .PS256)) == .tokenInvalid)
    }

    @Test func `broken key files are said by what is wrong with them`() throws {
        let curve = TokenForge.Key.made(for: .ES256)
        let rsa = TokenForge.Key.made(for: .RS256)
        guard case .p256(let own) = curve else { return }
        let rows: [(text: String, algorithms: [TokenSection.Algorithm], isSet: Bool, reason: KeyProblem)] = [
            (own.pemRepresentation, [.ES256], false, .privateKey),
            (TokenForge.pem("CERTIFICATE", [1, 2, 3]), [.ES256], false, .certificate),
            (TokenForge.pem("PUBLIC KEY", [1, 2, 3]), [.ES256], false, .noPublicKey),
            ("-----BEGIN PUBLIC KEY-----\n????\n-----END PUBLIC KEY-----", [.ES256], false, .wrongPEM),
            ("-----BEGIN PUBLIC KEY-----\nAAAA\n", [.ES256], false, .wrongPEM),
            ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----", [.ES256], false, .wrongPEM),
            ("{", [.ES256], false, .wrongJSON), (#"{"kty":"EC","kty":"EC"}"#, [.ES256], false, .wrongJSON),
            ("[]", [.ES256], true, .wrongJSON), (#"{"keys":{}}"#, [.ES256], true, .wrongMember("keys")),
            (#"{"keys":[]}"#, [.ES256], true, .emptySet), (#"{"keys":[1]}"#, [.ES256], true, .wrongMember("keys")),
            (#"{"keys":[\#(curve.jwk(#""use":"enc""#))]}"#, [.ES256], true, .emptySet),
            (
                #"{"keys":[\#(curve.jwk(#""kid":"a""#)),\#(curve.jwk(#""kid":"\u0061""#))]}"#, [.ES256], true,
                .duplicateID
            ),
            (
                #"{"keys":[\#(curve.jwk()),\#(TokenForge.Key.made(for: .HS256).jwk())]}"#, [.ES256], true, .mixedSet
            ),
            (
                #"{"keys":[\#(Array(repeating: curve.jwk(), count: 101).joined(separator: ","))]}"#, [.ES256], true,
                .tooManyKeys
            ),
            ("{}", [.ES256], false, .wrongMember("kty")), (#"{"kty":"AKP"}"#, [.ES256], false, .unknownKind),
            (#"{"kty":"EC","crv":"P-192","x":"AA","y":"AA"}"#, [.ES256], false, .wrongMember("crv")),
            (#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#, [.ES256], false, .wrongMember("x")),
            (curve.jwk(#""kid":1"#), [.ES256], false, .wrongMember("kid")),
            (curve.jwk(#""alg":"RS256""#), [.RS256, .ES256], false, .wrongMember("alg")),
            (curve.jwk(#""key_ops":"verify""#), [.ES256], false, .wrongMember("key_ops")),
            (curve.jwk().replacing(#""y":""#, with: #""y":"A"#), [.ES256], false, .wrongMember("y")),
            (#"{"kty":"OKP","crv":"X25519","x":"AA"}"#, [.EdDSA], false, .wrongMember("crv")),
            (#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#, [.RS256], false, .smallRSA(bits: 17)),
            (rsa.jwk().replacing("\"AQAB\"", with: "\"AQ\""), [.RS256], false, .wrongExponent),
            (rsa.jwk().replacing("\"AQAB\"", with: "\"BA\""), [.RS256], false, .wrongExponent),
            (curve.jwk(#""alg":"HS256""#), [.ES256], false, .unusable), (curve.jwk(), [.RS256], false, .unusable),
        ]
        for row in rows {
            let found = Self.problem(row.text, row.algorithms, isSet: row.isSet)
            #expect(found == "`keys` \(row.reason.text)", "\(row.text.prefix(80)): \(found ?? "started")")
        }
        #expect(Self.problem("not json", [.ES256], isSet: true) == "`keys` \(KeyProblem.wrongJSON.text)")
    }

    @Test func `RSA keys as PEM are of 2048 bits at least, and PKCS 1 is read as well`() throws {
        let small = try _RSA.Signing.PrivateKey(unsafeKeySize: .init(bitCount: 1024))
        #expect(
            Self.problem(small.publicKey.pemRepresentation, [.RS256])
                == "`keys` \(KeyProblem.smallRSA(bits: 1024).text)"
        )
        guard case .rsa(let key) = TokenForge.Key.made(for: .RS256) else { return }
        let fixture = try Self.fixture(key.publicKey.pkcs1PEMRepresentation, [.RS256])
        #expect(fixture.violation(try TokenForge.Key.rsa(key).token(Self.claims, .RS256)) == nil)
        let windows = key.publicKey.pemRepresentation.replacing("\n", with: "\r\n")
        #expect(
            try Self.fixture(windows, [.RS256]).violation(TokenForge.Key.rsa(key).token(Self.claims, .RS256)) == nil
        )
    }

    @Test func `one kid in two entries is one too many`() throws {
        let key = TokenForge.Key.made(for: .ES256)
        #expect(throws: KeyError.unusable(name: "token.keys", reason: KeyProblem.duplicateID.text)) {
            try TokenFixture(
                algorithms: [.ES256],
                keys: [.file("a"), .keySet("b")],
                files: [
                    "a": Array(key.jwk(#""kid":"k""#).utf8), "b": Array("{\"keys\":[\(key.jwk(#""kid":"k""#))]}".utf8),
                ]
            )
        }
    }

    @Test func `whoever starts the server hears of line breaks and of readers`() throws {
        let fixture = try TokenFixture(
            keys: [.file("key")],
            files: ["key": TokenFixture.key + [0x0A]],
            readableByAll: true
        )
        #expect(
            fixture.authority.notes == [
                "everybody on this machine can read the key file `key`",
                "the line break at the end of the key file `key` is no part of the key",
            ]
        )
        #expect(fixture.violation(TokenFixture.token(Self.claims)) == nil)
        let silent = try Self.fixture(
            String(decoding: TokenForge.Key.made(for: .ES256).publicBytes, as: UTF8.self),
            [.ES256]
        )
        #expect(silent.authority.notes.isEmpty)
    }

    @Test func `key files cut off or damaged at any byte start nothing or verify nothing else`() throws {
        for algorithm in [TokenSection.Algorithm.RS256, .ES256, .EdDSA] {
            let key = TokenForge.Key.made(for: algorithm)
            let forged = TokenForge.Key.made(for: algorithm == .RS256 ? .ES256 : algorithm)
            let token = try forged.token(Self.claims, algorithm == .RS256 ? .ES256 : algorithm)
            for bytes in [key.publicBytes, Array(key.jwk(#""kid":"a""#).utf8)] {
                for place in stride(from: 0, to: bytes.count, by: 5) {
                    var damaged = bytes
                    damaged[place] ^= UInt8(1 << (place % 7))
                    for text in [Array(bytes[..<place]), damaged] {
                        let fixture = try? TokenFixture(
                            algorithms: [.RS256, .ES256, .EdDSA],
                            keys: [.file("key")],
                            files: ["key": text]
                        )
                        if let fixture { #expect(fixture.violation(token) == .tokenInvalid) }
                    }
                }
            }
        }
    }
}
