import PolicyDocument
import PolicyModel
import PolicyPlanner
import PolicyRuntime
import Testing
import WebSocketProtocol

@testable import PolicyTools

/// What the server sends is checked as what clients send, without their limits.
struct ServerMessageTests {
    private static let origins = "origins: { allow: [https://app.example] }\n"
    private static let prices =
        "serverMessages: { %discriminator: /type, types: { price: { schema: { required: [bid] } }, news: { rate: 1/s } } }\n"

    private static func trial(_ policy: String, _ word: String = "") throws -> Trial {
        var trial = try Trial(origins + policy.replacing("%", with: word))
        trial.handshake()
        return trial
    }

    @Test func `a server's message that fits is sent, with its type`() throws {
        var trial = try Self.trial(Self.prices)
        trial.serverMessage(#"{"type":"price","bid":1}"#)
        let decision = try #require(trial.decisions().last)
        #expect(decision.kind == .forward)
        #expect(decision.type == "price")
    }

    @Test func `one that does not fit closes, by the line and the place in the message`() throws {
        var trial = try Self.trial(Self.prices)
        trial.serverMessage(#"{"type":"price"}"#)
        trial.serverMessage(#"{"type":"price","bid":1}"#)
        let decisions = trial.decisions().suffix(2)
        #expect(decisions.map(\.kind) == [.close, .closed])
        let fault = try #require(decisions.first)
        #expect(fault.violation == .schemaMismatch)
        #expect(fault.policy?.hasPrefix("policy.yaml:4:") == true)
        #expect(fault.pointer == "")
        #expect(fault.detail?.contains("bid") == true)
    }

    @Test(arguments: [("drop", DecisionLine.Kind.drop), ("warn", .warn)])
    func `onViolation holds for the server's messages too`(_ word: String, _ kind: DecisionLine.Kind) throws {
        var trial = try Self.trial(Self.prices, "onViolation: \(word), ")
        trial.serverMessage(#"{"type":"price"}"#)
        trial.serverMessage("{")
        trial.serverMessage(#"{"type":"price","bid":1}"#)
        #expect(trial.decisions().suffix(3).map(\.kind) == [kind, kind, .forward])
    }

    @Test func `a message that is not of the closed set is unknownMessageType`() throws {
        var trial = try Self.trial(Self.prices, "onViolation: drop, ")
        trial.serverMessage(#"{"type":"other"}"#)
        trial.serverMessage(#"{}"#)
        #expect(trial.words().suffix(2) == ["unknownMessageType", "unknownMessageType"])
    }

    @Test func `a type's rate holds, the client's rates and sizes do not`() throws {
        var trial = try Self.trial(
            "limits: { messageSize: 64, onExceeded: drop, messages: [{ per: connection, atMost: 1 per 1m }], bytes: [{ per: connection, rate: 10/s, burst: 10 }] }\n"
                + Self.prices
        )
        let long = String(repeating: " ", count: 100)
        trial.serverMessage(#"{"type":"news"}"# + long)
        trial.serverMessage(#"{"type":"news"}"#)
        trial.serverMessage(#"{"type":"price","bid":1}"# + long)
        trial.message(#"{}"#)
        trial.message(#"{}"#)
        #expect(trial.words().dropFirst() == ["forward", "messageRate", "forward", "forward", "messageRate"])
    }

    @Test func `binary and broken text are refused as the client's are`() throws {
        var trial = try Trial(Self.origins + Self.prices.replacing("%", with: "onViolation: drop, "))
        trial.handshake("a")
        trial.event("a", 0, #""serverMessage":{"base64":"/w==","opcode":"text"}"#)
        trial.handshake("b")
        trial.event("b", 0, #""serverMessage":{"base64":"AA==","opcode":"binary"}"#)
        #expect(trial.words().filter { $0 != "accept" } == ["invalidUTF8", "binaryForbidden"])
    }

    @Test func `text is UTF-8 where no section says anything`() throws {
        var trial = try Trial(Self.origins)
        trial.handshake("a")
        trial.serverMessage("{", "a")
        trial.event("a", 0, #""serverMessage":{"base64":"/w==","opcode":"text"}"#)
        #expect(trial.words().dropFirst() == ["forward", "invalidUTF8"])
    }

    @Test func `a section that observes reports`() throws {
        var trial = try Self.trial(Self.prices, "mode: observe, ")
        trial.serverMessage(#"{"type":"price"}"#)
        let decision = try #require(trial.decisions().last)
        #expect(decision.kind == .forward)
        #expect(decision.observed == [.schemaMismatch])
    }

    @Test func `a message between the fragments of a client's message disturbs neither`() throws {
        var trial = try Self.trial("messages: { schema: { maxItems: 2 } }\n" + Self.prices)
        trial.frame(#""opcode":"text","fin":false,"text":"[1,""#)
        trial.serverMessage(#"{"type":"price","bid":1}"#)
        trial.frame(#""opcode":"continuation","text":"2]""#)
        #expect(trial.words().suffix(3) == ["wait", "forward", "forward"])
    }

    @Test func `sending does not keep a silent client's connection open, and a deadline comes first`() throws {
        var trial = try Self.trial("limits: { idleTimeout: 5s }\n" + Self.prices)
        trial.serverMessage(#"{"type":"price","bid":1}"#, at: 4)
        trial.serverMessage(#"{"type":"price","bid":1}"#, at: 5)
        #expect(trial.words().suffix(2) == ["forward", "idleTimeout"])
    }

    @Test func `levels combine`() throws {
        var trial = try Self.trial(
            "serverMessages: { onViolation: drop, schema: { required: [a] } }\nroutes: [{ path: /ws, serverMessages: { onViolation: drop, schema: { required: [b] } } }]"
        )
        for text in [#"{"a":1}"#, #"{"b":1}"#, #"{"a":1,"b":1}"#] { trial.serverMessage(text) }
        #expect(trial.words().suffix(3) == ["schemaMismatch", "schemaMismatch", "forward"])
    }

    @Test func `explain lists the server's messages`() throws {
        let text = "wspolicy: 1\nname: a\n" + Self.origins + Self.prices.replacing("%", with: "")
        let loaded = PolicyLoader.load(path: "policy.yaml", reader: MemoryReader(files: ["policy.yaml": text]))
        let explanation = Explanation(try #require(loaded.policy), sources: loaded.sources)
        let steps = explanation.routes[0].steps.filter { $0.phase == .serverMessage }
        #expect(steps.map(\.text).contains("`/type` is one of price, news"))
        #expect(steps.contains { $0.violations == [.messageRate] })
    }
}
