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
