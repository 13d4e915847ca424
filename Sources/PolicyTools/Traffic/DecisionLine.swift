package import WebSocketProtocol

/// What was decided about one event, ready to be printed.
package struct DecisionLine: Sendable, Equatable {
    /// The decision's kind, by its word in decision lines.
    package enum Kind: String, Sendable, CaseIterable {
        case accept, authenticated, refuse, forward, wait, drop, warn, close, closed
    }

    /// How a refused handshake is told.
    package enum Answer: Sendable, Equatable {
        case http(status: UInt16)
        case close(code: UInt16)
    }

    /// Number of the input line that was decided, or that made time pass.
    package var line: Int
    package var connection: String
    package var kind: Kind
    package var route: String?
    package var subprotocol: String?
    package var subject: String?
    /// Whether the first message must bring the token.
    package var awaitsToken = false
    /// The message's type, where a discriminator chose one.
    package var type: String?
    package var violation: Violation?
    package var answer: Answer?
    /// The code of a close after acceptance.
    package var closeCode: UInt16?
    package var responseHeaders: [(name: String, value: String)] = []
    /// The policy's line that decided, as path:line:column.
    package var policy: String?
    /// JSON Pointer into the message.
    package var pointer: String?
    /// One sentence for the operator, without secrets.
    package var detail: String?
    /// What sections in observe mode would have refused with, in the order of the language's list.
    package var observed: [Violation] = []

    package init(line: Int, connection: String, kind: Kind) {
        self.line = line
        self.connection = connection
        self.kind = kind
    }

    package static func == (left: DecisionLine, right: DecisionLine) -> Bool {
        left.json == right.json
    }

    /// The line as JSON, on one line, members in the order of the format's page; those that say nothing are left out.
    package var json: String {
        var object = JSONObjectText()
        object.add("line", line)
        object.add("connection", connection)
        object.add("decision", kind.rawValue)
        object.add("route", route)
        object.add("subprotocol", subprotocol)
        object.add("type", type)
        object.add("violation", violation?.name)
        switch answer {
        case .http(let status)?:
            object.add("deliver", "http")
            object.add("status", Int(status))
        case .close(let code)?:
            object.add("deliver", "close")
            object.add("closeCode", Int(code))
        case nil: object.add("closeCode", closeCode.map(Int.init))
        }
        if kind == .accept || kind == .refuse { object.add("responseHeaders", pairs: responseHeaders) }
        object.add("subject", subject)
        if awaitsToken { object.addTrue("awaitingToken") }
        object.add("policy", policy)
        object.add("pointer", pointer)
        object.add("detail", detail)
        if !observed.isEmpty { object.add("observed", observed.map(\.name)) }
        return object.text
    }
}
