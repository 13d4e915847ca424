package import PolicyDocument
package import PolicyModel
import PolicyPlanner

/// A policy on its way to a plan: loaded, linted, compiled.
package struct PolicyCompilation: Sendable {
    package let loaded: LoadedPolicy
    /// What the language and the linter say of it.
    package let lint: LintResult
    /// The plan's bytes; nil where an error stands in the way.
    package let plan: [UInt8]?

    /// Compiles the policy at a path.
    package static func compile(path: String, reader: any SourceReader) -> PolicyCompilation {
        let loaded = PolicyLoader.load(path: path, reader: reader)
        var lint = Linter.lint([loaded])
        guard let policy = loaded.policy, lint.exitCode(isStrict: false) == 0 else {
            return PolicyCompilation(loaded: loaded, lint: lint, plan: nil)
        }
        do throws(PlannerError) {
            let plan = try Planner.plan(
                policy,
                sources: loaded.sources,
                sourceDigest: SourceDigest.of(loaded),
                suppressions: loaded.files.flatMap(\.suppressions)
            )
            return PolicyCompilation(loaded: loaded, lint: lint, plan: plan)
        } catch {
            lint.findings.append(Finding(diagnostic: error.diagnostic, sources: loaded.sources))
            return PolicyCompilation(loaded: loaded, lint: lint, plan: nil)
        }
    }

    /// What the policy decides, step by step; nil where an error stands in the way.
    package var explanation: String? {
        guard plan != nil, let policy = loaded.policy else { return nil }
        return Explanation(policy, sources: loaded.sources, suppressions: loaded.files.flatMap(\.suppressions)).text
    }
}
