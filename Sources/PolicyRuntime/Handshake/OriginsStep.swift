import PolicyPlan
import WebSocketProtocol

/// A level's origins (RFC 6454, RFC 6455 §10.2): what is not whole and listed is refused; missing is not a pass.
enum OriginsStep {
    static func refusal(
        _ record: Int,
        source: UInt32,
        _ facts: inout HandshakeFacts,
        in bytes: Span<UInt8>,
        _ plan: PlanView
    ) -> StepRefusal? {
        guard let value = facts.origin else { return missing(record, &facts, plan) }
        guard let origin = OriginParts.parse(bytes, in: value) else {
            return StepRefusal(
                violation: .originForbidden,
                source: source,
                note: "the Origin is no origin",
                shown: value
            )
        }
        let flags = plan.word(record + OriginsRecord.flags)
        // A site has a name: null and file: are admitted only where they are listed.
        if flags & OriginsRecord.everySite != 0, origin.kind == .tuple { return nil }
        if flags & OriginsRecord.sameOrigin != 0, let host = facts.host,
            origin.isSameOrigin(as: host, scheme: facts.scheme, in: bytes)
        {
            return nil
        }
        switch OriginLookup.answer(record: record, origin, in: bytes, plan) {
        case .listed: return nil
        case .foreign(let other):
            return StepRefusal(
                violation: .originForbidden,
                source: other ?? source,
                note: "this origin is not listed",
                shown: value
            )
        }
    }

    private static func missing(_ record: Int, _ facts: inout HandshakeFacts, _ plan: PlanView) -> StepRefusal? {
        let source = plan.word(record + OriginsRecord.absentSource)
        switch plan.word(record + OriginsRecord.absent) {
        case 2: return nil
        case 1:
            guard facts.hasCookie else { return nil }
            return StepRefusal(
                violation: .originMissing,
                source: source,
                note: "no Origin, and a cookie that a browser may have attached"
            )
        default:
            return StepRefusal(violation: .originMissing, source: source, note: "no Origin")
        }
    }
}
