import PolicyPlan

/// What is decided about a handshake.
public enum Admission: ~Copyable {
    /// The connection may open; its guard decides what travels on it.
    case accept(ConnectionGuard, Acceptance)
    /// It may not.
    case refuse(Refusal)
}

/// What an accepted handshake is answered with; texts are made when they are asked for.
public struct Acceptance: Sendable {
    let plan: Plan
    let record: Int
    let selected: (offset: Int, length: Int)?
    let identity: TokenIdentity?
    /// Whether the first message must bring the token, before which nothing else passes.
    public let awaitsToken: Bool
    /// What sections in observe mode would have refused.
    public let observed: ViolationSet

    /// The route's pattern as written; nil where the policy has no routes.
    public var route: String? {
        let length = plan.view.index(record + RouteRecord.patternLength)
        guard length > 0 else { return nil }
        return plan.view.text(offset: plan.view.index(record + RouteRecord.patternOffset), length: length)
    }

    /// The subprotocol to answer with; nil for none.
    public var subprotocol: String? {
        selected.map { plan.view.text(offset: $0.offset, length: $0.length) }
    }

    /// Whom the verified token belongs to.
    public var subject: String? {
        identity?.subject.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The policy's fields for the 101 response.
    public var responseHeaders: [(name: String, value: String)] { ResponseHeaders.of(record, plan.view) }
}
