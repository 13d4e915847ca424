import PolicyDocument
import PolicyModel
import PolicyPlan
import PolicyPlanner
import Testing
import WebSocketProtocol

@testable import PolicyTools

/// Types and schemas of messages, taken from AsyncAPI documents.
struct AsyncAPITests {
    private static let origins = "origins: { allow: [https://app.example] }\n"

    static let two = """
        asyncapi: 2.6.0
        info: { title: Prices, version: 1.0.0 }
        defaultContentType: application/json
        channels:
          /ws:
            publish:
              message:
                oneOf:
                  - $ref: '#/components/messages/subscribe'
                  - $ref: '#/components/messages/order'
            subscribe:
              message:
                name: price
                payload: { $ref: '#/components/schemas/Price' }
          /status:
            publish:
              message: { payload: { type: object, required: [kind], properties: { kind: { const: ping } } } }
        components:
          messages:
            subscribe:
              name: subscribe
              payload:
                type: object
                additionalProperties: false
                required: [type, symbol]
                properties:
                  type: { const: subscribe }
                  symbol: { $ref: '#/components/schemas/Symbol' }
            order:
              payload:
                type: object
                discriminator: type
                externalDocs: { url: https://docs.example }
                required: [type, symbol, amount]
                properties:
                  type: { type: string, enum: [buy, sell] }
                  symbol: { $ref: '#/components/schemas/Symbol' }
                  amount: { type: integer, exclusiveMinimum: 0 }
          schemas:
            Symbol: { type: string, maxLength: 12 }
            Price: { type: object, required: [bid], properties: { bid: { type: number } } }
        """

    static let three = """
        asyncapi: 3.0.0
        info: { title: Prices, version: 1.0.0 }
        channels:
          prices:
            address: /ws
            messages:
              subscribe: { $ref: '#/components/messages/subscribe' }
              price: { payload: { type: object, required: [type, bid], properties: { type: { const: price }, bid: { type: number } } } }
              done: { payload: { type: object, required: [type], properties: { type: { const: done } } } }
        operations:
          takeSubscriptions:
            action: receive
            channel: { $ref: '#/channels/prices' }
            messages: [{ $ref: '#/channels/prices/messages/subscribe' }]
            reply: { messages: [{ $ref: '#/channels/prices/messages/done' }] }
          sendPrices:
            action: send
            channel: { $ref: '#/channels/prices' }
            messages: [{ $ref: '#/channels/prices/messages/price' }]
        components:
          messages:
            subscribe:
              payload:
                schemaFormat: application/vnd.aai.asyncapi+json;version=3.0.0
                schema:
                  type: object
                  required: [type, symbol]
                  properties: { type: { const: subscribe }, symbol: { type: string, maxLength: 12 } }
        """

    private static func load(_ policy: String, _ files: [String: String]) -> LoadedPolicy {
        var files = files
        files["policies/policy.yaml"] = "wspolicy: 1\nname: a\n" + origins + policy
        return PolicyLoader.load(path: "policies/policy.yaml", reader: MemoryReader(files: files))
    }

    private static func trial(_ policy: String, _ document: String) throws -> Trial {
        try Trial(origins + policy, files: ["asyncapi.yaml": document])
    }

    /// What each text is decided to be, each on a connection of its own.
    private static func words(
        _ policy: String,
        _ document: String,
        _ texts: [String],
        fromServer: Bool = false
    ) throws -> [String] {
        var trial = try trial(policy, document)
        for (index, text) in texts.enumerated() {
            trial.handshake("c\(index)")
            if fromServer { trial.serverMessage(text, "c\(index)") } else { trial.message(text, "c\(index)") }
        }
        return trial.decisions().filter { $0.kind != .accept }.map {
            $0.violation?.name ?? "\($0.kind.rawValue) \($0.type ?? "-")"
        }
    }

    @Test func `what 2.x lets a client publish is what it may send`() throws {
        let found = try Self.words(
            "messages: { asyncapi: { file: asyncapi.yaml, channels: [/ws] } }",
            Self.two,
            [
                #"{"type":"subscribe","symbol":"ACME"}"#, #"{"type":"sell","symbol":"ACME","amount":1}"#,
                #"{"type":"buy","symbol":"ACME","amount":0}"#, #"{"type":"subscribe","symbol":"ACME","x":1}"#,
                #"{"type":"subscribe","symbol":"ACMEACMEACME1"}"#, #"{"bid":1}"#, #"{"type":"price"}"#,
            ]
        )
        #expect(
            found == [
                "forward subscribe", "forward sell", "schemaMismatch", "schemaMismatch", "schemaMismatch",
                "unknownMessageType", "unknownMessageType",
            ]
        )
    }

    @Test func `what 2.x lets a client subscribe to is what the server sends, one message without a type`() throws {
        let found = try Self.words(
            "serverMessages: { asyncapi: asyncapi.yaml }",
            Self.two,
            [#"{"bid":1}"#, #"{"bid":"1"}"#, #"{}"#],
            fromServer: true
        )
        #expect(found == ["forward -", "schemaMismatch", "schemaMismatch"])
    }

    @Test func `what 3.0 receives is the client's, what it sends and replies is the server's`() throws {
        let client = try Self.words(
            "messages: { asyncapi: asyncapi.yaml }",
            Self.three,
            [#"{"type":"subscribe","symbol":"A"}"#, #"{"type":"subscribe"}"#, #"{"type":"price","bid":1}"#]
        )
        // One message: its schema holds for all.
        #expect(client == ["forward -", "schemaMismatch", "schemaMismatch"])
        let server = try Self.words(
            "serverMessages: { asyncapi: asyncapi.yaml }",
            Self.three,
            [#"{"type":"price","bid":1}"#, #"{"type":"done"}"#, #"{"type":"subscribe","symbol":"A"}"#],
            fromServer: true
        )
        #expect(server == ["forward price", "forward done", "unknownMessageType"])
    }

    @Test func `a document in JSON says the same`() throws {
        let json = #"""
            {"asyncapi":"2.0.0","channels":{"/":{"publish":{"message":{"oneOf":[
              {"payload":{"type":"array","minItems":2,"items":[{"const":"EVENT"},{"type":"object"}]}},
              {"payload":{"type":"array","minItems":2,"items":[{"const":"CLOSE"},{"type":"string"}]}}]}}}}}
            """#
        var trial = try Trial(
            Self.origins + "messages: { asyncapi: asyncapi.json }",
            files: ["asyncapi.json": json]
        )
        for (index, text) in [#"["EVENT",{}]"#, #"["CLOSE",{}]"#, #"["OPEN"]"#].enumerated() {
            trial.handshake("c\(index)")
            trial.message(text, "c\(index)")
        }
        #expect(
            trial.words().filter { $0 != "accept" } == ["forward", "schemaMismatch", "unknownMessageType"]
        )
    }

    @Test func `the policy adds rates, words and schemas to types of the document`() throws {
        var trial = try Self.trial(
            """
            messages:
              asyncapi: { file: asyncapi.yaml, channels: [/ws] }
              onViolation: drop
              types:
                subscribe: { rate: 1/s }
                buy: { schema: { properties: { amount: { maximum: 10 } } }, onViolation: warn }
            """,
            Self.two
        )
        trial.handshake()
        for text in [
            #"{"type":"buy","symbol":"A","amount":11}"#, #"{"type":"sell","symbol":"A","amount":11}"#,
            #"{"type":"subscribe","symbol":"A"}"#, #"{"type":"subscribe","symbol":"A"}"#,
        ] {
            trial.message(text)
        }
        let decisions = trial.decisions().dropFirst()
        #expect(decisions.map { $0.violation?.name ?? "-" } == ["schemaMismatch", "-", "-", "messageRate"])
        #expect(decisions.first?.kind == .warn)
    }

    @Test func `a refusal names the document's line and the place in the message`() throws {
        var trial = try Self.trial("messages: { asyncapi: { file: asyncapi.yaml, channels: [/ws] } }", Self.two)
        trial.handshake()
        trial.message(#"{"type":"buy","symbol":"ACME","amount":0}"#)
        let decision = try #require(trial.decisions().last)
        #expect(decision.policy?.hasPrefix("asyncapi.yaml:38:") == true, "\(decision.policy ?? "-")")
        #expect(decision.pointer == "/amount")
    }

    @Test func `a discriminator may be named, and a channel may be named by its address`() throws {
        let document = """
            asyncapi: 3.0.0
            channels:
              c:
                address: /feed
                messages:
                  a: { payload: { properties: { t: { const: a }, u: { const: x } }, required: [t, u] } }
                  b: { payload: { properties: { t: { const: b }, u: { const: y } }, required: [t, u] } }
            operations: { o: { action: receive, channel: { $ref: '#/channels/c' } } }
            """
        let loaded = Self.load(
            "messages: { asyncapi: { file: ../api.yaml, channels: [/feed] }, discriminator: /u }",
            ["api.yaml": document]
        )
        #expect(loaded.diagnostics.all.isEmpty)
        let check = try #require(loaded.policy?.routes.first?.messages.first)
        #expect(check.discriminator?.value == ["u"])
        #expect(check.types?.value.map(\.name) == ["x", "y"])
        let ambiguous = Self.load("messages: { asyncapi: ../api.yaml }", ["api.yaml": document])
        #expect(ambiguous.diagnostics.all.map(\.id) == ["asyncapi-discriminator"])
        #expect(ambiguous.diagnostics.all.first?.help == "name one: `discriminator: /t`")
    }

    @Test func `a discriminator is found in nested members, allOf and other files`() throws {
        let document = """
            asyncapi: 2.4.0
            channels:
              /:
                publish:
                  message:
                    oneOf:
                      - payload: { $ref: './schemas.yaml#/A' }
                      - payload:
                          allOf:
                            - required: [head]
                            - properties: { head: { required: [op], properties: { op: { const: b } } } }
            """
        let schemas =
            "A: { required: [head], properties: { head: { required: [op], properties: { op: { enum: [a] } } } } }"
        let loaded = Self.load(
            "messages: { asyncapi: api/a.yaml }",
            ["policies/api/a.yaml": document, "policies/api/schemas.yaml": schemas]
        )
        #expect(loaded.diagnostics.all.isEmpty, "\(loaded.diagnostics.all)")
        let check = try #require(loaded.policy?.routes.first?.messages.first)
        #expect(check.discriminator?.value == ["head", "op"])
        #expect(check.types?.value.map(\.name) == ["a", "b"])
    }

    struct Fault: CustomStringConvertible, Sendable {
        let id: String
        let text: String
        let document: String
        var policy = "messages: { asyncapi: a.yaml }"

        var description: String { "\(id): \(text)" }
    }

    private static func publishing(_ message: String) -> String {
        "asyncapi: 2.6.0\nchannels: { /: { publish: { message: \(message) } } }"
    }

    static let faults = [
        Fault(id: "asyncapi-version", text: "is no AsyncAPI document", document: "openapi: 3.1.0"),
        Fault(id: "asyncapi-version", text: "`4.0.0` is not read", document: "asyncapi: 4.0.0"),
        Fault(id: "asyncapi-version", text: "`2.7.0` is not read", document: "asyncapi: 2.7.0"),
        Fault(id: "asyncapi-version", text: "`x` is not read", document: "asyncapi: x"),
        Fault(id: "unreadable-file", text: "other.yaml", document: "", policy: "messages: { asyncapi: other.yaml }"),
        Fault(
            id: "asyncapi-without-messages",
            text: "no message that the client sends",
            document: "asyncapi: 2.6.0\nchannels: { /: { subscribe: { message: { payload: true } } } }"
        ),
        Fault(
            id: "asyncapi-without-messages",
            text: "no message that the server sends",
            document: "asyncapi: 3.0.0\nchannels: {}",
            policy: "serverMessages: { asyncapi: a.yaml }"
        ),
        Fault(
            id: "asyncapi-channel",
            text: "no channel `/feeds`",
            document: "asyncapi: 2.6.0\nchannels: { /feed: {} }",
            policy: "messages: { asyncapi: { file: a.yaml, channels: [/feeds] } }"
        ),
        Fault(
            id: "asyncapi-channel",
            text: "lists none",
            document: "asyncapi: 2.6.0",
            policy: "messages: { asyncapi: { file: a.yaml, channels: [] } }"
        ),
        Fault(
            id: "asyncapi-file",
            text: "needs the `file`",
            document: "asyncapi: 2.6.0",
            policy: "messages: { asyncapi: { channels: [a] } }"
        ),
        Fault(
            id: "asyncapi-reference",
            text: "`#/components/messages/b` leads nowhere",
            document: publishing("{ $ref: '#/components/messages/b' }") + "\ncomponents: { messages: { a: {} } }"
        ),
        Fault(
            id: "asyncapi-reference",
            text: "leads back to itself",
            document: publishing("{ $ref: '#/components/messages/a' }")
                + "\ncomponents: { messages: { a: { $ref: '#/components/messages/a' } } }"
        ),
        Fault(
            id: "asyncapi-reference",
            text: "fetched from a network",
            document: publishing("{ $ref: 'https://schemas.example/m.json' }")
        ),
        Fault(
            id: "asyncapi-content",
            text: "is `application/protobuf`, not JSON",
            document: publishing("{ contentType: application/protobuf, payload: {} }")
        ),
        Fault(
            id: "asyncapi-schema-format",
            text: "is described by `application/vnd.apache.avro;version=1.9.0`",
            document: publishing("{ schemaFormat: application/vnd.apache.avro;version=1.9.0, payload: {} }")
        ),
        Fault(
            id: "asyncapi-operation",
            text: "neither sends nor receives",
            document: "asyncapi: 3.0.0\noperations: { a: { action: publish } }"
        ),
        Fault(
            id: "asyncapi-discriminator",
            text: "no member tells",
            document: publishing("{ oneOf: [{ payload: { type: object } }, { payload: { type: object } }] }")
        ),
        Fault(
            id: "asyncapi-discriminator",
            text: "no member tells",
            document: publishing(
                "{ oneOf: [{ payload: { properties: { t: { const: a } } } }, { payload: { properties: { t: { const: b } } } }] }"
            )
        ),
        Fault(
            id: "asyncapi-discriminator",
            text: "has no `const` of text at `/t`",
            document: publishing("{ payload: { properties: { t: { const: 1 } }, required: [t] } }"),
            policy: "messages: { asyncapi: a.yaml, discriminator: /t }"
        ),
        Fault(
            id: "asyncapi-discriminator",
            text: "are both `a` at `/t`",
            document: publishing(
                "{ oneOf: [{ payload: { properties: { t: { const: a } } } }, { payload: { properties: { t: { const: a } } } }] }"
            ),
            policy: "messages: { asyncapi: a.yaml, discriminator: /t }"
        ),
        Fault(
            id: "asyncapi-type",
            text: "no message of type `orders`",
            document: publishing("{ payload: { properties: { t: { const: order } }, required: [t] } }"),
            policy: "messages: { asyncapi: a.yaml, types: { orders: { rate: 1/s } } }"
        ),
        Fault(
            id: "schema-keyword",
            text: "unknown schema keyword `maxLenght`",
            document: publishing("{ payload: { maxLenght: 4 } }")
        ),
        Fault(
            id: "needs-json",
            text: "`asyncapi` needs `format: json`",
            document: publishing("{ payload: {} }"),
            policy: "messages: { format: text, asyncapi: a.yaml }"
        ),
    ]

    @Test(arguments: faults)
    func `what is wrong with a document is said at its place`(_ fault: Fault) throws {
        let loaded = Self.load(fault.policy, ["policies/a.yaml": fault.document])
        let finding = try #require(
            loaded.diagnostics.all.first { $0.id == fault.id },
            "\(loaded.diagnostics.all.map { "\($0.id): \($0.message.text)" })"
        )
        #expect(finding.message.text.contains(fault.text), "\(finding.message.text)")
        #expect(loaded.policy == nil)
    }

    @Test func `headers, which a WebSocket message has not, are said to be unchecked`() {
        let document = Self.publishing("{ headers: { type: object }, payload: { type: object } }")
        let loaded = Self.load("messages: { asyncapi: a.yaml }", ["policies/a.yaml": document])
        #expect(loaded.diagnostics.all.map(\.id) == ["asyncapi-headers"])
        #expect(loaded.diagnostics.all.first?.severity == .warning)
        #expect(loaded.policy != nil)
    }

    @Test func `documents cut off or damaged anywhere end in findings`() {
        let bytes = Array(Self.three.utf8)
        for length in stride(from: 0, to: bytes.count, by: 7) {
            let cut = String(decoding: bytes[..<length], as: UTF8.self)
            _ = Self.load("messages: { asyncapi: a.yaml }", ["policies/a.yaml": cut])
            var damaged = bytes
            damaged[length] = UInt8(ascii: [":", "[", "'", " ", "-", "$"][length % 6])
            let loaded = Self.load(
                "serverMessages: { asyncapi: a.yaml }",
                ["policies/a.yaml": String(decoding: damaged, as: UTF8.self)]
            )
            #expect(loaded.policy != nil || loaded.diagnostics.hasErrors)
        }
    }
}
