import PolicyDocument
import PolicyModel
public import PolicyPlan
import PolicyPlanner

/// Why a policy gives no plan: every problem of it, each with its place.
public struct PolicyError: Error, Sendable, CustomStringConvertible {
    /// One line each, as `path:line:column: error: message [id]`.
    public let problems: [String]

    /// The problems, a line each.
    public var description: String { problems.joined(separator: "\n") }
}

/// Compiles policies: text in, a verified plan out.
public enum PolicyCompiler {
    /// The plan of the policy in a file, and of what it extends.
    ///
    /// - Parameter path: the policy's file.
    /// - Returns: the plan, verified.
    /// - Throws: `PolicyError` with all that is wrong.
    public static func compile(path: String) throws(PolicyError) -> Plan {
        try compile(path, DiskReader())
    }

    /// The plan of a policy held in memory.
    ///
    /// - Parameters:
    ///   - text: the policy.
    ///   - files: what it extends, by path; relative to the policy, which stands at `policy.yaml`.
    /// - Returns: the plan, verified.
    /// - Throws: `PolicyError` with all that is wrong.
    public static func compile(text: String, files: [String: String] = [:]) throws(PolicyError) -> Plan {
        var all = files
        all["policy.yaml"] = text
        return try compile("policy.yaml", MemoryReader(files: all))
    }

    private static func compile(_ path: String, _ reader: any SourceReader) throws(PolicyError) -> Plan {
        let loaded = PolicyLoader.load(path: path, reader: reader)
        guard let policy = loaded.policy else {
            throw PolicyError(problems: loaded.diagnostics.all.map { line($0, loaded.sources) })
        }
        let bytes: [UInt8]
        do throws(PlannerError) {
            bytes = try Planner.plan(policy, sources: loaded.sources, sourceDigest: SourceDigest.of(loaded))
        } catch {
            throw PolicyError(problems: [line(error.diagnostic, loaded.sources)])
        }
        do throws(PlanError) { return try Plan(verifying: bytes) } catch {
            throw PolicyError(problems: ["\(path): \(error)"])
        }
    }

    private static func line(_ finding: Diagnostic, _ sources: SourceSet) -> String {
        let file = sources[finding.span.file]
        let (line, column) = file.position(at: finding.span.start)
        let severity = finding.severity == .error ? "error" : "warning"
        return "\(file.path):\(line):\(column): \(severity): \(finding.message.text) [\(finding.id)]"
    }
}
