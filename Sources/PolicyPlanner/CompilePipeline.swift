package import PolicyDocument
package import PolicyModel
import PolicyPlan

/// The stages from a policy to its plan, in order.
package struct CompilePipeline {
    private let policy: ResolvedPolicy
    private let sources: SourceSet
    private let digest: [UInt8]
    private let suppressions: [Suppression]

    package init(_ policy: ResolvedPolicy, sources: SourceSet, digest: [UInt8], suppressions: [Suppression]) {
        self.policy = policy
        self.sources = sources
        self.digest = digest
        self.suppressions = suppressions
    }

    /// Levels become steps.
    package var built: DecisionGraph {
        GraphBuilder(policy).graph
    }

    /// Steps are merged, narrowed and dropped.
    package var planned: DecisionGraph {
        PassList.run(built)
    }

    /// Sets become tables, schemas a program.
    ///
    /// - Returns: the plan's bytes.
    /// - Throws: `PlannerError` for what exceeds the format.
    package func lowered() throws(PlannerError) -> [UInt8] {
        let graph = planned
        var lowering = Lowering(sources: sources)
        let policy = try lowering.policy(graph)
        lowering.registry.silence(suppressions)
        do throws(PlanSizeError) {
            return try lowering.finish(policy: policy, digest: digest)
        } catch {
            throw PlannerError(
                "the plan would take \(error.byteCount) bytes, at most \(PlanHeader.maximumByteCount) are allowed",
                at: graph.defaultSpan,
                help: "split the policy, or make its lists and schemas shorter"
            )
        }
    }
}
