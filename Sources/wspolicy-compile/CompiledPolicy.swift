import PolicyDocument
import PolicyModel
import PolicyPlan
import PolicyPlanner

/// Every problem of a policy, a line each as compilers write them.
struct PolicyProblems: Error {
    let lines: [String]
}

/// A policy file and its plan.
struct CompiledPolicy {
    let path: String
    /// The Swift name: that of the file.
    let name: String
    let plan: [UInt8]

    /// Compiles a policy.
    ///
    /// - Parameter path: a file named `NAME.policy.yaml`.
    /// - Throws: `PolicyProblems` with all that is wrong.
    init(path: String) throws(PolicyProblems) {
        self.path = path
        guard let name = SwiftName.name(of: path) else {
            throw PolicyProblems(lines: [
                "\(path):1:1: error: the file's name gives no name in Swift: call it like `price-feed.policy.yaml`, which "
                    + "becomes `priceFeed`"
            ])
        }
        self.name = name
        let loaded = PolicyLoader.load(path: path, reader: DiskReader())
        guard let policy = loaded.policy else {
            throw PolicyProblems(lines: loaded.diagnostics.all.map { Self.line($0, loaded.sources) })
        }
        do throws(PlannerError) {
            plan = try Planner.plan(policy, sources: loaded.sources, sourceDigest: SourceDigest.of(loaded))
        } catch {
            throw PolicyProblems(lines: [Self.line(error.diagnostic, loaded.sources)])
        }
        do throws(PlanError) { _ = try Plan(verifying: plan) } catch {
            throw PolicyProblems(lines: ["\(path):1:1: error: the plan does not verify: \(error)"])
        }
    }

    /// Two files that would get the same name.
    static func collisions(of policies: [CompiledPolicy]) -> [String] {
        var first: [String: String] = [:]
        return policies.compactMap { policy in
            guard let other = first.updateValue(policy.path, forKey: policy.name) else { return nil }
            return "\(policy.path):1:1: error: `\(policy.name)` is the name of `\(other)` already"
        }
    }

    private static func line(_ finding: Diagnostic, _ sources: SourceSet) -> String {
        let file = sources[finding.span.file]
        let (line, column) = file.position(at: finding.span.start)
        let severity = finding.severity == .error ? "error" : "warning"
        return "\(file.path):\(line):\(column): \(severity): \(finding.message.text) [\(finding.id)]"
    }
}
