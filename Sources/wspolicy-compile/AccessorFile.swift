import PolicyPlan

/// The Swift file with a target's plans.
enum AccessorFile {
    /// The text: an enumeration `Policies` with a constant for each policy.
    static func text(of policies: [CompiledPolicy]) -> String {
        var text = """
            // Written by wspolicy-compile; changes are lost at the next build.
            internal import PolicyPlan

            /// The plans of this target's policies.
            enum Policies {

            """
        for policy in policies {
            let file = policy.path.split(separator: "/").last.map(String.init) ?? policy.path
            text += "    /// The plan of \(file).\n"
            text +=
                "    static let `\(policy.name)` = PolicyPlan.Plan(embedded: \"\(Plan.literal(of: policy.plan))\")\n"
        }
        return text + "}\n"
    }
}
