import PolicyPlan
import WebSocketProtocol

/// Which offer of Sec-WebSocket-Protocol is taken (RFC 6455 §4.2.2).
enum SubprotocolsStep {
    /// A level's check: something that it allows must be offered, or nothing where that is allowed.
    static func refusal(
        _ record: Int,
        source: UInt32,
        _ facts: inout HandshakeFacts,
        _ request: borrowing HandshakeRequest,
        _ plan: PlanView
    ) -> StepRefusal? {
        guard facts.offersSubprotocols else {
            guard plan.word(record + SubprotocolsRecord.absent) == 1 else { return nil }
            return StepRefusal(
                violation: .subprotocolForbidden,
                source: plan.word(record + SubprotocolsRecord.absentSource),
                note: "no subprotocol is offered"
            )
        }
        var offers = SubprotocolOffers(firstLine: facts.firstSubprotocol)
        var hasOffer = false
        while let offer = offers.next(in: request) {
            hasOffer = true
            let table = plan.index(record + SubprotocolsRecord.table)
            if offer.isToken, TextLookup.value(table: table, request.span, in: offer.name, plan) != nil { return nil }
        }
        if !hasOffer, plan.word(record + SubprotocolsRecord.absent) == 0 { return nil }
        return StepRefusal(
            violation: .subprotocolForbidden,
            source: source,
            note: "none of the offered subprotocols is allowed"
        )
    }

    /// The first subprotocol in the policy's order that was offered; offset and length in the plan's texts.
    static func selected(
        _ facts: inout HandshakeFacts,
        _ request: borrowing HandshakeRequest,
        _ plan: PlanView
    ) -> (offset: Int, length: Int)? {
        let count = plan.word(facts.record + RouteRecord.selectableCount)
        guard count != none, facts.offersSubprotocols else { return nil }
        let list = plan.index(facts.record + RouteRecord.selectableList)
        for place in 0..<Int(count) {
            let offset = plan.index(list + 2 * place)
            let length = plan.index(list + 2 * place + 1)
            var offers = SubprotocolOffers(firstLine: facts.firstSubprotocol)
            while let offer = offers.next(in: request) {
                if equals(request.span, offer.name, offset, length, plan) { return (offset, length) }
            }
        }
        return nil
    }

    private static func equals(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        _ offset: Int,
        _ length: Int,
        _ plan: PlanView
    ) -> Bool {
        guard range.count == length else { return false }
        for place in 0..<length {
            guard bytes[range.lowerBound + place] == plan.byte(offset + place) else { return false }
        }
        return true
    }
}
