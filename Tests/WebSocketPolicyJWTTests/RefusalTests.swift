import Crypto
import CryptoExtras
import Foundation
import PolicyModel
import PolicyPlan
import PolicyRuntime
import Testing
import WebSocketProtocol

@testable import WebSocketPolicyJWT

/// What a verifier of tokens refuses, each by its number in the list of such refusals.
struct RefusalTests {
    private static let now = TokenFixture.now
    private static let claims = #"{"user_id":42,"exp":\#(now + 60)}"#

    private static func expectRefused(
        _ fixture: TokenFixture,
        headers: [String],
        location: SourceLocation = #_sourceLocation
    ) {
        for header in headers {
            let token = TokenFixture.token(claims, header: header)
            #expect(fixture.violation(token) == .tokenInvalid, "\(header)", sourceLocation: location)
        }
    }

    @Test func `refusal 1: an algorithm that is missing, none, not listed, or not the key's`() throws {
        Self.expectRefused(
            try TokenFixture(),
            headers: [
                "{}", #"{"alg":null}"#, #"{"alg":""}"#, #"{"alg":"none"}"#, #"{"alg":"NONE"}"#, #"{"alg":"nOnE"}"#,
                #"{"alg":"HS384"}"#, #"{"alg":"ES256"}"#, #"{"alg":["HS256"]}"#,
            ]
        )
        // Listed, but not what the key says that it is for.
        let key = TokenForge.Key.made(for: .ES256)
        let set = "{\"keys\":[\(TokenForge.Key.made(for: .RS256).jwk(#""alg":"PS256""#))]}"
        let fixture = try TokenFixture(
            key: Array(set.utf8),
            algorithms: [.RS256, .PS256, .ES256],
            keys: [.env("KEY")]
        )
        #expect(fixture.violation(try TokenForge.Key.made(for: .RS256).token(Self.claims, .RS256)) == .tokenInvalid)
        #expect(fixture.violation(try TokenForge.Key.made(for: .RS256).token(Self.claims, .PS256)) == nil)
        #expect(fixture.violation(try key.token(Self.claims, .ES256)) == .tokenInvalid)
    }

    @Test func `refusal 2: a MAC by a public key's bytes, a key of another kind or on another curve`() throws {
        for algorithm in [TokenSection.Algorithm.RS256, .ES256, .EdDSA] {
            let key = TokenForge.Key.made(for: algorithm)
            let fixture = try TokenFixture(
                algorithms: [algorithm],
                keys: [.file("key")],
                files: ["key": key.publicBytes]
            )
            for secret in [
                key.publicBytes, Array(String(decoding: key.publicBytes, as: UTF8.self).split(separator: "\n")[1].utf8),
            ] {
                #expect(
                    fixture.violation(try TokenForge.Key.secret(secret).token(Self.claims, .HS256)) == .tokenInvalid
                )
            }
        }
        for (algorithm, other) in [(TokenSection.Algorithm.ES256, TokenSection.Algorithm.ES384), (.ES512, .ES256)] {
            let key = TokenForge.Key.made(for: other)
            #expect(throws: KeyError.self) {
                try TokenFixture(algorithms: [algorithm], keys: [.file("key")], files: ["key": key.publicBytes])
            }
        }
    }

    @Test func `refusal 3: not exactly three parts that are not empty, other serializations, bytes around`() throws {
        let fixture = try TokenFixture()
        let token = TokenFixture.token(Self.claims)
        let parts = token.split(separator: ".").map(String.init)
        let json = #"{"protected":"\#(parts[0])","payload":"\#(parts[1])","signature":"\#(parts[2])"}"#
        for wrong in [
            "", ".", "..", "...", parts[0], "\(parts[0]).\(parts[1])", "\(parts[0]).\(parts[1]).",
            ".\(parts[1]).\(parts[2])",
            "\(parts[0])..\(parts[2])", token + ".", "." + token, token + ".\(parts[2])",
            "\(token).\(parts[0]).\(parts[2])",
            json, " " + token, token + " ", token + "\n", "\u{FEFF}" + token, token + "\u{0}", "\"\(token)\"",
            "Bearer " + token,
        ] {
            #expect(fixture.violation(wrong) == .tokenInvalid, "\(wrong)")
        }
        #expect(fixture.violation(token) == nil)
    }

    @Test func `refusal 4: base64url that is padded, of another alphabet, or not canonical`() throws {
        let fixture = try TokenFixture()
        let token = TokenFixture.token(Self.claims)
        let parts = token.split(separator: ".").map(String.init)
        for place in 0..<3 {
            for change in ["=", "==", "+", "/", " ", "\t", "*", "%", "é"] {
                var changed = parts
                changed[place] += change
                #expect(fixture.violation(changed.joined(separator: ".")) == .tokenInvalid)
                changed[place] = parts[place].prefix(2) + change + parts[place].dropFirst(2)
                #expect(fixture.violation(changed.joined(separator: ".")) == .tokenInvalid)
            }
            var short = parts
            while short[place].count % 4 != 1 { short[place].removeLast() }
            #expect(fixture.violation(short.joined(separator: ".")) == .tokenInvalid)
        }
        // The last character of a signature of 32 bytes has two bits that carry nothing.
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let last = try #require(alphabet.firstIndex { $0 == token.last })
        for bits in 1...3 {
            let other = token.dropLast() + String(alphabet[last ^ bits])
            #expect(fixture.violation(String(other)) == .tokenInvalid)
        }
    }

    @Test
    func `refusal 5: a header or claims that are no plain object, not UTF-8, with members twice, too deep or too long`()
        throws
    {
        let fixture = try TokenFixture()
        Self.expectRefused(
            fixture,
            headers: [
                "", "null", "[]", "\"HS256\"", #"{"alg":"HS256"}{}"#, #"{"alg":"HS256",}"#, #"{'alg':'HS256'}"#,
                #"{"alg":"HS256","alg":"HS256"}"#, #"{"alg":"HS256","\u0061lg":"HS256"}"#,
                #"{"alg":"HS256","x":"# + String(repeating: "[", count: 32) + String(repeating: "]", count: 32) + "}",
            ]
        )
        let end = #""exp":\#(Self.now + 60)"#
        let schemas = [
            "{}", "{ required: [user_id] }", "{ patternProperties: { '^x': { type: string } } }",
            "{ properties: { user_id: {}, exp: {} }, additionalProperties: false }",
        ]
        for claims in [
            "", "null", "[]", "{", #"{"user_id":42,\#(end),"exp":\#(Self.now + 61)}"#,
            #"{"user_id":42,"user\u005fid":43,\#(end)}"#, #"{"user_id":42,\#(end),"x":{"y":1,"y":2}}"#,
            #"{"user_id":42,\#(end),"x":"# + String(repeating: "[", count: 32) + String(repeating: "]", count: 32)
                + "}",
            #"{"user_id":42,\#(end),"x":"\#(String(repeating: "x", count: 8192))"}"#,
        ] {
            #expect(fixture.violation(TokenFixture.token(claims)) == .tokenInvalid, "\(claims.prefix(60))")
            // A claims schema, fitting or not, makes it nothing else.
            for schema in schemas {
                let violation = try TokenFixture(claims: schema).violation(TokenFixture.token(claims))
                #expect(violation == .tokenInvalid, "\(schema): \(claims.prefix(60))")
            }
        }
        let header = TokenFixture.base64url(#"{"alg":"HS256"}"#.utf8)
        let broken = TokenFixture.base64url(
            Array("{\"user_id\":42,\(end),\"x\":\"".utf8) + [0xC3, 0x28] + Array("\"}".utf8)
        )
        let code = HMAC<SHA256>.authenticationCode(
            for: Data("\(header).\(broken)".utf8),
            using: SymmetricKey(data: TokenFixture.key)
        )
        #expect(fixture.violation("\(header).\(broken).\(TokenFixture.base64url(code))") == .tokenInvalid)
    }

    @Test func `refusal 6: crit whatever it names, b64, zip and enc`() throws {
        Self.expectRefused(
            try TokenFixture(),
            headers: [
                #"{"alg":"HS256","crit":[]}"#, #"{"alg":"HS256","crit":["exp"]}"#, #"{"alg":"HS256","crit":["alg"]}"#,
                #"{"alg":"HS256","crit":null}"#, #"{"alg":"HS256","\u0063rit":["b64"],"b64":true}"#,
                #"{"alg":"HS256","b64":false}"#, #"{"alg":"HS256","b64":true}"#, #"{"alg":"HS256","zip":"DEF"}"#,
                #"{"alg":"HS256","enc":"A128GCM"}"#,
            ]
        )
    }

    @Test func `refusal 7: jwk, jku, x5c and x5u never bring a key, even the right one`() throws {
        let key = TokenForge.Key.made(for: .ES256)
        let fixture = try TokenFixture(algorithms: [.ES256], keys: [.file("key")], files: ["key": key.publicBytes])
        let attacker = TokenForge.Key.made(for: .ES256)
        for member in [
            #""jwk":\#(key.jwk())"#, #""jku":"https://auth.example/jwks.json""#, #""x5u":"https://auth.example/c""#,
            #""x5c":["MIIB"]"#,
        ] {
            #expect(
                fixture.violation(try key.token(Self.claims, .ES256, members: member)) == .tokenInvalid,
                "\(member)"
            )
        }
        let own = try attacker.token(Self.claims, .ES256, members: #""jwk":\#(attacker.jwk())"#)
        #expect(fixture.violation(own) == .tokenInvalid)
        #expect(fixture.violation(try key.token(Self.claims, .ES256)) == nil)
    }

    @Test func `refusal 8: a kid that is unknown, no text, too long or a path; none where several keys fit`() throws {
        let (one, two) = (TokenForge.Key.made(for: .ES256), TokenForge.Key.made(for: .ES256))
        let set = "{\"keys\":[\(one.jwk(#""kid":"one""#)),\(two.jwk(#""kid":"two""#))]}"
        let fixture = try TokenFixture(key: Array(set.utf8), algorithms: [.ES256])
        let long = String(repeating: "o", count: 257)
        for kid in [
            #""three""#, "1", "null", #"["one"]"#, #""""#, #""\#(long)""#, #""../one""#, #""one' or '1'='1""#,
            #""ONE""#,
            #""one\u0000""#,
        ] {
            let token = try one.token(Self.claims, .ES256, members: #""kid":\#(kid)"#)
            #expect(fixture.violation(token) == .tokenInvalid, "\(kid.prefix(20))")
        }
        #expect(fixture.violation(try one.token(Self.claims, .ES256)) == .tokenInvalid)
        #expect(fixture.violation(try one.token(Self.claims, .ES256, members: #""kid":"two""#)) == .tokenInvalid)
        #expect(fixture.violation(try one.token(Self.claims, .ES256, members: #""kid":"one""#)) == nil)
    }

    @Test func `refusal 9: a key set with what no key may be starts nothing, and private members are said`() throws {
        func problem(_ set: String, _ algorithms: [TokenSection.Algorithm]) -> String? {
            do { _ = try TokenFixture(key: Array(set.utf8), algorithms: algorithms) } catch {
                return (error as? KeyError)?.message ?? "\(error)"
            }
            return nil
        }
        let curve = TokenForge.Key.made(for: .ES256)
        let rsa = TokenForge.Key.made(for: .RS256)
        let small = try TokenForge.Key.rsa(_RSA.Signing.PrivateKey(unsafeKeySize: _RSA.Signing.KeySize(bitCount: 1024)))
        let secret = TokenForge.Key.secret(Array(repeating: 1, count: 31))
        for (keys, algorithm) in [
            ([curve.jwk(#""kid":"a""#), curve.jwk(#""kid":"a""#)], TokenSection.Algorithm.ES256),
            ([curve.jwk(), TokenForge.Key.made(for: .HS256).jwk()], .ES256),
            ([curve.jwk(#""use":"enc""#)], .ES256), ([curve.jwk(#""key_ops":["sign"]"#)], .ES256),
            ([small.jwk()], .RS256), ([rsa.jwk().replacing("\"AQAB\"", with: "\"AQ\"")], .RS256),
            ([rsa.jwk().replacing("\"AQAB\"", with: "\"BA\"")], .RS256), ([secret.jwk()], .HS256),
            (
                [
                    #"{"kty":"EC","crv":"P-256","x":"\#(String(repeating: "A", count: 43))","y":"\#(String(repeating: "A", count: 43))"}"#
                ], .ES256
            ),
        ] {
            #expect(problem("{\"keys\":[\(keys.joined(separator: ","))]}", [algorithm]) != nil, "\(keys)")
        }
        // ROCA keys are among Wycheproof's vectors. A private key in a set verifies as its public half, and is said.
        let fixture = try TokenFixture(
            key: Array("{\"keys\":[\(curve.jwk(#""d":"AAAA""#))]}".utf8),
            algorithms: [.ES256]
        )
        #expect(fixture.violation(try curve.token(Self.claims, .ES256)) == nil)
        #expect(fixture.authority.notes == ["the key `KEY` has private members, which no server that verifies needs"])
        #expect(try TokenFixture().authority.notes.isEmpty)
    }

    @Test func `refusal 10: a signature of another length or form, r or s zero or beyond the order`() throws {
        let order: [UInt8] = [
            0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC, 0xE6, 0xFA, 0xAD,
            0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
        ]
        let zero = [UInt8](repeating: 0, count: 32)
        let one: [UInt8] = Array(zero.dropLast()) + [1]
        let short: [UInt8] = [0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01]
        let pairs: [[UInt8]] = [zero + zero, zero + one, one + zero, order + one, one + order, order + order]
        let lengths: [[UInt8]] = [
            [UInt8](repeating: 0xFF, count: 64), [UInt8](repeating: 0, count: 63), [UInt8](repeating: 0, count: 65),
            short,
        ]
        let curve = TokenForge.Key.made(for: .ES256)
        let fixture = try TokenFixture(algorithms: [.ES256], keys: [.file("key")], files: ["key": curve.publicBytes])
        for signature in pairs + lengths {
            let token = try curve.token(Self.claims, .ES256) { _ in Data(signature) }
            #expect(fixture.violation(token) == .tokenInvalid)
        }
        let der = try curve.token(Self.claims, .ES256) { raw in
            (try? P256.Signing.ECDSASignature(rawRepresentation: raw).derRepresentation) ?? Data()
        }
        #expect(fixture.violation(der) == .tokenInvalid)
        for algorithm in [TokenSection.Algorithm.RS256, .EdDSA] {
            let key = TokenForge.Key.made(for: algorithm)
            let fixture = try TokenFixture(
                algorithms: [algorithm],
                keys: [.file("key")],
                files: ["key": key.publicBytes]
            )
            for change in [{ $0.dropLast() }, { [0] + $0 }, { $0 + [0] }, { $0.dropFirst() }] as [(Data) -> Data] {
                #expect(fixture.violation(try key.token(Self.claims, algorithm, changing: change)) == .tokenInvalid)
            }
        }
        // S of Ed25519 plus the order is the same number, and another signature (RFC 8032 §5.1.7).
        let edwards = TokenForge.Key.made(for: .EdDSA)
        let signed = try TokenFixture(algorithms: [.EdDSA], keys: [.file("key")], files: ["key": edwards.publicBytes])
        let l: [UInt8] = [
            0xED, 0xD3, 0xF5, 0x5C, 0x1A, 0x63, 0x12, 0x58, 0xD6, 0x9C, 0xF7, 0xA2, 0xDE, 0xF9, 0xDE, 0x14, 0, 0, 0, 0,
            0,
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
        ]
        let malleable = try edwards.token(Self.claims, .EdDSA) { raw in
            var bytes = Array(raw)
            var carry = 0
            for index in 0..<32 {
                let sum = Int(bytes[32 + index]) + Int(l[index]) + carry
                bytes[32 + index] = UInt8(sum & 255)
                carry = sum >> 8
            }
            return Data(bytes)
        }
        #expect(signed.violation(malleable) == .tokenInvalid)
    }

    @Test func `refusal 11: dates that are missing, no numbers, negative, huge, over, to come, or too far apart`()
        throws
    {
        let fixture = try TokenFixture(lifetime: .seconds(600))
        func violation(_ dates: String) -> Violation? {
            fixture.violation(TokenFixture.token(#"{"user_id":42\#(dates)}"#))
        }
        let iat = #","iat":\#(Self.now)"#
        for dates in [
            iat, iat + #","exp":"\#(Self.now + 60)""#, iat + #","exp":null"#, iat + #","exp":true"#,
            iat + #","exp":-1"#,
            iat + #","exp":9007199254740992"#, iat + #","exp":1e309"#, iat + #","exp":{}"#,
            iat + #","exp":\#(Self.now + 60),"nbf":"x""#, iat + #","exp":\#(Self.now + 60),"nbf":\#(Self.now + 31)"#,
            #","iat":\#(Self.now + 31),"exp":\#(Self.now + 60)"#, #","exp":\#(Self.now + 60)"#,
            iat + #","exp":\#(Self.now + 601)"#,
        ] {
            #expect(violation(dates) == .tokenInvalid, "\(dates)")
        }
        #expect(violation(#","iat":\#(Self.now - 600),"exp":\#(Self.now - 30)"#) == .tokenExpired)
        #expect(violation(#","iat":\#(Self.now - 571),"exp":\#(Self.now - 29)"#) == nil)
        #expect(violation(iat + #","exp":\#(Self.now + 600),"nbf":\#(Self.now + 30)"#) == nil)
    }

    @Test func `refusal 12: another issuer or audience, a type for another use, a claim that is missing`() throws {
        let fixture = try TokenFixture(
            issuer: "https://auth.example",
            audience: ["realtime"],
            claims: #"{"required":["scope"]}"#
        )
        let end = #""user_id":42,"exp":\#(Self.now + 60)"#
        let right = #"{\#(end),"iss":"https://auth.example","aud":["x","realtime"],"scope":"a"}"#
        #expect(fixture.violation(TokenFixture.token(right)) == nil)
        for claims in [
            #"{\#(end),"aud":"realtime","scope":"a"}"#,
            #"{\#(end),"iss":"https://auth.example/","aud":"realtime","scope":"a"}"#,
            #"{\#(end),"iss":["https://auth.example"],"aud":"realtime","scope":"a"}"#,
            #"{\#(end),"iss":"https://auth.example","scope":"a"}"#,
            #"{\#(end),"iss":"https://auth.example","aud":"other","scope":"a"}"#,
            #"{\#(end),"iss":"https://auth.example","aud":[],"scope":"a"}"#,
            #"{\#(end),"iss":"https://auth.example","aud":["realtime",1],"scope":"a"}"#,
        ] {
            #expect(fixture.violation(TokenFixture.token(claims)) == .tokenInvalid, "\(claims)")
        }
        #expect(fixture.violation(TokenFixture.token(right.replacing("scope", with: "scopes"))) == .claimForbidden)
        for type in ["dpop+jwt", "logout+jwt", "secevent+jwt", "application/token-introspection+jwt", "DPoP+JWT"] {
            let header = #"{"alg":"HS256","typ":"\#(type)"}"#
            #expect(fixture.violation(TokenFixture.token(right, header: header)) == .tokenInvalid, "\(type)")
        }
        for type in ["JWT", "jwt", "at+jwt", "application/at+jwt", "AT+JWT"] {
            let header = #"{"alg":"HS256","typ":"\#(type)"}"#
            #expect(fixture.violation(TokenFixture.token(right, header: header)) == nil, "\(type)")
        }
    }

    private static func admit(_ engine: PolicyEngine, _ target: String, _ fields: [(String, String)] = []) -> String {
        let request = HandshakeRequest(
            target: target,
            headers: [
                ("Host", "api.example"), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
                ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ] + fields,
            peer: SocketAddress(parsing: "203.0.113.7:1"),
            isSecure: true
        )
        let moment = Moment(ticks: 1, unixNanoseconds: now * 1_000_000_000)
        switch engine.admit(request, at: moment) {
        case .accept(var guarding, _):
            defer { guarding.close() }
            return "accept"
        case .refuse(let refusal): return refusal.violation.name
        }
    }

    @Test func `refusal 13: a token where the policy looks for none, in two places at once, or twice`() throws {
        let fixture = try TokenFixture()
        let engine = try PolicyEngine(plan: fixture.plan, tokens: fixture.authority)
        let token = TokenFixture.token(Self.claims)
        #expect(Self.admit(engine, "/?token=\(token)") == "accept")
        #expect(Self.admit(engine, "/", [("Authorization", "Bearer \(token)")]) == "tokenMissing")
        #expect(Self.admit(engine, "/?Token=\(token)") == "tokenMissing")
        #expect(Self.admit(engine, "/?token=\(token)&token=\(token)") == "tokenInvalid")
        #expect(Self.admit(engine, "/?token=\(token)&token=") == "tokenInvalid")
        // Two places, and two Authorization fields: D21 and the policies with several places.
    }

    @Test func `refusal 14: keys of a set that is older than it may be`() throws {
        let plan = try TokenFixture().plan
        #expect(JWTAuthority.keySetAddresses(of: plan).isEmpty)
        let key = TokenForge.Key.made(for: .ES256)
        let set = Array("{\"keys\":[\(key.jwk(#""kid":"one""#))]}".utf8)
        let end = (Self.now + 10) * 1_000_000_000
        let address = "https://auth.example/jwks.json"
        let fixture = try TokenFixture(
            algorithms: [.ES256],
            keys: [.remoteKeySet(address)],
            keySet: KeySetCopy(bytes: set, usableUntil: end)
        )
        let token = try key.token(#"{"user_id":42,"exp":\#(Self.now + 600)}"#, .ES256, members: #""kid":"one""#)
        for _ in 0..<2 { #expect(fixture.violation(token, at: Self.now + 9) == nil) }
        #expect(fixture.violation(token, at: Self.now + 10) == .tokenInvalid)
        // A newer copy of the same set makes it usable again; a set without the key ends it, remembered or not.
        try fixture.authority.replaceKeySet(address, with: KeySetCopy(bytes: set), plan: fixture.plan.view)
        for _ in 0..<2 { #expect(fixture.violation(token, at: Self.now + 10) == nil) }
        let other = Array("{\"keys\":[\(TokenForge.Key.made(for: .ES256).jwk(#""kid":"two""#))]}".utf8)
        try fixture.authority.replaceKeySet(address, with: KeySetCopy(bytes: other), plan: fixture.plan.view)
        #expect(fixture.violation(token, at: Self.now + 10) == .tokenInvalid)
        // The unknown name asks for the set once, and a flood of them no more.
        #expect(fixture.authority.keySetDemand.take() == [address])
        for _ in 0..<100 { #expect(fixture.violation(token, at: Self.now + 10) == .tokenInvalid) }
        #expect(fixture.authority.keySetDemand.take() == [address])
        #expect(fixture.authority.keySetDemand.take().isEmpty)
        #expect(throws: KeyError.self) {
            try fixture.authority.replaceKeySet(address, with: KeySetCopy(bytes: []), plan: fixture.plan.view)
        }
    }

    @Test func `refusal 15: a connection goes on no longer than its token`() throws {
        let fixture = try TokenFixture()
        let engine = try PolicyEngine(plan: fixture.plan, tokens: fixture.authority)
        let request = HandshakeRequest(
            target: "/?token=\(TokenFixture.token(Self.claims))",
            headers: [
                ("Host", "api.example"), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
                ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ],
            peer: SocketAddress(parsing: "203.0.113.7:1"),
            isSecure: true
        )
        func moment(_ seconds: Int64) -> Moment {
            Moment(ticks: UInt64(1 + seconds) * 1_000_000_000, unixNanoseconds: (Self.now + seconds) * 1_000_000_000)
        }
        guard case .accept(var guarding, _) = engine.admit(request, at: moment(0)) else {
            Issue.record("refused")
            return
        }
        #expect(guarding.tick(at: moment(89)) == nil)
        #expect(guarding.tick(at: moment(90))?.violation == .tokenExpired)
        // And no later handshake takes it, remembered as it is.
        guard case .refuse(let refusal) = engine.admit(request, at: moment(90)) else {
            Issue.record("accepted")
            return
        }
        #expect(refusal.violation == .tokenExpired)
    }
}
