/// Writes one JSON object, member by member, in the order of the calls.
struct JSONObjectText {
    private var members: [String] = []

    var text: String { "{\(members.joined(separator: ","))}" }

    mutating func add(_ name: String, _ value: Int?) {
        if let value { members.append("\(Self.quoted(name)):\(value)") }
    }

    mutating func addTrue(_ name: String) {
        members.append("\(Self.quoted(name)):true")
    }

    mutating func add(_ name: String, _ value: String?) {
        if let value { members.append("\(Self.quoted(name)):\(Self.quoted(value))") }
    }

    mutating func add(_ name: String, _ values: [String]) {
        members.append("\(Self.quoted(name)):[\(values.map(Self.quoted).joined(separator: ","))]")
    }

    mutating func add(_ name: String, pairs: [(name: String, value: String)]) {
        let list = pairs.map { "[\(Self.quoted($0.name)),\(Self.quoted($0.value))]" }
        members.append("\(Self.quoted(name)):[\(list.joined(separator: ","))]")
    }

    /// A JSON string (RFC 8259 §7): only what must be escaped is.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{0}"..."\u{1F}":
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
