import PolicyDocument
import PolicyModel
import PolicyPlan

extension Lowering {
    /// A `LimitRecord`.
    mutating func limit(_ check: LimitCheck) throws(PlannerError) -> RecordWords {
        var record = RecordWords(LimitRecord.wordCount)
        record[LimitRecord.mode] = Self.code(check.mode)
        switch check.per {
        case .connection: record[LimitRecord.per] = 0
        case .clientAddress(let v4, let v6):
            record[LimitRecord.per] = 1
            record[LimitRecord.v4Bits] = UInt32(clamping: v4)
            record[LimitRecord.v6Bits] = UInt32(clamping: v6)
        case .subject: record[LimitRecord.per] = 2
        case .route: record[LimitRecord.per] = 3
        case .server: record[LimitRecord.per] = 4
        case .claim(let pointer):
            record[LimitRecord.per] = 5
            record.setList(LimitRecord.claimList, writer.list(texts: pointer))
        }
        switch check.quantity {
        case .frequency(.rate(let count, let period, let burst)):
            record[LimitRecord.quantity] = 0
            record.setWide(LimitRecord.countLow, try bounded(count, PlanLimits.count, "count", check.span))
            record.setWide(LimitRecord.periodLow, try bounded(period.count, PlanLimits.period, "period", check.span))
            record.setWide(LimitRecord.burstLow, try bounded(burst, PlanLimits.count, "burst", check.span))
        case .frequency(.atMost(let count, let period)):
            record[LimitRecord.quantity] = 1
            record.setWide(LimitRecord.countLow, try bounded(count, PlanLimits.windowCount, "count", check.span))
            record.setWide(LimitRecord.periodLow, try bounded(period.count, PlanLimits.period, "period", check.span))
        case .concurrent(let count):
            record[LimitRecord.quantity] = 2
            record.setWide(LimitRecord.countLow, try bounded(count, PlanLimits.count, "count", check.span))
        }
        let tableSize = try bounded(check.tableSize, UInt64(PlanLimits.tableSize), "table", check.span)
        record[LimitRecord.tableSize] = UInt32(tableSize)
        record[LimitRecord.source] = source(check.span)
        record[LimitRecord.shared] = check.isShared ? 1 : 0
        return record
    }

    /// The number, where it lies between 1 and what a plan may hold.
    private func bounded(
        _ number: Int64,
        _ maximum: UInt64,
        _ what: String,
        _ span: Span
    ) throws(PlannerError) -> UInt64 {
        guard number >= 1, UInt64(number) <= maximum else {
            throw PlannerError(
                "a limit's \(what) of \(number)",
                at: span,
                help: "write a number from 1 to \(maximum)"
            )
        }
        return UInt64(number)
    }

    static func code(_ mode: Mode) -> UInt32 {
        mode == .enforce ? 0 : 1
    }
}
