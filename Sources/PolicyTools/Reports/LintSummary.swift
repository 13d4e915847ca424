import PolicyDocument

/// The last line of a lint run.
package enum LintSummary {
    package static func text(of result: LintResult) -> String {
        func count(_ number: Int, _ noun: String, _ plural: String) -> String {
            "\(number) \(number == 1 ? noun : plural)"
        }
        func findings(_ severity: Diagnostic.Severity) -> Int {
            result.findings.count { $0.diagnostic.severity == severity }
        }
        let policies = count(result.policies.count, "policy", "policies")
        let silenced = result.suppressed > 0 ? ", \(result.suppressed) silenced with a reason" : ""
        guard !result.findings.isEmpty else { return "\(policies): clean\(silenced)" }
        return [
            "\(policies): \(count(findings(.error), "error", "errors"))",
            count(findings(.warning), "warning", "warnings"), count(findings(.note), "note", "notes"),
        ].joined(separator: ", ") + silenced
    }
}
