import WebSocketProtocol

/// Decisions as a person reads them: one line each, then totals.
///
///     line  connection  what                        decision
///        1  page        handshake /ws               accepted  subject 42
///        2  page        text message, 71 bytes      forwarded
///       12  foreign     handshake /ws               refused   originForbidden  HTTP 403  policy.yaml:12:5
///                                                   origin `https://evil.example` is not listed
package struct DecisionText {
    private static let connectionWidth = 12
    private static let whatWidth = 32

    private var kinds: [DecisionLine.Kind: Int] = [:]
    private var violations: [Violation: Int] = [:]
    private var observed: [Violation: Int] = [:]

    package init() {}

    /// The heading over the lines.
    package var heading: String {
        "line  \(Self.padded("connection", Self.connectionWidth))  \(Self.padded("what", Self.whatWidth))  decision"
    }

    /// One decision, with the event that it is about; nil where a deadline decided and no event did.
    ///
    /// The decision is counted for the totals.
    package mutating func line(_ decision: DecisionLine, of event: TrafficEvent.Kind?) -> String {
        kinds[decision.kind, default: 0] += 1
        if let violation = decision.violation { violations[violation, default: 0] += 1 }
        for violation in decision.observed { observed[violation, default: 0] += 1 }
        let number = String(decision.line)
        let indent = String(repeating: " ", count: max(0, 4 - number.count))
        var words = Self.words(of: decision)
        if case .close? = event { words[0] = "closed" }
        let what = event.map(EventSummary.of) ?? "a deadline"
        let start =
            "\(indent)\(number)  \(Self.padded(decision.connection, Self.connectionWidth))  "
            + Self.padded(what, Self.whatWidth)
        var text = "\(start)  \(words.joined(separator: "  "))"
        if let detail = decision.detail {
            text += "\n" + String(repeating: " ", count: 10 + Self.connectionWidth + Self.whatWidth) + detail
        }
        return text
    }

    private static func words(of decision: DecisionLine) -> [String] {
        var words: [String] = []
        switch decision.kind {
        case .accept: words.append("accepted")
        case .authenticated: words.append("authenticated")
        case .refuse: words.append("refused")
        case .forward: words.append("forwarded")
        case .wait: words.append("waiting for the rest")
        case .drop: words.append("dropped")
        case .warn: words.append("forwarded with a warning")
        case .close: words.append("closed")
        case .closed: words.append("already closed")
        }
        if decision.awaitsToken { words.append("the first message must bring the token") }
        if let subject = decision.subject { words.append("subject \(subject)") }
        if let subprotocol = decision.subprotocol { words.append("subprotocol \(subprotocol)") }
        if let type = decision.type { words.append("type \(type)") }
        if let violation = decision.violation { words.append(violation.name) }
        switch decision.answer {
        case .http(let status)?: words.append("HTTP \(status)")
        case .close(let code)?: words.append("close code \(code)")
        case nil: if let code = decision.closeCode { words.append("close code \(code)") }
        }
        if let pointer = decision.pointer, !pointer.isEmpty { words.append("at \(pointer)") }
        if let policy = decision.policy { words.append(policy) }
        if !decision.observed.isEmpty {
            words.append("would refuse: \(decision.observed.map(\.name).joined(separator: ", "))")
        }
        return words
    }

    /// What was decided in all: decisions by kind, then violations in the order of the language's list.
    package var totals: String {
        let counted = DecisionLine.Kind.allCases.compactMap { kind in kinds[kind].map { "\($0) \(kind.rawValue)" } }
        var lines = ["\(kinds.values.reduce(0, +)) decisions: \(counted.joined(separator: ", "))"]
        lines += Self.table(violations, "violations")
        lines += Self.table(observed, "would refuse (observe mode)")
        return lines.joined(separator: "\n")
    }

    private static func table(_ counts: [Violation: Int], _ title: String) -> [String] {
        guard !counts.isEmpty else { return [] }
        let rows = Violation.allCases.compactMap { violation in
            counts[violation].map { "  \(padded(violation.name, 22)) \($0)" }
        }
        return ["\(title):"] + rows
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text.count <= width
            ? text + String(repeating: " ", count: width - text.count) : String(text.prefix(width - 1)) + "…"
    }
}
