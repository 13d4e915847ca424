import PolicyModel
import PolicyRuntime
import Testing
import WebSocketProtocol

@testable import WebSocketPolicyJWT

struct JWTAuthorityTests {
    private static let now = TokenFixture.now
    private static let good = #"{"user_id":42,"exp":\#(now + 60)}"#

    @Test func `a right token gives its subject and the moment at which it ends`() throws {
        let fixture = try TokenFixture()
        let verdict = fixture.verdict(TokenFixture.token(Self.good))
        let identity = TokenIdentity(
            of: .decoded(Array("42".utf8)),
            closesAt: (Self.now + 60 + 30) * 1_000_000_000,
            payload: Array(Self.good.utf8)
        )
        #expect(verdict == .accepted(identity))
    }

    @Test(arguments: [
        #"{"typ":"JWT"}"#, #"{"alg":"none"}"#, #"{"alg":"None"}"#, #"{"alg":"HS512"}"#, #"{"alg":"RS256"}"#,
        #"{"alg":"hs256"}"#, #"{"alg":256}"#, #"{"alg":"HS256","crit":["exp"]}"#, #"{"alg":"HS256","jwk":{}}"#,
        #"{"alg":"HS256","jku":"https://a.example"}"#, #"{"alg":"HS256","x5u":"https://a.example"}"#,
        #"{"alg":"HS256","x5c":[]}"#, #"{"alg":"HS256","b64":false}"#, #"{"alg":"HS256","zip":"DEF"}"#,
        #"{"alg":"HS256","enc":"A128GCM"}"#, #"{"alg":"HS256","alg":"HS256"}"#, #"{"alg":"HS256","\u0061lg":"none"}"#,
        #"{"alg":"HS256","typ":1}"#, #"{"alg":"HS256","kid":1}"#, #"["alg","HS256"]"#, #"{"alg":"HS256"} x"#, "{",
    ])
    func `a header that is not exactly what the policy pins is refused`(_ header: String) throws {
        let fixture = try TokenFixture()
        #expect(fixture.violation(TokenFixture.token(Self.good, header: header)) == .tokenInvalid)
    }

    @Test func `the algorithm may be written with an escape, and a key's name may stand`() throws {
        let fixture = try TokenFixture()
        let header = #"{"\u0061lg":"HS\u003256","kid":"one"}"#
        #expect(fixture.violation(TokenFixture.token(Self.good, header: header)) == nil)
    }

    @Test func `every token cut short or with a byte changed is refused`() throws {
        let fixture = try TokenFixture()
        let token = TokenFixture.token(Self.good)
        for count in 0..<token.utf8.count {
            #expect(fixture.violation(String(token.prefix(count))) == .tokenInvalid)
        }
        for place in token.utf8.indices {
            for other in ["A", "=", "+", ".", " ", "\u{0}"] where !token[place...].hasPrefix(other) {
                var changed = token
                changed.replaceSubrange(place...place, with: other)
                #expect(fixture.violation(changed) == .tokenInvalid)
            }
        }
        for tail in ["=", "==", ".", " ", "\n", ".AAAA"] {
            #expect(fixture.violation(token + tail) == .tokenInvalid)
        }
        #expect(
            fixture.violation(TokenFixture.token(Self.good, key: Array("another key, long enough for it".utf8))) != nil
        )
        #expect(fixture.violation(String(repeating: "A", count: 8193)) == .tokenInvalid)
    }

    @Test(arguments: [
        #"{"user_id":42}"#, #"{"user_id":42,"exp":"\#(now + 60)"}"#, #"{"user_id":42,"exp":null}"#,
        #"{"user_id":42,"exp":-1}"#, #"{"user_id":42,"exp":1e400}"#, #"{"user_id":42,"exp":9007199254740992}"#,
        #"{"user_id":42,"exp":\#(now + 60),"nbf":\#(now + 31)}"#,
        #"{"user_id":42,"exp":\#(now + 60),"iat":\#(now + 31)}"#,
        #"{"user_id":42,"exp":\#(now + 60),"aud":"realtime"}"#, #"{"user_id":{},"exp":\#(now + 60)}"#,
        #"{"user_id":"","exp":\#(now + 60)}"#, #"{"user_id":1.5,"exp":\#(now + 60)}"#, "[]", "null", "",
        #"{"user_id":42,"exp":\#(now + 60),"exp":\#(now + 90)}"#,
    ])
    func `claims that are not what they should be are refused`(_ claims: String) throws {
        #expect(try TokenFixture().violation(TokenFixture.token(claims)) == .tokenInvalid)
    }

    @Test func `a token ends when its last second and the skew are over, sharply`() throws {
        let fixture = try TokenFixture()
        let token = TokenFixture.token(#"{"user_id":42,"exp":\#(Self.now)}"#)
        #expect(fixture.violation(token, at: Self.now + 29) == nil)
        #expect(fixture.violation(token, at: Self.now + 30) == .tokenExpired)
        let early = TokenFixture.token(#"{"user_id":42,"exp":\#(Self.now + 99),"nbf":\#(Self.now)}"#)
        #expect(fixture.violation(early, at: Self.now - 30) == nil)
        #expect(fixture.violation(early, at: Self.now - 31) == .tokenInvalid)
    }

    @Test func `expired is said only when everything else is right`() throws {
        let fixture = try TokenFixture(issuer: "https://auth.example")
        let expired = #""exp":\#(Self.now - 60)"#
        #expect(fixture.violation(TokenFixture.token("{\(expired)}")) == .tokenInvalid)
        #expect(fixture.violation(TokenFixture.token(#"{\#(expired),"iss":"https://auth.example"}"#)) == .tokenExpired)
        let forged = TokenFixture.token("{\(expired)}", key: Array("not the key of the policy at all".utf8))
        #expect(fixture.violation(forged) == .tokenInvalid)
    }

    @Test(arguments: [
        (#""realtime""#, true), (#"["other","realtime"]"#, true), (#""Realtime""#, false), ("[]", false),
        (#"["realtime",1]"#, false), ("1", false), (#"{"realtime":true}"#, false),
    ])
    func `one of the audiences must be the policy's`(_ audience: String, _ isMeant: Bool) throws {
        let fixture = try TokenFixture(audience: ["batch", "realtime"])
        let token = TokenFixture.token(#"{"user_id":42,"exp":\#(Self.now + 60),"aud":\#(audience)}"#)
        #expect((fixture.violation(token) == nil) == isMeant)
        #expect(fixture.violation(TokenFixture.token(Self.good)) == .tokenInvalid)
    }

    @Test func `a lifetime is measured from iat to exp`() throws {
        let fixture = try TokenFixture(lifetime: .seconds(60))
        func token(_ seconds: Int64) -> String {
            TokenFixture.token(#"{"user_id":42,"iat":\#(Self.now),"exp":\#(Self.now + seconds)}"#)
        }
        #expect(fixture.violation(token(60)) == nil)
        #expect(fixture.violation(token(61)) == .tokenInvalid)
        #expect(fixture.violation(TokenFixture.token(Self.good)) == .tokenInvalid)
    }

    @Test func `claims that do not fit the schema are forbidden, after expiry`() throws {
        let fixture = try TokenFixture(claims: #"{"type":"object","required":["user_id"]}"#)
        #expect(fixture.violation(TokenFixture.token(Self.good)) == nil)
        #expect(fixture.violation(TokenFixture.token(#"{"exp":\#(Self.now + 60)}"#)) == .claimForbidden)
        #expect(fixture.violation(TokenFixture.token(#"{"exp":\#(Self.now - 60)}"#)) == .tokenExpired)
    }

    @Test func `a key that is missing, short or in another encoding is refused by its name`() throws {
        #expect(throws: KeyError.missingVariable("KEY")) { try TokenFixture(key: nil) }
        #expect(throws: KeyError.missingVariable("KEY")) { try TokenFixture(key: []) }
        #expect(throws: KeyError.shortKey(name: "KEY", byteCount: 31, minimum: 32)) {
            try TokenFixture(key: Array(repeating: 1, count: 31))
        }
        #expect(throws: KeyError.wrongEncoding(name: "KEY", encoding: "hexadecimal")) {
            try TokenFixture(encoding: .hex, key: Array(repeating: 0x7A, count: 64))
        }
        let hex = try TokenFixture(encoding: .hex, key: Array(String(repeating: "61", count: 32).utf8))
        let key = Array(repeating: UInt8(0x61), count: 32)
        #expect(hex.violation(TokenFixture.token(Self.good, key: key)) == nil)
        let base64 = try TokenFixture(
            encoding: .base64,
            key: Array("YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=".utf8)
        )
        #expect(base64.violation(TokenFixture.token(Self.good, key: key)) == nil)
    }
}
