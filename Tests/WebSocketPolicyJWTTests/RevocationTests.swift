import PolicyModel
import PolicyPlan
import PolicyRuntime
import Testing
import WebSocketProtocol

@testable import WebSocketPolicyJWT

/// Tokens and subjects that are revoked: at the handshake, and while their connections are open.
struct RevocationTests {
    private static let now = TokenFixture.now

    private static func token(_ subject: String, _ id: String? = nil) -> String {
        let id = id.map { #","jti":"\#($0)""# } ?? ""
        return TokenFixture.token(#"{"user_id":"\#(subject)","exp":\#(now + 600)\#(id)}"#)
    }

    private static func fixture(_ list: String, claims: String? = nil) throws -> TokenFixture {
        try TokenFixture(claims: claims, files: ["revoked.txt": Array(list.utf8)], revoked: ["revoked.txt"])
    }

    private static func reload(_ fixture: TokenFixture, _ list: String?) throws(KeyError) {
        let bytes = list.map { Array($0.utf8) }
        try fixture.authority.reloadRevocations(
            plan: fixture.plan.view,
            sources: KeySources(variable: { _ in nil }, file: { $0 == "revoked.txt" ? bytes : nil })
        )
    }

    @Test func `a subject or a token's id in the list is refused, others are not`() throws {
        let fixture = try Self.fixture("ann\ntoken-7\n")
        #expect(fixture.violation(Self.token("ann")) == .tokenRevoked)
        #expect(fixture.violation(Self.token("bob", "token-7")) == .tokenRevoked)
        for token in [Self.token("bob"), Self.token("annie"), Self.token("an", "token-77"), Self.token("bob", "ANN")] {
            #expect(fixture.violation(token) == nil)
        }
    }

    @Test func `lines are read without blanks, carriage returns, comments and empty lines`() throws {
        let fixture = try Self.fixture("# who left\r\n\r\n  ann \t\r\n#bob\n\neve")
        #expect(fixture.violation(Self.token("ann")) == .tokenRevoked)
        #expect(fixture.violation(Self.token("eve")) == .tokenRevoked)
        #expect(fixture.violation(Self.token("bob")) == nil)
        #expect(fixture.violation(Self.token("#bob")) == nil)
        #expect(RevocationList.names(in: []).isEmpty)
        #expect(RevocationList.names(in: [0x0A, 0x20, 0x0A]).isEmpty)
        #expect(RevocationList.names(in: Array("a b\n".utf8)) == [Array("a b".utf8)])
    }

    @Test func `it is said only of a token that is right otherwise, and before its claims are looked at`() throws {
        let fixture = try Self.fixture("ann", claims: #"{"required":["role"]}"#)
        #expect(fixture.violation(Self.token("ann")) == .tokenRevoked)
        #expect(fixture.violation(Self.token("bob")) == .claimForbidden)
        #expect(fixture.violation(Self.token("ann"), at: Self.now + 700) == .tokenExpired)
        #expect(fixture.violation(Self.token("ann") + "A") == .tokenInvalid)
    }

    @Test func `a list that is read anew counts at once, for remembered tokens too`() throws {
        let fixture = try Self.fixture("")
        let token = Self.token("ann", "one")
        for (list, violation) in [("", nil), ("ann", .tokenRevoked), ("bob", nil), ("one", .tokenRevoked)]
            as [(String, Violation?)]
        {
            try Self.reload(fixture, list)
            for _ in 0..<3 { #expect(fixture.violation(token) == violation, "\(list)") }
        }
    }

    @Test func `a list that cannot be read starts nothing, and later leaves the old one`() throws {
        #expect(throws: KeyError.missingRevocations("gone.txt")) { try TokenFixture(revoked: ["gone.txt"]) }
        let fixture = try Self.fixture("ann")
        #expect(throws: KeyError.missingRevocations("revoked.txt")) { try Self.reload(fixture, nil) }
        #expect(fixture.violation(Self.token("ann")) == .tokenRevoked)
        #expect(fixture.violation(Self.token("bob")) == nil)
    }

    @Test func `several lists hold together`() throws {
        let fixture = try TokenFixture(
            files: ["a": Array("ann".utf8), "b": Array("bob".utf8)],
            revoked: ["a", "b"]
        )
        #expect(fixture.violation(Self.token("ann")) == .tokenRevoked)
        #expect(fixture.violation(Self.token("bob")) == .tokenRevoked)
        #expect(fixture.violation(Self.token("eve")) == nil)
    }
}
