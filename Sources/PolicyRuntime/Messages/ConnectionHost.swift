import PolicyPlan
package import WebSocketProtocol

/// What whoever owns the connection's socket asks besides the decisions.
extension ConnectionGuard {
    /// The message that was decided last, or as much of it as has arrived; unmasked.
    package var messageBytes: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { message.bytes }
    }

    /// The payload of the control frame that arrived last, unmasked; at most 125 bytes.
    package var controlBytes: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { control.span }
    }

    /// Whom the connection belongs to, by its token; nil for nobody.
    public var subject: String? { identity?.subject.map { String(decoding: $0, as: UTF8.self) } }

    /// The claims of the connection's token, UTF-8 of a JSON object; nil without one.
    public var claims: [UInt8]? { identity?.payload }

    /// `path:line:column` of a line of the policy, by its index in the plan's sources; nil where those were stripped.
    public func place(_ source: UInt32) -> String? {
        engine.plan.source(source).map { "\($0.path):\($0.line):\($0.column)" }
    }

    /// Nanoseconds that the peer may take to answer a close (`limits.closeWait`).
    public var closeWaitNanoseconds: UInt64 { engine.plan.view.wide(record + RouteRecord.closeWaitLow) }

    /// Bytes that may wait for a client that does not read (`limits.outboundQueue`); all ones: any number.
    public var outboundQueueLimit: UInt64 { engine.plan.view.wide(record + RouteRecord.outboundBytesLow) }

    /// Nanoseconds without a message after which the connection is closed; all ones: never.
    public var idleTimeoutNanoseconds: UInt64 { facts.idle }

    /// The reason sent with a fault's close code: at most 123 bytes of UTF-8.
    public func reason(of fault: Fault) -> String {
        let plan = engine.plan.view
        let answer =
            plan.index(record + RouteRecord.answers) + Int(fault.violation.rawValue) * AnswerRecord.wordCount
        return plan.text(
            offset: plan.index(answer + AnswerRecord.reasonOffset),
            length: plan.index(answer + AnswerRecord.reasonLength)
        )
    }

    /// So many bytes wait for the client to read; beyond the limit the connection is closed.
    ///
    /// - Parameters:
    ///   - byteCount: all that was written and not yet taken by the socket.
    ///   - moment: when.
    /// - Returns: slowClient, or a deadline that is met; nil while the limit holds.
    public mutating func queued(byteCount: UInt64, at moment: Moment) -> Fault? {
        guard !isClosed else { return nil }
        observed = ViolationSet()
        if let fault = deadline(at: moment) { return fault }
        guard byteCount > outboundQueueLimit else { return nil }
        let source = engine.plan.view.word(record + RouteRecord.outboundBytesSource)
        return closing(.slowClient, source, "more bytes wait for the client to read than the limit allows")
    }

    /// The client was pinged with these eight bytes, the highest first; the pong that answers counts as activity.
    ///
    /// Of two pings only the last one's pong counts: who pings while `awaitsPong` takes an answer on its way for none.
    public mutating func pinged(with payload: UInt64) {
        awaitedPong = payload
    }

    /// Whether a ping was sent whose pong has not come.
    public var awaitsPong: Bool { awaitedPong != nil }

    /// What sections in observe mode would have refused at the last event, once: it is forgotten then.
    package mutating func takeObserved() -> ViolationSet {
        let taken = observed
        observed = ViolationSet()
        return taken
    }

    /// The time without a message begins anew: the host itself, and not the client, was waited for.
    package mutating func restartIdleTime(at moment: Moment) {
        latest = max(latest, moment.ticks)
        activeAt = latest
    }

    /// The tick at which the next deadline is met if nothing happens before; nil where none is.
    ///
    /// - Parameter moment: now, by both clocks: a token's end is a date.
    /// - Returns: the tick of the process's monotonic clock, in nanoseconds.
    public func nextDeadline(at moment: Moment) -> UInt64? {
        guard !isClosed else { return nil }
        var next = min(tokenUntil, livesUntil)
        if facts.idle != .max {
            let (end, isEndless) = activeAt.addingReportingOverflow(facts.idle)
            if !isEndless { next = min(next, end) }
        }
        if closesAt != .max {
            let (left, isFar) = closesAt.subtractingReportingOverflow(moment.unixNanoseconds)
            if !isFar { next = min(next, moment.ticks &+ UInt64(max(0, left))) }
        }
        return next == .max ? nil : next
    }

    /// Whether the connection may end by a list of revoked tokens: such a one is ticked now and then.
    public var mayBeRevoked: Bool { revocations != .max }

    /// The tick of the last message, or of the pong that answered a ping.
    public var lastActivity: UInt64 { activeAt }

    /// Whether the first message is to bring a token.
    package var awaitsToken: Bool { awaiting >= 0 }

    /// Whether the connection was closed.
    package var hasEnded: Bool { isClosed }

    /// The name of a message type by its place; nil where the policy has no such type.
    package func knownTypeName(_ type: Int, _ direction: MessageDirection) -> String? {
        let messages = facts[direction].enforced
        guard messages != none, type < engine.plan.view.index(Int(messages) + MessageRecord.typeCount) else {
            return nil
        }
        return typeName(type, direction)
    }
}
