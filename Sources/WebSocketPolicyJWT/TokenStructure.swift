import PolicyPlan
import PolicyRuntime

/// A token's header or claims as JSON that may be looked into.
enum TokenStructure {
    /// The bytes in padded memory when they are an object of bounded depth without duplicate members; nil otherwise.
    static func checked(
        _ bytes: [UInt8],
        record: Int,
        plan: PlanView,
        _ scratch: inout ContentScratch
    ) -> PaddedBytes? {
        var message = PaddedBytes(capacity: bytes.count)
        message.append(bytes.span)
        guard passes(plan.word(record + TokenRecord.structureRoot), message, plan, &scratch) else { return nil }
        return message
    }

    /// Whether a content program of the plan accepts the bytes.
    static func passes(
        _ root: UInt32,
        _ message: borrowing PaddedBytes,
        _ plan: PlanView,
        _ scratch: inout ContentScratch
    ) -> Bool {
        let verdict = ContentChecker.check(program: plan.program, root: root, message: message, scratch: &scratch)
        return verdict.violation == nil
    }
}
