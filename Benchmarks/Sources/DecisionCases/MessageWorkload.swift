import Foundation

/// A schema and a message that it accepts.
struct MessageWorkload {
    /// JSON on one line, which is YAML too.
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

    /// One of the shared workloads; nil, and said so, where the folder is not there.
    static func shared(_ name: String) throws -> MessageWorkload? {
        let folder = URL(filePath: #filePath).appending(path: "../../../../../shared/workloads/json").standardized
        guard let schema = try? String(contentsOf: folder.appending(path: "schemas/\(name).json"), encoding: .utf8),
            let message = try? Data(contentsOf: folder.appending(path: "messages/\(name)/valid.json"))
        else {
            FileHandle.standardError.write(Data("left out: \(name), its workload is not there\n".utf8))
            return nil
        }
        return MessageWorkload(
            schema: schema.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.joined(
                separator: " "
            ),
            message: Array(message)
        )
    }
}
