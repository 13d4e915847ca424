import PolicyModel
import PolicyRuntime
import Testing
import WebSocketProtocol

@testable import WebSocketPolicyJWT

/// What is remembered of verified tokens decides as a verification would.
struct VerifiedTokensTests {
    private static let now = TokenFixture.now

    @Test func `a token that was accepted is accepted again, by the same identity`() throws {
        let fixture = try TokenFixture()
        let token = TokenFixture.token(#"{"user_id":42,"exp":\#(Self.now + 60)}"#)
        let first = fixture.verdict(token)
        #expect(fixture.verdict(token) == first)
        guard case .accepted(let identity) = first else { return #expect(Bool(false)) }
        #expect(identity.subject == Array("42".utf8))
    }

    @Test func `its dates are looked at each time, sharply and in both directions`() throws {
        let fixture = try TokenFixture()
        let token = TokenFixture.token(
            #"{"user_id":42,"nbf":\#(Self.now - 10),"iat":\#(Self.now),"exp":\#(Self.now + 60)}"#
        )
        for _ in 0..<2 {
            #expect(fixture.violation(token, at: Self.now) == nil)
            #expect(fixture.violation(token, at: Self.now + 89) == nil)
            #expect(fixture.violation(token, at: Self.now + 90) == .tokenExpired)
            #expect(fixture.violation(token, at: Self.now - 30) == nil)
            #expect(fixture.violation(token, at: Self.now - 31) == .tokenInvalid)
        }
    }

    @Test func `a token that differs in one byte is another token`() throws {
        let fixture = try TokenFixture()
        let token = TokenFixture.token(#"{"user_id":42,"exp":\#(Self.now + 60)}"#)
        #expect(fixture.violation(token) == nil)
        for place in token.utf8.indices {
            var changed = Array(token.utf8)
            changed[token.utf8.distance(from: token.startIndex, to: place)] ^= 1
            #expect(fixture.violation(String(decoding: changed, as: UTF8.self)) == .tokenInvalid)
        }
    }

    @Test func `what was refused is not remembered`() throws {
        let fixture = try TokenFixture()
        let token = TokenFixture.token(#"{"user_id":42,"nbf":\#(Self.now + 100),"exp":\#(Self.now + 200)}"#)
        #expect(fixture.violation(token, at: Self.now) == .tokenInvalid)
        #expect(fixture.violation(token, at: Self.now + 100) == nil)
    }

    @Test func `keeping and forgetting`() {
        let tokens = VerifiedTokens()
        let bytes = Array("a token".utf8)
        let identity = TokenIdentity(of: .decoded(Array("ann".utf8)), closesAt: nil, payload: [])
        let place = tokens.place(of: bytes.span, 7)
        #expect(tokens.identity(at: place, bytes.span, 7, 5) == nil)
        tokens.keep(identity, at: place, bytes.span, 7, validity: 5..<9)
        #expect(tokens.identity(at: place, bytes.span, 7, 5) == identity)
        #expect(tokens.identity(at: place, bytes.span, 7, 4) == nil)
        #expect(tokens.identity(at: place, bytes.span, 7, 9) == nil)
        #expect(tokens.identity(at: place, bytes.span, 8, 5) == nil)
        #expect(tokens.identity(at: place, Array("a tokeN".utf8).span, 7, 5) == nil)
        tokens.removeAll()
        #expect(tokens.identity(at: place, bytes.span, 7, 5) == nil)
        let long = [UInt8](repeating: 65, count: 2049)
        #expect(tokens.place(of: long.span, 7) == nil)
        tokens.keep(identity, at: nil, long.span, 7, validity: 0..<9)
        #expect(tokens.identity(at: nil, long.span, 7, 5) == nil)
    }

    @Test func `a slot is used again for tokens of any length, and each is compared whole`() {
        let tokens = VerifiedTokens()
        let identity = TokenIdentity(of: nil, closesAt: nil, payload: [])
        let place = tokens.place(of: Array("any".utf8).span, 1)
        func isKept(_ bytes: [UInt8]) -> Bool { tokens.identity(at: place, bytes.span, 1, 5) != nil }
        var before: [UInt8] = []
        for length in [1, 15, 16, 17, 2048, 31, 32, 33, 128, 129, 1, 300] {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ length) }
            tokens.keep(identity, at: place, bytes.span, 1, validity: 0..<9)
            #expect(isKept(bytes))
            #expect(!isKept(before), "after \(length)")
            #expect(!isKept(bytes.dropLast()) && !isKept(bytes + [0]))
            for index in bytes.indices {
                var other = bytes
                other[index] ^= 0x80
                #expect(!isKept(other), "\(index) of \(length)")
            }
            before = bytes
        }
        tokens.removeAll()
        #expect(!isKept(before) && !isKept([]))
        tokens.keep(identity, at: place, before.span, 1, validity: 0..<9)
        #expect(isKept(before))
    }

    @Test func `a subject is the same however it is written, and its name too`() throws {
        let fixture = try TokenFixture()
        func subject(_ claims: String) -> [UInt8]? {
            guard case .accepted(let identity) = fixture.verdict(TokenFixture.token(claims)) else { return nil }
            #expect(identity.withSubject { span in span.indices.map { span[$0] } } == identity.subject)
            return identity.subject
        }
        let end = #""exp":\#(Self.now + 60)"#
        for claims in [
            #"{"user_id":"ann",\#(end)}"#, #"{"user_id":"\u0061nn",\#(end)}"#, #"{\#(end),"user\u005fid":"a\u006en"}"#,
            #"{ "x" : {"user_id":"bob"}, "user_id" : "ann" , \#(end) }"#,
        ] { #expect(subject(claims) == Array("ann".utf8), "\(claims)") }
        #expect(subject(#"{"user_id":-7,\#(end)}"#) == Array("-7".utf8))
        for wrong in [#""""#, "1.5", "1e3", "true", "null", "[]", "{}"] {
            #expect(
                fixture.violation(TokenFixture.token(#"{"user_id":\#(wrong),\#(end)}"#)) == .tokenInvalid,
                "\(wrong)"
            )
        }
    }

    @Test func `a hundred thousand tokens take no more room than the first thousands`() {
        let tokens = VerifiedTokens()
        let identity = TokenIdentity(of: nil, closesAt: nil, payload: [])
        var kept = 0
        for number in 0..<100_000 {
            let bytes = Array("token \(number)".utf8)
            tokens.keep(identity, at: tokens.place(of: bytes.span, 1), bytes.span, 1, validity: 0..<9)
        }
        for number in 0..<100_000 {
            let bytes = Array("token \(number)".utf8)
            if tokens.identity(at: tokens.place(of: bytes.span, 1), bytes.span, 1, 5) != nil { kept += 1 }
        }
        #expect(kept <= 4096)
        #expect(kept > 3000)
    }
}
