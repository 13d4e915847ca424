import Crypto
import CryptoExtras
import Foundation
import PolicyModel
import Testing
import WebSocketProtocol

@testable import WebSocketPolicyJWT

/// Every algorithm that a policy may pin, and the attacks on choosing among them.
struct AlgorithmTests {
    private static let claims = #"{"user_id":42,"exp":\#(TokenFixture.now + 60)}"#

    private static func fixture(
        _ key: TokenForge.Key,
        _ algorithms: TokenSection.Algorithm...
    ) throws -> TokenFixture {
        try TokenFixture(algorithms: algorithms, keys: [.file("key")], files: ["key": key.publicBytes])
    }

    @Test(arguments: TokenSection.Algorithm.allCases)
    func `a token is accepted by its own algorithm and key, whole and unchanged`(
        _ algorithm: TokenSection.Algorithm
    ) throws {
        let key = TokenForge.Key.made(for: algorithm)
        let fixture = try Self.fixture(key, algorithm)
        let token = try key.token(Self.claims, algorithm)
        #expect(fixture.violation(token) == nil)
        let other = TokenForge.Key.made(for: algorithm == .EdDSA ? .EdDSA : .ES256)
        if case .rsa = key {
        } else if algorithm.isSymmetric == false, algorithm == .ES256 || algorithm == .EdDSA {
            #expect(fixture.violation(try other.token(Self.claims, algorithm)) == .tokenInvalid)
        }
        for changed in [
            try key.token(Self.claims, algorithm, changing: { $0.dropLast() }),
            try key.token(Self.claims, algorithm, changing: { $0 + [0] }),
            try key.token(Self.claims, algorithm, changing: { [0] + $0 }),
            try key.token(Self.claims, algorithm, changing: { Data(repeating: 0, count: $0.count) }),
            try key.token(Self.claims, algorithm, changing: { Data(repeating: 0xFF, count: $0.count) }),
            try key.token(
                Self.claims,
                algorithm,
                changing: { $0.prefix($0.count / 2) + Data(repeating: 0, count: $0.count / 2) }
            ),
            try key.token(
                Self.claims,
                algorithm,
                changing: { Data(repeating: 0, count: $0.count / 2) + $0.suffix($0.count / 2) }
            ),
            try key.token(
                Self.claims,
                algorithm,
                changing: { _ in Data([0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01]) }
            ),
        ] {
            #expect(fixture.violation(changed) == .tokenInvalid)
        }
        for place in 0..<8 {
            let changed = try key.token(Self.claims, algorithm) { signature in
                var bytes = Array(signature)
                bytes[place * bytes.count / 8] ^= 1
                return Data(bytes)
            }
            #expect(fixture.violation(changed) == .tokenInvalid)
        }
    }

    @Test(arguments: TokenSection.Algorithm.allCases)
    func `an algorithm that the policy does not list is refused, though the key would fit`(
        _ algorithm: TokenSection.Algorithm
    ) throws {
        let key = TokenForge.Key.made(for: algorithm)
        let others = TokenSection.Algorithm.allCases.filter { other in
            other != algorithm && other.isSymmetric == algorithm.isSymmetric
        }
        for other in others {
            // Only policies that this key fits can start at all.
            guard let fixture = try? Self.fixture(key, other) else { continue }
            #expect(fixture.violation(try key.token(Self.claims, algorithm)) == .tokenInvalid)
            // The name of the listed one over the signature of the other.
            let header = TokenFixture.base64url("{\"alg\":\"\(other.rawValue)\"}".utf8)
            let signed = "\(header).\(TokenFixture.base64url(Self.claims.utf8))"
            let signature = try key.signature(of: Data(signed.utf8), algorithm)
            #expect(fixture.violation("\(signed).\(TokenFixture.base64url(signature))") == .tokenInvalid)
        }
    }

    @Test func `a MAC made with the bytes of the public key is refused`() throws {
        let key = TokenForge.Key.made(for: .RS256)
        let fixture = try Self.fixture(key, .RS256)
        let forged = TokenForge.Key.secret(key.publicBytes)
        #expect(fixture.violation(try forged.token(Self.claims, .HS256)) == .tokenInvalid)
    }

    @Test func `a public key is no secret, and a secret no public key`() throws {
        let publicKey = TokenForge.Key.made(for: .ES256).publicBytes
        #expect(throws: KeyError.unusable(name: "key", reason: KeyProblem.publicKeyAsSecret.text)) {
            try TokenFixture(algorithms: [.HS256], keys: [.file("key")], files: ["key": publicKey])
        }
        #expect(throws: KeyError.unusable(name: "key", reason: KeyProblem.noPublicKey.text)) {
            try TokenFixture(algorithms: [.RS256], keys: [.file("key")], files: ["key": TokenFixture.key])
        }
    }

    @Test func `a key for another algorithm than the policy's is said when the server starts`() throws {
        let key = TokenForge.Key.made(for: .ES384).publicBytes
        #expect(throws: KeyError.unusable(name: "key", reason: KeyProblem.unusable.text)) {
            try TokenFixture(algorithms: [.ES256, .RS256], keys: [.file("key")], files: ["key": key])
        }
    }

    @Test(arguments: [(TokenSection.Algorithm.HS256, 32), (.HS384, 48), (.HS512, 64)])
    func `a secret is at least as long as the hash`(_ algorithm: TokenSection.Algorithm, _ count: Int) throws {
        func start(_ count: Int) throws {
            _ = try TokenFixture(key: [UInt8](repeating: 7, count: count), algorithms: [algorithm])
        }
        try start(count)
        #expect(throws: KeyError.shortKey(name: "KEY", byteCount: count - 1, minimum: count)) { try start(count - 1) }
    }

    @Test func `of several hashes the longest says how long a secret is`() throws {
        #expect(throws: KeyError.shortKey(name: "KEY", byteCount: 63, minimum: 64)) {
            try TokenFixture(key: [UInt8](repeating: 7, count: 63), algorithms: [.HS256, .HS512])
        }
    }

    @Test func `several asymmetric kinds stand in one policy, each key for its own`() throws {
        let rsa = TokenForge.Key.made(for: .RS256)
        let curve = TokenForge.Key.made(for: .ES256)
        let fixture = try TokenFixture(
            algorithms: [.RS256, .ES256, .EdDSA],
            keys: [.file("rsa"), .file("curve")],
            files: ["rsa": rsa.publicBytes, "curve": curve.publicBytes]
        )
        #expect(fixture.violation(try rsa.token(Self.claims, .RS256)) == nil)
        #expect(fixture.violation(try curve.token(Self.claims, .ES256)) == nil)
        #expect(fixture.violation(try rsa.token(Self.claims, .PS256)) == .tokenInvalid)
        let edwards = TokenForge.Key.made(for: .EdDSA)
        #expect(fixture.violation(try edwards.token(Self.claims, .EdDSA)) == .tokenInvalid)
    }
}
