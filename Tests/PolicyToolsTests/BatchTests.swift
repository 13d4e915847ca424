import PolicyRuntime
import Testing
import WebSocketProtocol

@testable import PolicyTools

/// A top-level array where the policy has `batch`: each item is a message, and counts as one.
struct BatchTests {
    private static let origins = "origins: { allow: [https://app.example] }\n"

    private static func words(_ policy: String, _ messages: String...) throws -> [String] {
        var trial = try Trial(origins + policy)
        trial.handshake()
        for message in messages { trial.message(message) }
        return Array(trial.words().dropFirst())
    }

    private static let typed =
        "messages: { onViolation: drop, batch: { items: 3 }, discriminator: /k, types: { a: , b: { schema: { required: [x] }, onViolation: %, rate: 2/s } } }"

    @Test(arguments: [
        (#"[{"k":"a"}]"#, "forward"), (#" [ {"k":"a"} , {"k":"b","x":1} ] "#, "forward"),
        (#"[{"x":1,"k":"b"},{"k":"a"},{"k":"b","x":2}]"#, "forward"), (#"{"k":"a"}"#, "forward"),
        ("[]", "schemaMismatch"), (#"[{"k":"a"},{"k":"a"},{"k":"a"},{"k":"a"}]"#, "batchTooLarge"),
        (#"[{"k":"c"}]"#, "unknownMessageType"), (#"[{"k":"a"},1]"#, "unknownMessageType"),
        (#"[[{"k":"a"}]]"#, "unknownMessageType"), (#"[{"k":"a"},{"k":"b"}]"#, "schemaMismatch"),
        (#"[{"k":"a"},]"#, "malformedJSON"), (#"[{"k":"a"}"#, "malformedJSON"), ("[", "malformedJSON"),
        (#"[{"k":"a"}]]"#, "malformedJSON"), (#"[,{"k":"a"}]"#, "malformedJSON"),
        (#"[{"k":"a","k":"a"}]"#, "duplicateKey"), (#"[{"k":"a","n":1e400}]"#, "unsafeNumber"),
        (#"[{"k":"a"} {"k":"a"}]"#, "malformedJSON"), ("[1,2,3,4]", "unknownMessageType"),
    ])
    func `each item is checked as a message`(_ message: String, _ word: String) throws {
        #expect(try Self.words(Self.typed.replacing("%", with: "drop"), message) == [word])
    }

    @Test func `what is done goes by the item's own type, and what closes outranks it`() throws {
        let warns = Self.typed.replacing("%", with: "warn")
        var trial = try Trial(Self.origins + warns)
        trial.handshake()
        trial.message(#"[{"k":"b"},{"k":"a"}]"#)
        trial.message(#"[{"k":"b"},{"k":"a"},{"k":"c"}]"#)
        let decisions = trial.decisions().dropFirst()
        #expect(decisions.map(\.kind) == [.warn, .drop])
        #expect(decisions.map { $0.violation?.name } == ["schemaMismatch", "unknownMessageType"])
        let closes = Self.typed.replacing("%", with: "close")
        #expect(try Self.words(closes, #"[{"k":"c"},{"k":"b"}]"#, #"{"k":"a"}"#) == ["schemaMismatch", "closed"])
    }

    @Test func `an item's type's own rate counts every item`() throws {
        let policy = Self.typed.replacing("%", with: "drop")
        let item = #"{"k":"b","x":1}"#
        #expect(try Self.words(policy, "[\(item),\(item),\(item)]") == ["messageRate"])
        #expect(try Self.words(policy, "[\(item)]", "[\(item)]", item) == ["forward", "forward", "messageRate"])
    }

    @Test func `costs add up: one on arrival, the rest after the look`() throws {
        let policy =
            "limits: { onExceeded: drop, messages: [{ per: connection, atMost: 10 per 1s }] }\nmessages: { batch: { items: 9 }, discriminator: /k, types: { a: { cost: 3 }, b: } }"
        // 3 + 3 + 1 are 7; the next needs 4 and 3 are left: refused, and its 1 stays taken; then two are left.
        let words = try Self.words(
            policy,
            #"[{"k":"a"},{"k":"a"},{"k":"b"}]"#,
            #"[{"k":"a"},{"k":"b"}]"#,
            #"{"k":"b"}"#,
            #"[{"k":"b"}]"#,
            #"{"k":"b"}"#
        )
        #expect(words == ["forward", "messageRate", "forward", "forward", "messageRate"])
    }

    @Test func `a level of nesting is the array's own`() throws {
        let policy = "messages: { depth: 2, batch: { items: 2 } }"
        #expect(try Self.words(policy, "[{}]") == ["forward"])
        #expect(try Self.words(policy, #"[{"a":{}}]"#) == ["nestingTooDeep"])
    }

    @Test func `without the key an array is a message like any other`() throws {
        #expect(try Self.words("messages: { schema: { type: object } }", "[{}]") == ["schemaMismatch"])
        #expect(try Self.words("messages: { schema: { type: object }, batch: { items: 1 } }", "[{}]") == ["forward"])
    }

    @Test func `what the server sends in batches counts in no rate of the client's`() throws {
        var trial = try Trial(
            Self.origins
                + "limits: { messages: [{ per: connection, atMost: 1 per 1m }] }\nserverMessages: { batch: { items: 3 } }"
        )
        trial.handshake()
        trial.serverMessage("[1,2,3]")
        trial.message("x")
        trial.serverMessage("[1,2,3,4]")
        #expect(trial.words() == ["accept", "forward", "forward", "batchTooLarge"])
    }

    @Test func `an observed batch is reported, and nothing of it is taken`() throws {
        var trial = try Trial(
            Self.origins
                + "limits: { messages: [{ per: connection, atMost: 2 per 1m }] }\nmessages: { mode: observe, batch: { items: 1 } }"
        )
        trial.handshake()
        trial.message("[1,2,3]")
        trial.message("[1]")
        let decisions = trial.decisions()
        #expect(decisions.map(\.kind.rawValue) == ["accept", "forward", "forward"])
        #expect(decisions[1].observed.map(\.name) == ["batchTooLarge"])
        #expect(decisions[2].observed.isEmpty)
    }
}
