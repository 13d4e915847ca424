import PolicyModel
import PolicyPlan
import PolicyRuntime
import Testing
import WebSocketProtocol

@testable import WebSocketPolicyJWT

/// Who is revoked on all instances, as one of them knows it: a list that somebody fills, and what is decided by it.
struct SharedRevocationTests {
    private static let second: UInt64 = 1_000_000_000
    private static let now = TokenFixture.now

    private static func name(_ kind: SharedRevocations.Kind, _ text: [UInt8]) -> RevocationName {
        RevocationName(high: kind == .subject ? 0 : 1, low: text.reduce(0) { $0 << 8 | UInt64($1) })
    }

    private static func revoked(
        _ text: String,
        _ version: UInt64 = 1,
        _ kind: SharedRevocations.Kind = .subject,
        until seconds: Int64? = nil
    ) -> RevocationChange {
        let end = seconds.map { $0 * 1_000_000_000 } ?? .max
        return RevocationChange(name: name(kind, Array(text.utf8)), version: version, end: end, isRevoked: true)
    }

    private static func restored(_ text: String) -> RevocationChange {
        RevocationChange(name: name(.subject, Array(text.utf8)), version: 2, end: .max, isRevoked: false)
    }

    private static func unix(_ seconds: Int64 = now) -> Int64 { seconds * 1_000_000_000 }

    private static func list(_ changes: RevocationChange...) -> SharedRevocations {
        let list = SharedRevocations(naming: name)
        list.take(changes, at: unix())
        list.complete(until: 100 * second)
        return list
    }

    private static func token(_ subject: String, _ id: String? = nil) -> String {
        let id = id.map { #","jti":"\#($0)""# } ?? ""
        return TokenFixture.token(#"{"user_id":"\#(subject)","exp":\#(now + 600)\#(id)}"#)
    }

    private static func engine(_ fixture: TokenFixture) throws -> PolicyEngine {
        try PolicyEngine(plan: fixture.plan, tokens: fixture.authority)
    }

    private static func request(_ token: String) -> HandshakeRequest {
        HandshakeRequest(
            target: "/ws?token=\(token)",
            headers: [
                ("Host", "api.example"), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
                ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ],
            peer: SocketAddress(parsing: "203.0.113.7:1"),
            isSecure: true
        )
    }

    private static func moment(_ seconds: UInt64) -> Moment {
        Moment(ticks: seconds * second, unixNanoseconds: unix(now + Int64(seconds)))
    }

    /// What is decided about a handshake, in a word, and why.
    private static func decided(_ engine: PolicyEngine, _ token: String, at seconds: UInt64 = 1) -> String {
        switch engine.admit(request(token), at: moment(seconds)) {
        case .accept(var connection, _):
            connection.close()
            return "accept"
        case .refuse(let refusal): return refusal.violation.name
        }
    }

    @Test func `a subject is no token's id, and both are refused`() throws {
        let fixture = try TokenFixture(shared: Self.list(Self.revoked("ann"), Self.revoked("t7", 1, .tokenID)))
        #expect(fixture.violation(Self.token("ann")) == .tokenRevoked)
        #expect(fixture.violation(Self.token("bob", "t7")) == .tokenRevoked)
        for token in [Self.token("t7"), Self.token("bob", "ann"), Self.token("an"), Self.token("annie", "t")] {
            #expect(fixture.violation(token) == nil)
        }
    }

    @Test func `a list in a file and the shared one hold together`() throws {
        let fixture = try TokenFixture(
            files: ["a": Array("bob".utf8)],
            revoked: ["a"],
            shared: Self.list(Self.revoked("ann"))
        )
        #expect(fixture.violation(Self.token("ann")) == .tokenRevoked)
        #expect(fixture.violation(Self.token("bob")) == .tokenRevoked)
        #expect(fixture.violation(Self.token("eve")) == nil)
    }

    @Test func `an entry holds until its end, to the nanosecond`() {
        let list = Self.list(Self.revoked("ann", until: Self.now + 5))
        let names = RevocationNames(id: nil, subject: Self.name(.subject, Array("ann".utf8)))
        let end = Self.unix(Self.now + 5)
        #expect(list.holds(names, at: end - 1))
        #expect(!list.holds(names, at: end))
        // It lies about until somebody looks for such entries, a minute later at the latest.
        #expect(list.entryCount == 1)
        list.take([], at: end + 60_000_000_000)
        #expect(list.entryCount == 0)
    }

    @Test func `only what refuses somebody anew is another revision`() {
        let list = Self.list()
        var revision = list.revision
        func isNewer(_ changes: RevocationChange...) -> Bool {
            list.take(changes, at: Self.unix())
            defer { revision = list.revision }
            return list.revision != revision
        }
        #expect(!isNewer())
        #expect(isNewer(Self.revoked("ann", 1, until: Self.now + 5)))
        #expect(!isNewer(Self.revoked("ann", 2, until: Self.now + 5)))
        #expect(isNewer(Self.revoked("ann", 3, until: Self.now + 6)))
        #expect(isNewer(Self.revoked("ann", 4)))
        #expect(!isNewer(Self.restored("ann")))
        #expect(!isNewer(Self.restored("bob")))
        #expect(isNewer(Self.revoked("ann", 5)))
    }

    @Test func `what a round did not bring is lacking, unless it is over`() {
        let list = Self.list(
            Self.revoked("ann", 7),
            Self.revoked("bob", 8),
            Self.revoked("eve", 9, until: Self.now + 5)
        )
        list.beginRound()
        list.take([Self.revoked("bob", 8)], at: Self.unix())
        #expect(Set(list.lacking(at: Self.unix()).map(\.version)) == [7, 9])
        #expect(list.lacking(at: Self.unix(Self.now + 5)) == [Self.revoked("ann", 7)])
        list.take([Self.restored("ann")], at: Self.unix())
        #expect(list.lacking(at: Self.unix(Self.now + 5)).isEmpty)
    }

    @Test func `a list that grows old refuses tokens or lets them pass, as the policy says, and forgets nobody`() throws
    {
        for (word, known, old) in [(.deny, "accept", "storeUnavailable"), (.allow, "accept", "accept")]
            as [(LimitsSection.OnStoreFailure, String, String)]
        {
            let list = Self.list(Self.revoked("ann"))
            let engine = try Self.engine(try TokenFixture(shared: list, onStoreFailure: word))
            #expect(Self.decided(engine, Self.token("bob"), at: 99) == known)
            #expect(Self.decided(engine, Self.token("bob"), at: 100) == old)
            #expect(Self.decided(engine, Self.token("ann"), at: 99) == "tokenRevoked")
            #expect(Self.decided(engine, Self.token("ann"), at: 100) == "tokenRevoked")
            // What is wrong otherwise is said first.
            #expect(Self.decided(engine, Self.token("bob") + "A", at: 100) == "tokenInvalid")
            list.complete(until: 200 * Self.second)
            #expect(Self.decided(engine, Self.token("bob"), at: 100) == "accept")
        }
    }

    @Test func `a list that was never read, or that nobody fills, is as one that cannot be`() throws {
        for list in [SharedRevocations(), SharedRevocations(naming: Self.name)] {
            let deny = try Self.engine(try TokenFixture(shared: list))
            #expect(Self.decided(deny, Self.token("ann"), at: 0) == "storeUnavailable")
            let allow = try Self.engine(try TokenFixture(shared: list, onStoreFailure: .allow))
            #expect(Self.decided(allow, Self.token("ann"), at: 0) == "accept")
        }
    }

    @Test func `a list with more than is taken over refuses whatever the policy says`() throws {
        for word in LimitsSection.OnStoreFailure.allCases {
            let list = Self.list(Self.revoked("ann"))
            list.giveUp()
            let engine = try Self.engine(try TokenFixture(shared: list, onStoreFailure: word))
            #expect(Self.decided(engine, Self.token("bob")) == "storeUnavailable")
            #expect(Self.decided(engine, Self.token("ann")) == "tokenRevoked")
            list.complete(until: 100 * Self.second)
            #expect(Self.decided(engine, Self.token("bob")) == "accept")
        }
    }

    @Test func `such a refusal is no failed attempt`() throws {
        let engine = try Self.engine(try TokenFixture(shared: SharedRevocations()))
        for _ in 0..<100 { #expect(Self.decided(engine, Self.token("ann")) == "storeUnavailable") }
    }

    @Test func `an open connection ends with its next event, a remembered token is looked at again`() throws {
        let list = Self.list()
        let engine = try Self.engine(try TokenFixture(shared: list))
        for _ in 0..<3 { #expect(Self.decided(engine, Self.token("ann", "t1")) == "accept") }
        guard case .accept(var ann, _) = engine.admit(Self.request(Self.token("ann", "t1")), at: Self.moment(1)),
            case .accept(var bob, _) = engine.admit(Self.request(Self.token("bob", "t2")), at: Self.moment(1))
        else {
            Issue.record("refused")
            return
        }
        #expect(ann.tick(at: Self.moment(2)) == nil)
        list.take([Self.revoked("ann"), Self.revoked("t2", 2, .tokenID, until: Self.now + 3)], at: Self.unix())
        #expect(Self.decided(engine, Self.token("ann", "t1")) == "tokenRevoked")
        let fault = ann.tick(at: Self.moment(2))
        #expect(fault?.violation == .tokenRevoked)
        #expect(fault?.closeCode == 4001)
        // The other entry is over before anything happens there.
        #expect(bob.tick(at: Self.moment(3)) == nil)
        list.take([Self.revoked("t2", 3, .tokenID)], at: Self.unix())
        #expect(bob.tick(at: Self.moment(3))?.violation == .tokenRevoked)
        ann.close()
        bob.close()
    }

    @Test func `connections outlive the store, and those of the revoked do not`() throws {
        let list = Self.list()
        let engine = try Self.engine(try TokenFixture(shared: list))
        guard case .accept(var ann, _) = engine.admit(Self.request(Self.token("ann")), at: Self.moment(1)) else {
            Issue.record("refused")
            return
        }
        #expect(ann.tick(at: Self.moment(500)) == nil)
        list.take([Self.revoked("ann")], at: Self.unix())
        #expect(ann.tick(at: Self.moment(500))?.violation == .tokenRevoked)
        ann.close()
    }

    @Test func `an engine without a list for a policy that shares one is none`() throws {
        let fixture = try TokenFixture(shared: Self.list())
        let tokens = try JWTAuthority(
            plan: fixture.plan,
            sources: KeySources(variable: { _ in TokenFixture.key }, file: { _ in nil })
        )
        #expect(throws: EngineError.missingSharedRevocations) {
            try PolicyEngine(plan: fixture.plan, tokens: tokens)
        }
    }
}
