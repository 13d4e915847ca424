import PolicyPlan
public import WebSocketProtocol

/// Requests that are refused before there is a handshake to decide.
extension PolicyEngine {
    /// The most bytes that the request line and the fields may have, all ones where any number may come.
    ///
    /// Who reads a head from a socket stops at it, and refuses by `handshakeTooLarge`.
    public var handshakeByteLimit: UInt64 { plan.view.wide(plan.view.policy + PolicyRecord.handshakeBytesLow) }

    /// Nanoseconds until the head of a request must have come (`limits.handshakeTimeout`), all ones where it may take for ever.
    public var handshakeTimeoutNanoseconds: UInt64 { plan.view.wide(plan.view.policy + PolicyRecord.handshakeTimeLow) }

    /// The refusal of a head that grew larger than the limit before it was whole.
    public var handshakeTooLarge: Refusal {
        let source = plan.view.word(plan.view.policy + PolicyRecord.handshakeBytesSource)
        return refusal(.handshakeTooLarge, source, "the request line and its fields are larger than the limit")
    }

    /// The refusal of a head that did not come in time.
    public var handshakeTimeout: Refusal {
        let source = plan.view.word(plan.view.policy + PolicyRecord.handshakeTimeSource)
        return refusal(
            .handshakeTimeout,
            source,
            "the head of the request has not come for as long as the limit allows"
        )
    }

    /// The refusal of bytes that are no head of a request.
    public func badHandshake(_ error: HandshakeSyntaxError) -> Refusal {
        let source = plan.view.word(plan.view.policy + PolicyRecord.defaultSource)
        return refusal(
            .badHandshake,
            source,
            "the request cannot be read",
            detail: "the request cannot be read: \(error)"
        )
    }

    private func refusal(
        _ violation: Violation,
        _ source: UInt32,
        _ note: StaticString,
        detail: String? = nil
    ) -> Refusal {
        Refusal(
            violation: violation,
            source: source,
            retryAfterNanoseconds: nil,
            observed: ViolationSet(),
            selected: nil,
            note: note,
            authorityDetail: detail,
            shown: 0..<0,
            needsVersionField: false,
            plan: plan,
            record: plan.view.index(plan.view.policy + PolicyRecord.unrouted)
        )
    }
}
