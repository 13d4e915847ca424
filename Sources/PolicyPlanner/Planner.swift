package import PolicyDocument
package import PolicyModel

/// Compiles policies.
package enum Planner {
    /// The plan of a policy.
    ///
    /// The same policy gives the same bytes, whatever the order in which its files were read.
    ///
    /// - Parameters:
    ///   - policy: a policy without errors.
    ///   - sources: the files that its places lie in.
    ///   - sourceDigest: SHA-256 of the files, kept in the plan's header.
    ///   - suppressions: the findings that its author silenced, for listings.
    /// - Returns: bytes for `Plan(verifying:)`.
    /// - Throws: `PlannerError` for what exceeds the format of plans.
    package static func plan(
        _ policy: ResolvedPolicy,
        sources: SourceSet,
        sourceDigest: [UInt8],
        suppressions: [Suppression] = []
    ) throws(PlannerError) -> [UInt8] {
        try CompilePipeline(policy, sources: sources, digest: sourceDigest, suppressions: suppressions).lowered()
    }
}
