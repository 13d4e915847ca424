import PolicyPlan
import WebSocketProtocol

/// What the items of a batch take from the rates of messages.
extension ConnectionGuard {
    /// Takes for the batch that was checked last: what its items cost besides the one of its arrival, then each item from
    /// the rates of its type; nil where the message was no batch, or all of it fits.
    @inline(__always)
    mutating func takeBatch(_ messages: UInt32, _ direction: MessageDirection) -> Fault? {
        guard let count = scratch.batchCount else { return nil }
        return takeItems(count, messages, direction)
    }

    @inline(never)
    private mutating func takeItems(_ count: Int, _ messages: UInt32, _ direction: MessageDirection) -> Fault? {
        let plan = engine.plan.view
        var cost: UInt64 = 0
        for place in 0..<count { cost &+= itemEntry(place, messages).map { UInt64(plan.word($0.cost)) } ?? 1 }
        // What the server sends counts in no rate of the client's.
        if cost > 1, direction == .fromClient,
            let fault = takeAll(
                RouteRecord.messageRateList,
                RouteRecord.messageRateCount,
                cost: cost - 1,
                .messageRate,
                "the batch has more items than this limit still allows"
            )
        {
            return fault
        }
        for place in 0..<count {
            guard let entry = itemEntry(place, messages), let fault = takeOwn(entry.start, false) else { continue }
            return fault
        }
        return nil
    }

    /// The batch's items under a check that only reports: of their types' rates those that only report too.
    mutating func observeBatch(_ messages: UInt32) {
        guard let count = scratch.batchCount else { return }
        for place in 0..<count {
            guard let entry = itemEntry(place, messages), let fault = takeOwn(entry.start, true) else { continue }
            observed.insert(fault.violation)
        }
    }

    private mutating func takeOwn(_ entry: Int, _ observedOnly: Bool) -> Fault? {
        let plan = engine.plan.view
        return takeList(
            plan.index(entry + MessageTypeRecord.rateList),
            plan.index(entry + MessageTypeRecord.rateCount),
            cost: 1,
            .messageRate,
            "more messages of this type than its rate allows",
            observedOnly: observedOnly
        )
    }

    /// Word indices of an item's type record and of its cost; nil where it has no type.
    private func itemEntry(_ place: Int, _ messages: UInt32) -> (start: Int, cost: Int)? {
        let type = scratch.itemType(place)
        guard type >= 0 else { return nil }
        let plan = engine.plan.view
        let start = plan.index(Int(messages) + MessageRecord.typeList) + type * MessageTypeRecord.wordCount
        return (start, start + MessageTypeRecord.cost)
    }
}
