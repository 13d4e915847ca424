import PolicyPlan
import WebSocketProtocol

/// Looks addresses up in a plan's interval tables.
enum AddressLookup {
    /// The source of the block that holds the address; nil where the set does not hold it.
    static func source(table: Int, _ address: IPAddress, _ plan: PlanView) -> UInt32? {
        let found =
            address.isV4
            ? v4(
                plan.index(table + AddressTable.v4List),
                plan.index(table + AddressTable.v4Count),
                address.v4Bits,
                plan
            )
            : v6(plan.index(table + AddressTable.v6List), plan.index(table + AddressTable.v6Count), address, plan)
        return found == none ? nil : found
    }

    private static func v4(_ list: Int, _ count: Int, _ bits: UInt32, _ plan: PlanView) -> UInt32 {
        guard count > 0 else { return none }
        var low = 0
        var high = count
        while high &- low > 1 {
            let middle = (low &+ high) / 2
            if plan.word(list &+ 2 &* middle) <= bits { low = middle } else { high = middle }
        }
        return plan.word(list &+ 2 &* low &+ 1)
    }

    private static func v6(_ list: Int, _ count: Int, _ address: IPAddress, _ plan: PlanView) -> UInt32 {
        guard count > 0 else { return none }
        var low = 0
        var high = count
        while high &- low > 1 {
            let middle = (low &+ high) / 2
            let entry = list &+ 5 &* middle
            let first = UInt64(plan.word(entry)) &<< 32 | UInt64(plan.word(entry &+ 1))
            let second = UInt64(plan.word(entry &+ 2)) &<< 32 | UInt64(plan.word(entry &+ 3))
            if (first, second) <= (address.high, address.low) { low = middle } else { high = middle }
        }
        return plan.word(list &+ 5 &* low &+ 4)
    }
}
