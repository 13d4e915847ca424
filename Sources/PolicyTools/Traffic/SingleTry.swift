import Foundation
import PolicyDocument

/// A handshake, and messages after it, from the words of a command instead of a traffic file.
package struct SingleTry: Sendable {
    package var target = "/"
    package var host = "localhost"
    package var origin: String?
    /// Further fields as `Name: value`.
    package var headers: [String] = []
    package var peer = "127.0.0.1:50000"
    package var isSecure = true
    /// Text messages in order.
    package var messages: [String] = []

    package init() {}

    /// The traffic of it, at a moment, as a traffic file would state it.
    ///
    /// - Parameter seconds: since 1970.
    /// - Returns: lines of JSON.
    package func traffic(at seconds: Double) -> String {
        var fields = [["Host", host]]
        if let origin { fields.append(["Origin", origin]) }
        for header in headers {
            let parts = header.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? String(parts[1].drop { $0 == " " || $0 == "\t" }) : ""
            fields.append([String(parts[0]), value])
        }
        let pairs = fields.map { "[\(JSONObjectText.quoted($0[0])),\(JSONObjectText.quoted($0[1]))]" }
        let handshake =
            "\"handshake\":{\"target\":\(JSONObjectText.quoted(target)),\"headers\":[\(pairs.joined(separator: ","))],"
            + "\"peer\":\(JSONObjectText.quoted(peer)),\"tls\":\(isSecure)}"
        let time = String(format: "%.3f", seconds)
        let events = [handshake] + messages.map { "\"message\":{\"text\":\(JSONObjectText.quoted($0))}" }
        return events.map { "{\"at\":\(time),\"connection\":\"try\",\($0)}" }.joined(separator: "\n")
    }
}
