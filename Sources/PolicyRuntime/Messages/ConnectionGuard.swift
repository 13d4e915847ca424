import PolicyPlan
package import WebSocketProtocol

/// One open connection: decides each frame and each message, and knows its deadlines.
///
/// It performs nothing: what it decides, its owner does. It is given back to the engine's counts once, when it is closed or
/// goes away.
public struct ConnectionGuard: ~Copyable {
    let engine: PolicyEngine
    let record: Int
    let route: Int
    let client: ClientAddress
    var identity: TokenIdentity?
    /// Whether a check that only observes has found it: its end is noted, and closes nothing.
    var isIdentityObserved: Bool
    /// The token check whose token the first message is to bring; -1 where none is awaited.
    var awaiting: Int
    let facts: TrafficFacts
    /// The tick at which the connection has lived long enough; all ones: never.
    let livesUntil: UInt64
    /// The tick at which the awaited token must have come; all ones: none is awaited.
    var tokenUntil = UInt64.max
    /// What is asked about the token of a message, and whether it renews one; nil while nothing is.
    var asked: (question: TokenQuestion, renews: Bool)?
    var questionCount: UInt64 = 0
    /// Whether a message of the client was delivered.
    var hasBegun = false
    /// Nanoseconds since 1970 at which the token closes the connection; the largest number: never.
    var closesAt: Int64
    /// The revision of the lists of revoked tokens that was looked at last; the largest number where nobody can be revoked.
    var revocations: UInt64
    var holds: CountHolds
    var counters: ConnectionCounters

    var assembly = MessageAssembly()
    /// The client's message so far.
    var message = PaddedBytes()
    /// The server's message that was decided last.
    var serverMessage = PaddedBytes()
    /// The payload of the control frame that arrives.
    var control: [UInt8] = []
    var frame: FrameHeader?
    var frameReceived: UInt64 = 0
    /// Bytes of the header that was accepted last.
    package internal(set) var headerByteCount = 0
    /// Text or binary: what the message is that was decided last.
    package internal(set) var messageOpcode = Opcode.text
    var scratch = ContentScratch()

    /// Text is looked at as it arrives: what is not UTF-8 closes at once, before the message is whole.
    package var checksTextEarly = false
    /// How far an unfinished text message is UTF-8.
    var text = UTF8Stream()
    var hasIllFormedText = false
    /// The payload of our last ping; nil where it was answered.
    var awaitedPong: UInt64?

    var activeAt: UInt64
    var latest: UInt64
    var isClosed = false
    /// What sections in observe mode would have refused at the last event.
    public internal(set) var observed = ViolationSet()

    init(_ engine: PolicyEngine, _ facts: inout HandshakeFacts, _ holds: consuming CountHolds, at moment: Moment) {
        self.engine = engine
        record = facts.record
        route = facts.route
        client = facts.client
        // Nobody else asks the facts for it any more.
        identity = facts.identity.take()
        isIdentityObserved = facts.isIdentityObserved
        self.holds = holds
        counters = ConnectionCounters()
        self.facts = engine.traffic[facts.route]
        let (end, isEndless) = moment.ticks.addingReportingOverflow(self.facts.lifetime)
        livesUntil = self.facts.lifetime == .max || isEndless ? .max : end
        closesAt = identity?.closesAt ?? .max
        // Looked at once more with the first event: a list may have changed since the token was verified.
        revocations = identity == nil || engine.revocations == nil ? .max : 0
        awaiting = facts.awaiting
        if awaiting >= 0 {
            let (end, isEndless) = moment.ticks.addingReportingOverflow(self.facts.beforeTokenWithin)
            tokenUntil = isEndless ? .max : end
        }
        activeAt = moment.ticks
        latest = moment.ticks
    }

    /// Ends the connection's part in every count; a second call does nothing.
    public mutating func close() {
        isClosed = true
        holds.giveBack()
        message.removeAll(keeping: 0)
        serverMessage.removeAll(keeping: 0)
    }

    // MARK: Deadlines

    /// Time has passed: the deadline that is met, in the language's order; nil while none is.
    public mutating func tick(at moment: Moment) -> Fault? {
        guard !isClosed else { return nil }
        observed = ViolationSet()
        return deadline(at: moment)
    }

    /// Meets the deadlines at an event's own time; a connection that meets one is closed.
    @inline(__always)
    mutating func deadline(at moment: Moment) -> Fault? {
        let now = max(latest, moment.ticks)
        latest = now
        // Never more than unlimited: both are all ones then.
        let isDue =
            moment.unixNanoseconds >= closesAt || now &- activeAt >= facts.idle || now >= livesUntil
            || now >= tokenUntil || hasOtherRevocations
        return isDue ? metDeadline(at: moment) : nil
    }

    /// Whether the lists of revoked tokens changed since this connection was compared with them.
    @inline(__always)
    var hasOtherRevocations: Bool {
        revocations != .max && engine.revocations?.revision != revocations
    }

    /// The line of the policy whose list holds the connection's token, or its subject, by now; nil where none does.
    mutating func revokingSource(at moment: Moment) -> UInt32? {
        guard hasOtherRevocations, let lists = engine.revocations, let identity else { return nil }
        revocations = lists.revision
        return lists.source(
            id: identity.id,
            subject: identity.subject,
            names: identity.revocationNames,
            record: tokenRecord,
            engine.plan.view,
            at: moment.unixNanoseconds
        )
    }

    /// The first deadline that is met, in the language's order.
    @inline(never)
    mutating func metDeadline(at moment: Moment) -> Fault? {
        let plan = engine.plan.view
        if tokenUntil != .max, latest >= tokenUntil {
            let source = plan.word(record + RouteRecord.beforeWithinSource)
            return closing(.tokenTimeout, source, "no token has come for as long as the limit allows")
        }
        if moment.unixNanoseconds >= closesAt, closesAt != .max {
            guard isIdentityObserved else {
                let source = plan.word(tokenRecord + TokenRecord.closesSource)
                return closing(.tokenExpired, source, "the token's time is over")
            }
            observed.insert(.tokenExpired)
            closesAt = .max
        }
        if let source = revokingSource(at: moment) {
            guard isIdentityObserved else {
                return closing(.tokenRevoked, source, "the token, or its subject, has been revoked")
            }
            observed.insert(.tokenRevoked)
            revocations = .max
        }
        if facts.idle != .max, latest &- activeAt >= facts.idle {
            let source = plan.word(record + RouteRecord.idleTimeoutSource)
            return closing(.idleTimeout, source, "no message has come for as long as the limit allows")
        }
        if livesUntil != .max, latest >= livesUntil {
            let source = plan.word(record + RouteRecord.lifetimeSource)
            return closing(.lifetimeReached, source, "the connection is as old as the limit allows")
        }
        return nil
    }

    /// The record of the token check that has found the identity; only asked where one has.
    var tokenRecord: Int {
        let plan = engine.plan.view
        let list = plan.index(record + RouteRecord.stepList)
        for place in 0..<plan.index(record + RouteRecord.stepCount) {
            let step = list + place * StepRecord.wordCount
            if plan.word(step + StepRecord.kind) == StepKind.token.rawValue,
                isIdentityObserved == (plan.word(step + StepRecord.mode) == 1)
            {
                return plan.index(step + StepRecord.operand)
            }
        }
        return 0
    }
}
