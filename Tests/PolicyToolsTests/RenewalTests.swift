import PolicyDocument
import PolicyRuntime
import Testing
import WebSocketProtocol

@testable import PolicyTools

/// Messages that bring a newer token of the same subject.
struct RenewalTests {
    private static func policy(_ token: String = "", _ more: String = "") -> String {
        """
        origins: { allow: [https://app.example] }
        token:
          from: [{ query: t }]
          algorithms: [HS256]
          keys: [{ env: KEY }]
          renew: { type: auth.renew, message: /token }
        \(token.isEmpty ? "" : "  \(token)\n")limits: { idleTimeout: unlimited, tokenAttempts: { rate: 1/s, burst: 2 } }
        messages:
          discriminator: /type
          types: { chat: , auth.renew: { schema: { required: [token] }, rate: 1/s } }
        \(more)
        """
    }

    private static func token(_ subject: String = "ann", expires: Int, _ more: String = "") -> String {
        Trial.token(#"{"sub":"\#(subject)","exp":\#(Int(Trial.start) + expires)\#(more)}"#)
    }

    private static func message(_ token: String) -> String {
        #"{"type":"auth.renew","token":"\#(token)"}"#
    }

    private static func trial(_ policy: String = policy()) throws -> Trial {
        var trial = try Trial(policy)
        trial.handshake(target: "/ws?t=\(token(expires: 10))")
        return trial
    }

    @Test func `a newer token moves the end, and its message is not forwarded`() throws {
        var trial = try Self.trial()
        trial.message(Self.message(Self.token(expires: 100)), at: 5)
        trial.message(#"{"type":"chat"}"#, at: 50)
        trial.tick(at: 129.999)
        trial.tick(at: 130)
        let decisions = trial.decisions()
        #expect(
            decisions.map { $0.violation?.name ?? $0.kind.rawValue } == [
                "accept", "authenticated", "forward", "wait", "tokenExpired",
            ]
        )
        #expect(decisions[1].subject == "ann")
    }

    @Test func `an earlier end counts as well`() throws {
        var trial = try Self.trial()
        trial.message(Self.message(Self.token(expires: 1)))
        trial.tick(at: 31)
        #expect(trial.words() == ["accept", "authenticated", "tokenExpired"])
    }

    @Test func `the subject may not change, and a refused token ends the connection`() throws {
        for (token, violation) in [
            (Self.token("bob", expires: 100), "tokenInvalid"), ("a.b.c", "tokenInvalid"),
            (Self.token(expires: -40), "tokenExpired"), ("", "tokenMissing"),
        ] {
            var trial = try Self.trial()
            trial.message(Self.message(token))
            trial.message(#"{"type":"chat"}"#)
            #expect(trial.words() == ["accept", violation, "closed"], "\(token)")
        }
        var trial = try Self.trial()
        trial.message(#"{"type":"auth.renew","token":{}}"#)
        #expect(trial.words() == ["accept", "tokenMissing"])
    }

    @Test func `its message is held to its schema and its rate like every other`() throws {
        var trial = try Self.trial()
        trial.message(Self.message(Self.token(expires: 100)))
        trial.message(Self.message(Self.token(expires: 200)))
        #expect(trial.words() == ["accept", "authenticated", "messageRate"])
        var other = try Self.trial()
        other.message(#"{"type":"auth.renew"}"#)
        #expect(other.words() == ["accept", "schemaMismatch"])
    }

    @Test func `for nobody it is an ordinary message`() throws {
        var trial = try Trial(Self.policy("absent: allow"))
        trial.handshake()
        trial.message(Self.message(Self.token(expires: 100)))
        #expect(trial.words() == ["accept", "forward"])
    }

    @Test func `D27 a rotated token of the same session stays, and the newer one is what is revoked`() throws {
        func words(_ revoked: String) throws -> [String] {
            var trial = try Trial(
                Self.policy("revoked: { file: revoked.txt }"),
                files: ["revoked.txt": revoked]
            )
            trial.handshake(target: "/ws?t=\(Self.token(expires: 100, #","jti":"A""#))")
            trial.message(Self.message(Self.token(expires: 200, #","jti":"B""#)))
            trial.message(#"{"type":"chat"}"#)
            return trial.words()
        }
        #expect(try words("C") == ["accept", "authenticated", "forward"])
        #expect(try words("B") == ["accept", "tokenRevoked", "closed"])
        #expect(try words("A") == ["tokenRevoked", "closed", "closed"])
    }

    @Test func `failed renewals count for the address`() throws {
        var trial = try Trial(Self.policy())
        for name in ["a", "b", "c"] { trial.handshake(name, target: "/ws?t=\(Self.token(expires: 100))") }
        for name in ["a", "b"] { trial.message(Self.message("a.b.c"), name) }
        trial.message(Self.message(Self.token(expires: 200)), "c")
        #expect(trial.words().dropFirst(3) == ["tokenInvalid", "tokenInvalid", "connectionRate"])
    }

    @Test func `a type that no route has is an error, and so are halves`() {
        func ids(_ renew: String, _ types: String) -> [String] {
            Trial.findings(
                """
                origins: { allow: [https://app.example] }
                token: { from: [{ header: Authorization }], algorithms: [HS256], keys: [{ env: K }], renew: \(renew) }
                limits: { messages: [{ per: connection, rate: 1/s }] }
                messages: { discriminator: /type, types: { \(types): } }
                """
            ).filter { $0.severity == .error }.map(\.id)
        }
        #expect(ids("{ type: renew, message: /token }", "renew").isEmpty)
        #expect(ids("{ type: renew, message: /token }", "other") == ["renew-type"])
        #expect(ids("{ type: renew }", "renew") == ["token-renew"])
        #expect(ids("{ message: /token }", "renew") == ["token-renew"])
        #expect(ids("{ type: renew, message: token }", "renew") == ["wrong-pointer"])
        #expect(ids("renew", "renew") == ["wrong-value"])
    }
}
