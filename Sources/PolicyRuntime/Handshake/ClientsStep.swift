import PolicyPlan
import WebSocketProtocol

/// A level's client lists; `deny` beats `allow`, and an address that cannot be read is none that is allowed.
enum ClientsStep {
    static func refusal(_ record: Int, source: UInt32, _ facts: inout HandshakeFacts, _ plan: PlanView) -> StepRefusal?
    {
        guard let address = facts.client.address else {
            return StepRefusal(
                violation: .clientForbidden,
                source: source,
                note: "the client's address cannot be read"
            )
        }
        let deny = plan.word(record + ClientsRecord.deny)
        if deny != none, let entry = AddressLookup.source(table: Int(deny), address, plan) {
            return StepRefusal(violation: .clientForbidden, source: entry, note: "the client's address is denied")
        }
        let allow = plan.word(record + ClientsRecord.allow)
        if allow != none, AddressLookup.source(table: Int(allow), address, plan) == nil {
            return StepRefusal(
                violation: .clientForbidden,
                source: plan.word(record + ClientsRecord.allowSource),
                note: "the client's address is not one that is allowed"
            )
        }
        return nil
    }
}
