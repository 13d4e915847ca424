public import PolicyPlan
import PolicyRuntime

extension Plan {
    /// Replays the plan's own vectors, values just inside and just outside of each check, through the checks that decide.
    ///
    /// A server may do it before it activates a plan: it takes some milliseconds, and finds a table that does not mean what
    /// the policy says.
    ///
    /// - Returns: a sentence for each vector that does not come out as the policy says; empty when all do, or when the plan
    ///   was stripped of them.
    /// - Throws: `PlanError` where the vectors cannot be read.
    public func selfCheck() throws(PlanError) -> [String] {
        try VectorReplay.run(self).failures.map { failure in
            let place = source(failure.vector.source).map { "\($0.path):\($0.line):\($0.column): " } ?? ""
            return "\(place)vector \(failure.index) (\(failure.vector.kind)): \(failure.found)"
        }
    }
}
