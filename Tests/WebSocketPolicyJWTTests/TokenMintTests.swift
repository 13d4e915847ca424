import Foundation
import PolicyModel
import Testing
import WebSocketProtocol

@testable import WebSocketPolicyJWT

/// Tokens made by a policy are accepted by it.
struct TokenMintTests {
    private static let now = TokenFixture.now
    private static let sources = KeySources(
        variable: { $0 == "KEY" ? TokenFixture.key : nil },
        file: { _ in nil }
    )

    @Test func `a token of the policy's issuer, audience, subject and secret`() throws {
        let fixture = try TokenFixture(issuer: "https://auth.example", audience: ["a\"b", "c"])
        let mint = try TokenMint(plan: fixture.plan, sources: Self.sources)
        let token = try mint.token(subject: "42", now: Self.now, lifetime: 60)
        #expect(fixture.violation(token) == nil)
        #expect(fixture.violation(token, at: Self.now + 90) == .tokenExpired)
        let inspection = TokenInspection(token)
        #expect(inspection.claims?.contains(#""aud":"a\"b""#) == true)
        #expect(inspection.dates.map(\.name) == ["iat", "exp"])
        #expect(inspection.dates.map(\.seconds) == [Self.now, Self.now + 60])
    }

    @Test func `claims replace what the policy would put there`() throws {
        let fixture = try TokenFixture(issuer: "https://auth.example")
        let mint = try TokenMint(plan: fixture.plan, sources: Self.sources)
        let claims = [TokenMint.Claim(name: "iss", value: "\"x\""), TokenMint.Claim(name: "n", value: "[1]")]
        let token = try mint.token(subject: nil, claims: claims, now: Self.now, lifetime: 60)
        #expect(fixture.violation(token) == .tokenInvalid)
        #expect(TokenInspection(token).claims?.hasSuffix(#""iss":"x","n":[1]}"#) == true)
    }

    @Test(arguments: [TokenSection.Algorithm.RS256, .RS512, .PS384, .ES256, .ES384, .ES512, .EdDSA])
    func `a private key signs for its public one`(_ algorithm: TokenSection.Algorithm) throws {
        let key = TokenForge.Key.made(for: algorithm)
        let fixture = try TokenFixture(
            algorithms: [algorithm],
            keys: [.keySet("set")],
            files: ["set": Array("{\"keys\":[\(key.jwk(##""kid":"k\"""##))]}".utf8)]
        )
        let sources = KeySources(variable: { _ in nil }, file: { _ in nil })
        #expect(throws: TokenMint.Problem.self) { try TokenMint(plan: fixture.plan, sources: sources) }
        #expect(throws: TokenMint.Problem.self) {
            try TokenMint(plan: fixture.plan, privateKey: Array("nothing".utf8), sources: sources)
        }
        let mint = try TokenMint(plan: fixture.plan, privateKey: Array(key.privatePEM.utf8), sources: sources)
        let token = try mint.token(subject: "\"ann\"", now: Self.now, lifetime: 60, id: "k\"")
        #expect(fixture.violation(token) == nil)
        let verdicts = try TokenInspection.verdicts(
            on: token,
            plan: fixture.plan,
            sources: KeySources(
                variable: { _ in nil },
                file: { _ in Array("{\"keys\":[\(key.jwk(##""kid":"k\"""##))]}".utf8) }
            ),
            unixNanoseconds: Self.now * 1_000_000_000
        )
        #expect(verdicts.count == 1)
        #expect(verdicts.first?.refusal == nil)
    }

    @Test func `a secret of the policy's own set is named by its kid`() throws {
        let key = TokenForge.Key.made(for: .HS384)
        let set = Array("{\"keys\":[\(key.jwk(#""kid":"one""#))]}".utf8)
        let fixture = try TokenFixture(algorithms: [.HS384], keys: [.keySet("set")], files: ["set": set])
        let mint = try TokenMint(
            plan: fixture.plan,
            sources: KeySources(variable: { _ in nil }, file: { _ in set })
        )
        let token = try mint.token(subject: "1", now: Self.now, lifetime: 60)
        #expect(TokenInspection(token).header == #"{"alg":"HS384","typ":"JWT","kid":"one"}"#)
        #expect(fixture.violation(token) == nil)
    }

    @Test func `what cannot be made is said`() throws {
        let fixture = try TokenFixture()
        func message(_ body: () throws -> Void) -> String? {
            do {
                try body()
                return nil
            } catch let problem as TokenMint.Problem {
                return problem.message
            } catch {
                return "\(error)"
            }
        }
        #expect(
            message { _ = try TokenMint(plan: fixture.plan, algorithm: "RS256", sources: Self.sources) }
                == "the policy allows HS256"
        )
        #expect(
            message { _ = try TokenMint(plan: fixture.plan, route: "/other", sources: Self.sources) }
                == "the policy checks no token on `/other`"
        )
        #expect(
            message { _ = try TokenMint(plan: fixture.plan, privateKey: [1], sources: Self.sources) }
                == "HS256 is signed with the policy's own secret, not with a private key"
        )
        let none = KeySources(variable: { _ in nil }, file: { _ in nil })
        #expect(
            message { _ = try TokenMint(plan: fixture.plan, sources: none) }
                == KeyError.missingVariable("KEY").message
        )
    }

    @Test func `texts that are no tokens are inspected as such`() {
        for text in ["", "a", "a.b", "a.b.c.d", "?.b.c", String(repeating: "a", count: 9000)] {
            #expect(TokenInspection(text).problem != nil)
        }
        #expect(TokenInspection("YQ.YQ.YQ").header == "a")
        #expect(TokenInspection("_w._w._w").header == nil)
    }

    @Test func `base64url is written as it is read`() {
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + count) }
            let text = Base64URL.encoded(bytes)
            var back: [UInt8] = []
            #expect(Base64URL.decode(Array(text.utf8).span, into: &back))
            #expect(back == bytes)
            #expect(text == TokenFixture.base64url(bytes))
        }
    }
}
