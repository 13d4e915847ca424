import PolicyDocument
import PolicyRuntime
import Testing
import WebSocketProtocol

@testable import PolicyTools

/// Tokens that the first message brings: nothing passes before, and not for long.
struct FirstMessageTests {
    private static func policy(_ token: String = "", _ more: String = "") -> String {
        """
        origins: { allow: [https://app.example] }
        token:
          from: [{ query: t }, { message: /auth/token }]
          algorithms: [HS256]
          keys: [{ env: KEY }]
          subject: /sub
        \(token.isEmpty ? "" : "  \(token)\n")\(more)
        """
    }

    private static func trial(_ token: String = "", _ more: String = "") throws -> Trial {
        var trial = try Trial(policy(token, more))
        trial.handshake()
        return trial
    }

    private static func token(_ subject: String = "ann", expires: Int = 600) -> String {
        Trial.token(#"{"sub":"\#(subject)","exp":\#(Int(Trial.start) + expires)}"#)
    }

    private static func message(_ token: String) -> String {
        #"{"auth":{"token":"\#(token)"},"more":[1]}"#
    }

    @Test func `the handshake waits, the first message authenticates and is not forwarded, the next one is`() throws {
        var trial = try Self.trial()
        trial.message(Self.message(Self.token()))
        trial.message("hello")
        let decisions = trial.decisions()
        #expect(decisions.map(\.kind) == [.accept, .authenticated, .forward])
        #expect(decisions[0].awaitsToken)
        #expect(decisions[0].subject == nil)
        #expect(decisions[0].json.contains(#""awaitingToken":true"#))
        #expect(decisions[1].subject == "ann")
    }

    @Test func `a token in the handshake needs no message`() throws {
        var trial = try Trial(Self.policy())
        trial.handshake(target: "/ws?t=\(Self.token())")
        trial.message("hello")
        #expect(trial.words() == ["accept", "forward"])
        #expect(!trial.decisions()[0].awaitsToken)
    }

    @Test(arguments: [
        "hello", "{}", #"{"auth":{}}"#, #"{"auth":{"token":1}}"#, #"{"auth":{"token":""}}"#, "[]", #""a.b.c""#,
        #"{"auth":{"token":"a.b.c"},"auth":1}"#, "{",
    ])
    func `anything else first is tokenMissing and closes`(_ text: String) throws {
        var trial = try Self.trial()
        trial.message(text)
        trial.message(Self.message(Self.token()))
        let decisions = trial.decisions().dropFirst()
        #expect(decisions.map { $0.violation?.name ?? $0.kind.rawValue } == ["tokenMissing", "closed"])
        #expect(decisions.first?.closeCode == 4001)
        #expect(decisions.first?.policy?.hasPrefix("policy.yaml:5:") == true)
    }

    @Test func `a binary message is none, whatever stands in it`() throws {
        var trial = try Self.trial("", "messages: { format: any }")
        trial.event("c", 0, #""message":{"base64":"e30=","opcode":"binary"}"#)
        #expect(trial.words() == ["accept", "tokenMissing"])
    }

    @Test func `a token that is refused closes with its own code, and none is tried again`() throws {
        for (token, violation, code) in [
            ("a.b.c", "tokenInvalid", 4003), (Self.token(expires: -100), "tokenExpired", 4002),
        ] as [(String, String, UInt16)] {
            var trial = try Self.trial()
            trial.message(Self.message(token))
            trial.message(Self.message(Self.token()))
            let decisions = trial.decisions().dropFirst()
            #expect(decisions.map { $0.violation?.name ?? $0.kind.rawValue } == [violation, "closed"])
            #expect(decisions.first?.closeCode == code)
            #expect(decisions.first?.detail?.isEmpty == false)
        }
    }

    @Test func `its type and its schema are not those of messages`() throws {
        var trial = try Self.trial(
            "",
            "messages: { schema: { required: [type] }, discriminator: /type, types: { a: } }"
        )
        trial.message(Self.message(Self.token()))
        trial.message(#"{"type":"a"}"#)
        trial.message(Self.message(Self.token()))
        #expect(trial.words() == ["accept", "authenticated", "forward", "unknownMessageType"])
    }

    @Test func `a connection of nobody is allowed where the policy says so, and its first message counts as such`()
        throws
    {
        var trial = try Self.trial("absent: allow", "messages: { schema: { required: [type] }, onViolation: drop }")
        trial.message("{}")
        trial.message(#"{"type":"a"}"#)
        trial.message(Self.message(Self.token()))
        #expect(trial.words() == ["accept", "schemaMismatch", "forward", "schemaMismatch"])
        var other = try Self.trial("absent: allow")
        other.message(#"{"auth":{"token":7}}"#)
        #expect(other.words() == ["accept", "tokenMissing"])
        var third = try Self.trial("absent: allow")
        third.message(Self.message(Self.token()))
        third.message("hello")
        #expect(third.words() == ["accept", "authenticated", "forward"])
    }

    @Test func `D28 silence ends after five seconds, pings do not extend it, and the slot is free again`() throws {
        var trial = try Trial(Self.policy("", "limits: { connections: [{ per: server, concurrent: 1 }] }"))
        trial.handshake("a")
        trial.frame(#""opcode":"ping""#, "a", at: 3)
        trial.frame(#""opcode":"ping""#, "a", at: 4.999)
        trial.handshake("b", at: 4.999)
        trial.tick("a", at: 5)
        trial.handshake("b", at: 5.001)
        #expect(trial.words() == ["accept", "forward", "forward", "connectionCount", "tokenTimeout", "accept"])
        #expect(trial.decisions()[4].closeCode == 4408)
    }

    @Test func `a token that comes at the deadline comes too late`() throws {
        var trial = try Self.trial("", "limits: { beforeToken: { within: 2s } }")
        trial.message(Self.message(Self.token()), at: 2)
        #expect(trial.words() == ["accept", "tokenTimeout"])
        var other = try Self.trial("", "limits: { beforeToken: { within: 2s } }")
        other.message(Self.message(Self.token()), at: 1.999)
        other.message("later", at: 30)
        #expect(other.words() == ["accept", "authenticated", "forward"])
    }

    @Test func `its size is bounded before its payload arrives, and later messages by their own limit`() throws {
        let limits = "limits: { beforeToken: { messageSize: 300 }, messageSize: 1KiB }"
        var trial = try Self.trial("", limits)
        trial.frame(#""opcode":"text","length":301"#)
        #expect(trial.words() == ["accept", "messageTooLarge"])
        #expect(trial.decisions()[1].policy?.hasPrefix("policy.yaml:9:") == true)
        var other = try Self.trial("", limits)
        other.message(Self.message(Self.token()))
        other.message(String(repeating: "x", count: 1024))
        other.message(String(repeating: "x", count: 1025))
        #expect(other.words() == ["accept", "authenticated", "forward", "messageTooLarge"])
    }

    @Test func `it may come in fragments, with pings between`() throws {
        var trial = try Self.trial()
        let text = Self.message(Self.token())
        let half = text.index(text.startIndex, offsetBy: text.count / 2)
        trial.frame(#""opcode":"text","fin":false,"text":\#(JSONObjectText.quoted(String(text[..<half])))"#)
        trial.frame(#""opcode":"ping""#)
        trial.frame(#""opcode":"continuation","text":\#(JSONObjectText.quoted(String(text[half...])))"#)
        #expect(trial.words() == ["accept", "wait", "forward", "authenticated"])
    }

    @Test func `what counts by the token is counted when it comes`() throws {
        var trial = try Trial(
            Self.policy("", "limits: { connections: [{ per: subject, concurrent: 1 }] }")
        )
        for name in ["a", "b", "c"] { trial.handshake(name) }
        trial.message(Self.message(Self.token("ann")), "a")
        trial.message(Self.message(Self.token("ann")), "b")
        trial.message(Self.message(Self.token("bob")), "c")
        trial.close("a")
        trial.handshake("d")
        trial.message(Self.message(Self.token("ann")), "d")
        #expect(
            trial.words() == [
                "accept", "accept", "accept", "authenticated", "connectionCount", "authenticated", "closed", "accept",
                "authenticated",
            ]
        )
    }

    @Test func `failed tokens of messages count for the address as those of handshakes do`() throws {
        var trial = try Trial(Self.policy("", "limits: { tokenAttempts: { rate: 1/s, burst: 2 } }"))
        for name in ["a", "b", "c", "d"] { trial.handshake(name) }
        for name in ["a", "b"] { trial.message(Self.message("a.b.c"), name) }
        trial.message(Self.message(Self.token()), "c")
        trial.handshake("e", target: "/ws?t=\(Self.token())")
        trial.message(Self.message(Self.token()), "d", at: 1.5)
        #expect(
            trial.words().dropFirst(4) == [
                "tokenInvalid", "tokenInvalid", "connectionRate", "connectionRate", "authenticated",
            ]
        )
    }

    @Test func `the server sends nothing before`() throws {
        var trial = try Self.trial()
        trial.serverMessage("hello")
        trial.message(Self.message(Self.token()))
        trial.serverMessage("hello")
        #expect(trial.words() == ["accept", "wait", "authenticated", "forward"])
    }

    @Test func `a token's end closes the connection as one of a handshake does`() throws {
        var trial = try Self.trial("", "limits: { idleTimeout: unlimited }")
        trial.message(Self.message(Self.token(expires: 10)))
        trial.tick(at: 39.999)
        trial.tick(at: 40)
        #expect(trial.words() == ["accept", "authenticated", "wait", "tokenExpired"])
    }

    @Test func `origins may be left out, since no page's visitor attaches a message`() throws {
        let findings = Trial.findings(
            "token: { from: [{ message: /t }], algorithms: [HS256], keys: [{ env: K }] }\nlimits: { messages: [{ per: connection, rate: 1/s }] }"
        )
        #expect(!findings.contains { $0.id == "missing-origins" })
    }

    @Test func `a check that observes waits for nothing`() throws {
        var trial = try Self.trial("mode: observe")
        trial.message("hello")
        #expect(trial.words() == ["accept", "forward"])
        #expect(!trial.decisions()[0].awaitsToken)
    }
}
