package import PolicyPlan
import PolicyRuntime

/// What came of a plan's own vectors.
package struct SelfCheck: Sendable {
    package let count: Int
    /// One sentence each.
    package let failures: [String]

    /// Replays the vectors of a plan.
    package static func run(_ plan: Plan) -> SelfCheck {
        do throws(PlanError) {
            let (count, failures) = try VectorReplay.run(plan)
            return SelfCheck(
                count: count,
                failures: failures.map { failure in
                    let place = plan.source(failure.vector.source).map { "\($0.path):\($0.line):\($0.column): " } ?? ""
                    return "\(place)vector \(failure.index) (\(failure.vector.kind)): \(failure.found)"
                }
            )
        } catch {
            return SelfCheck(count: 0, failures: [error.reason])
        }
    }

    package var text: String {
        failures.isEmpty
            ? "self-check: \(count) vectors, all as the policy says"
            : (["self-check: \(failures.count) of \(count) vectors are not as the policy says"] + failures)
                .joined(separator: "\n")
    }
}
