import WebSocketPolicy

/// What many message types cost: each message, loading the plan, compiling it.
enum TypeCases {
    /// A policy of so many message types, each with an object of its own.
    private static func policy(_ count: Int) -> String {
        let types = (0..<count).map { index in
            """
                type-\(index):
                  schema: { type: object, additionalProperties: false, required: [type, id], properties: { type: { type: string, maxLength: 20 }, id: { type: integer, minimum: \(index) }, name: { type: string, maxLength: 64 }, tags: { type: array, maxItems: 8, items: { type: string, maxLength: 16 } } } }
            """
        }
        return """
            wspolicy: 1
            name: types
            origins: { allow: [https://app.example] }
            limits: { messageSize: 4KiB }
            messages:
              discriminator: /type
              types:
            \(types.joined(separator: "\n"))
            """
    }

    static func load(_ name: String, types: Int) throws -> DecisionCase {
        let bytes = try PolicyCompiler.compile(text: policy(types)).serialized
        return DecisionCase(name: name, rounds: 20) { rounds in
            for _ in 0..<rounds {
                do { _ = try Plan(verifying: bytes) } catch { preconditionFailure("\(error)") }
            }
        }
    }

    static func compile(_ name: String, types: Int) -> DecisionCase {
        let text = policy(types)
        return DecisionCase(name: name, rounds: 1) { rounds in
            for _ in 0..<rounds {
                do { _ = try PolicyCompiler.compile(text: text) } catch { preconditionFailure("\(error)") }
            }
        }
    }

    /// A thousand messages in turn, of so many of the types, in no order that a table could like: as many bytes for few types as for
    /// many.
    static func messages(_ name: String, types: Int, sent: Int) throws -> DecisionCase {
        let engine = try DecisionCases.engine(policy(types))
        let moment = Moment(ticks: 1 << 40, unixNanoseconds: 1_780_000_000_000_000_000)
        let connection = OpenConnection(engine, DecisionCases.request("https://app.example"), at: moment)
        let messages = (0..<1000).map { index in
            // 7 has no factor in common with 10 or 1,000: every type comes equally often.
            Array(
                #"{"type":"type-\#(index * 7 % sent * (types / sent))","id":1000,"name":"somebody","tags":["a","b"]}"#
                    .utf8
            )
        }
        return DecisionCase(name: name, rounds: 20_000) { rounds in
            for round in 0..<rounds { connection.receive(messages[round % messages.count], at: moment) }
        }
    }
}
