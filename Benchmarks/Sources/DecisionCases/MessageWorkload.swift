import Foundation

/// A schema and a message that it accepts.
struct MessageWorkload {
    /// JSON.
    let schema: String
    let message: [UInt8]

    /// A message as FinanceHub's clients send it.
    static let seed = MessageWorkload(
        schema:
            #"{ "type": "object", "required": ["type", "timestamp"], "properties": { "type": { "type": "string" }, "payload": { "type": ["object", "null"] }, "timestamp": { "type": "number" } } }"#,
        message: Array(
            #"{"type":"price.subscribe","payload":{"symbol":"ACME","depth":5,"fast":true},"timestamp":1780000000.125,"v":1}"#
                .utf8
        )
    )

    /// One of the workloads, from the collection beside the repository or from `Workloads`; nil, and said so, without both.
    static func named(_ name: String) throws -> MessageWorkload? {
        let package = URL(filePath: #filePath).appending(path: "../../..").standardized
        let shared = package.appending(path: "../../shared/workloads/json").standardized
        let own = package.appending(path: "Workloads")
        let places = [
            (shared.appending(path: "schemas/\(name).json"), shared.appending(path: "messages/\(name)/valid.json")),
            (own.appending(path: "\(name).schema.json"), own.appending(path: "\(name).json")),
        ]
        for (schemaFile, messageFile) in places {
            guard let schema = try? String(contentsOf: schemaFile, encoding: .utf8),
                let message = try? Data(contentsOf: messageFile)
            else { continue }
            return MessageWorkload(schema: schema, message: Array(message))
        }
        FileHandle.standardError.write(Data("left out: \(name), its workload is not there\n".utf8))
        return nil
    }
}
