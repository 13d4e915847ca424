package import PolicyPlan

/// Who is refused although the token is right: by the lists in files, and by the one that all instances share.
package struct Revocations: Sendable {
    package let files: RevocationList
    /// nil where the policy shares none.
    package let shared: SharedRevocations?

    package init(files: RevocationList, shared: SharedRevocations?) {
        self.files = files
        self.shared = shared
    }

    /// Another number whenever somebody may be refused who was not before.
    package var revision: UInt64 { files.revision &+ (shared?.revision ?? 0) }

    /// The names of a token in the shared list; nil where there is none.
    package func names(id: [UInt8]?, subject: [UInt8]?) -> RevocationNames? {
        shared?.names(id: id, subject: subject)
    }

    /// The line of the policy whose list holds a token.
    ///
    /// - Parameters:
    ///   - id: of the token.
    ///   - subject: whose it is.
    ///   - names: of both, as `names` gives them.
    ///   - record: word index of the plan's `TokenRecord`.
    ///   - plan: the plan of the engine that asks.
    ///   - unixNanoseconds: the wall clock.
    /// - Returns: an index into the plan's sources; nil where no list does.
    package func source(
        id: [UInt8]?,
        subject: [UInt8]?,
        names: RevocationNames?,
        record: Int,
        _ plan: PlanView,
        at unixNanoseconds: Int64
    ) -> UInt32? {
        if files.holds(id: id, subject: subject, record: record, plan) {
            return plan.word(record + TokenRecord.revokedSource)
        }
        guard plan.word(record + TokenRecord.revokedShared) == 1 else { return nil }
        if let names, shared?.holds(names, at: unixNanoseconds) == true {
            return plan.word(record + TokenRecord.revokedSharedSource)
        }
        return nil
    }
}
