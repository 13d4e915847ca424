import PolicyPlan
import WebSocketProtocol

/// Looks texts up in a plan's hash tables; stored bytes are always compared.
enum TextLookup {
    /// The value of the entry that equals `bytes[range]`, or nil.
    ///
    /// `folds` compares the bytes in ASCII lower case with entries that are lower case.
    static func value(
        table: Int,
        _ bytes: Span<UInt8>,
        in range: Range<Int>,
        folds: Bool = false,
        _ plan: PlanView
    ) -> UInt32? {
        let slots = plan.index(table + TextTable.slotCount)
        guard slots > 0 else { return nil }
        var hash = TextHash.seed
        for index in range { hash = TextHash.adding(folds ? lower(bytes[index]) : bytes[index], to: hash) }
        let wanted = TextHash.finished(hash)
        let list = plan.index(table + TextTable.slotList)
        var place = Int(wanted) & (slots &- 1)
        while true {
            let slot = list &+ place &* TextTable.slotWordCount
            let length = plan.word(slot &+ 2)
            if length == none { return nil }
            if plan.word(slot) == wanted, Int(length) == range.count,
                equals(bytes, range, offset: plan.index(slot &+ 1), folds: folds, plan)
            {
                return plan.word(slot &+ 3)
            }
            place = (place &+ 1) & (slots &- 1)
        }
    }

    private static func equals(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        offset: Int,
        folds: Bool,
        _ plan: PlanView
    ) -> Bool {
        let text = plan.span(offset: offset, length: range.count)
        return folds ? bytes.equals(lowercase: text, in: range) : bytes.equals(text, in: range)
    }

    /// ASCII only.
    @inline(__always)
    static func lower(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }
}
