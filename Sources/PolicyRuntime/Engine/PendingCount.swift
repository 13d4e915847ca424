import WebSocketProtocol

/// A handshake that the store must count before it is decided.
///
/// It holds its place in every count. Who lets go of it without an answer gives that back, and refuses the handshake.
public struct PendingCount: ~Copyable, Sendable {
    let engine: PolicyEngine
    let request: HandshakeRequest
    var facts: HandshakeFacts
    var holds: CountHolds
    /// Place of the limit among the route's steps.
    let place: Int

    /// One hit of one counter.
    package let hit: SharedHit

    init(
        _ engine: PolicyEngine,
        _ request: borrowing HandshakeRequest,
        _ facts: consuming HandshakeFacts,
        _ holds: consuming CountHolds,
        place: Int,
        _ hit: SharedHit
    ) {
        self.engine = engine
        self.request = copy request
        self.facts = facts
        self.holds = holds
        self.place = place
        self.hit = hit
    }

    /// Goes on with the decision.
    ///
    /// - Parameters:
    ///   - answer: the store's.
    ///   - moment: now; what may have ended meanwhile is looked at by it.
    /// - Returns: the decision, or the next question.
    public consuming func answer(_ answer: SharedAnswer, at moment: Moment) -> Opening {
        engine.resume(request, facts, holds, place, answer, at: moment)
    }
}
