/// A limit in words: what it counts, for whom, and what it can cost.
package struct LimitText {
    /// What one counter stands for.
    package let per: String
    /// How many, as a policy writes it.
    package let quantity: String
    /// The most that can pass, in words; nil where `quantity` says it already.
    package let worstCase: String?
    /// Whether all instances count together.
    package let isShared: Bool
    /// The most memory that its counters take; nil for counters per connection.
    package let memory: UInt64?

    /// Reads the `LimitRecord` at a word index.
    package init(_ view: PlanView, _ limit: Int) {
        typealias Record = LimitRecord
        let count = view.wide(limit + Record.countLow)
        let period = view.wide(limit + Record.periodLow)
        let burst = view.wide(limit + Record.burstLow)
        switch view.word(limit + Record.per) {
        case 0: per = "connection"
        case 1:
            let (v4, v6) = (view.index(limit + Record.v4Bits), view.index(limit + Record.v6Bits))
            per = "client address (/\(v4), /\(v6))"
        case 2: per = "subject"
        case 3: per = "route"
        case 4: per = "server"
        default:
            let list = view.index(limit + Record.claimList)
            let tokens = (0..<view.index(limit + Record.claimCount)).map { place in
                view.text(offset: view.index(list + 2 * place), length: view.index(list + 2 * place + 1))
            }
            per = "claim /\(tokens.joined(separator: "/"))"
        }
        let counter: LimitMemory.Counter
        switch view.word(limit + Record.quantity) {
        case 0:
            quantity =
                "\(QuantityText.count(count)) per \(QuantityText.duration(nanoseconds: period))"
                + ", burst \(QuantityText.count(burst))"
            let most = count.addingReportingOverflow(burst).partialValue
            worstCase = "at most \(QuantityText.count(most)) in any \(QuantityText.duration(nanoseconds: period))"
            counter = .rate(count: count, period: period, burst: burst)
        case 1:
            quantity = "at most \(QuantityText.count(count)) per \(QuantityText.duration(nanoseconds: period))"
            worstCase = nil
            counter = .window(count: count, period: period)
        default:
            quantity = "at most \(QuantityText.count(count)) open"
            worstCase = nil
            counter = .concurrent
        }
        isShared = view.word(limit + Record.shared) == 1
        let per = view.word(limit + Record.per)
        let keys =
            switch per {
            case 3: view.index(view.policy + PolicyRecord.routeCount)
            case 4: 1
            default: view.index(limit + Record.tableSize)
            }
        memory =
            per == 0
            ? nil : UInt64(LimitMemory.bytes(counter, tableSize: max(1, keys), countsAddresses: per == 1))
    }
}
