import PolicyPlan
import WebSocketProtocol

/// A level's accepted Host names; without a port in the policy, every port will do.
enum HostsStep {
    static func refusal(
        _ record: Int,
        source: UInt32,
        _ facts: inout HandshakeFacts,
        in bytes: Span<UInt8>,
        _ plan: PlanView
    ) -> StepRefusal? {
        if isListed(record, &facts, in: bytes, plan) { return nil }
        return StepRefusal(
            violation: .hostForbidden,
            source: source,
            note: "the Host is not listed",
            shown: facts.hostValue
        )
    }

    private static func isListed(
        _ record: Int,
        _ facts: inout HandshakeFacts,
        in bytes: Span<UInt8>,
        _ plan: PlanView
    ) -> Bool {
        guard let host = facts.host else { return false }
        let found: UInt32?
        switch host.kind {
        case .name, .ipv4:
            found = TextLookup.value(
                table: plan.index(record + HostsRecord.table),
                bytes,
                in: host.host,
                folds: true,
                plan
            )
        case .ipv6:
            let text = host.canonicalHost(in: bytes)
            found = TextLookup.value(
                table: plan.index(record + HostsRecord.table),
                text.span,
                in: text.indices,
                plan
            )
        }
        guard let found else { return false }
        let list = Int(found)
        for place in 0..<plan.index(list) {
            let port = plan.word(list + 1 + 2 * place)
            if port == none || matches(port, host.port, facts.scheme) { return true }
        }
        return false
    }

    /// A Host without a port has its scheme's.
    private static func matches(_ wanted: UInt32, _ port: UInt16?, _ scheme: ForwardedProto) -> Bool {
        if let port { return UInt32(port) == wanted }
        return switch scheme {
        case .secure: wanted == 443
        case .insecure: wanted == 80
        case .unknown: false
        }
    }
}
