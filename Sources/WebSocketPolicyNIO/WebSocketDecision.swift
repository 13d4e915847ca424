import PolicyRuntime
public import WebSocketProtocol

/// One decision that an operator may want to know: what was decided, and by which line of the policy.
public struct WebSocketDecision: Sendable {
    /// What was decided.
    public enum Kind: String, Sendable {
        /// The handshake was accepted.
        case accept
        /// The handshake was refused.
        case refuse
        /// A message brought the token of the connection, or a newer one.
        case authenticated
        /// A message passed, and is reported.
        case warn
        /// A message was not delivered.
        case drop
        /// The connection was closed.
        case close
        /// Everything passed that was enforced; checks in observe mode would have refused.
        case observe
    }

    /// What was decided.
    public let kind: Kind
    /// What was violated; nil for `accept`, `authenticated` and `observe`.
    public let violation: Violation?
    /// The HTTP status of a refusal before the upgrade.
    public var status: UInt16?
    /// The code of a close.
    public var closeCode: UInt16?
    /// `path:line:column` of the policy's line that decided; nil where the plan was stripped of its sources.
    public var policy: String?
    /// JSON Pointer into the message; nil where the decision is not about its content.
    public var pointer: String?
    /// One sentence for the operator; it holds no secret.
    public var detail: String?
    /// What checks in observe mode would have refused besides.
    public var observed: [Violation]
    /// The other end of the TCP connection.
    public let peer: WebSocketProtocol.SocketAddress?
    /// Whom the connection belongs to.
    public var subject: String?
    /// The route's pattern.
    public var route: String?

    init(_ kind: Kind, _ violation: Violation? = nil, peer: WebSocketProtocol.SocketAddress?, observed: ViolationSet) {
        self.kind = kind
        self.violation = violation
        self.peer = peer
        self.observed = observed.violations
    }
}

extension WebSocketDecision: CustomStringConvertible {
    /// One line: `203.0.113.7:50112 refuse originForbidden 403 policy.yaml:7:5 …`.
    public var description: String {
        var words = [peer.map { "\($0)" } ?? "-", kind.rawValue]
        if let violation { words.append(violation.name) }
        if let status { words.append("\(status)") }
        if let closeCode { words.append("\(closeCode)") }
        if let policy { words.append(policy) }
        if let pointer { words.append("at `\(pointer)`") }
        if let detail { words.append(detail) }
        if !observed.isEmpty { words.append("(would refuse: \(observed.map(\.name).joined(separator: ", ")))") }
        return words.joined(separator: " ")
    }
}
