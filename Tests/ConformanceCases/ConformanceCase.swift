package import PolicyTools

/// A policy, what happens under it, and what is decided about each event; Tests/Conformance/README.md has the format.
package struct ConformanceCase: Sendable, CustomStringConvertible {
    /// One event and its decisions.
    package struct Step: Sendable {
        package let event: TrafficEvent
        /// The event's line as it is written.
        package let written: JSONValue
        /// Members that the decisions have, those of deadlines first.
        package let expected: [JSONValue]
    }

    /// The file's name and the case's own.
    package let name: String
    package let policy: String
    /// What the policy names, by path relative to it.
    package let files: [String: String]
    package let environment: [String: String]
    /// What an enforcement point must see or be given for the case: the words of Tests/Conformance/README.md.
    package let needs: Set<String>
    package let steps: [Step]

    package var description: String { name }

    /// Why the decisions about a step are not the expected ones; nil where they are.
    ///
    /// - Parameters:
    ///   - decisions: what was decided.
    ///   - step: the event and what is expected.
    /// - Returns: both, for whoever reads a failed test.
    /// - Throws: where a decision is no JSON.
    package static func difference(_ decisions: [DecisionLine], _ step: Step) throws -> String? {
        let told = try decisions.map { try ConformanceReader.value(of: $0.json) }
        let own = JSONValue.text(step.event.connection)
        let fits =
            told.count == step.expected.count
            && zip(step.expected, told).allSatisfy { expected, told in
                var wanted = ["connection": own, "observed": .list([])]
                wanted.merge(expected.members) { $1 }
                let had = ["observed": JSONValue.list([])].merging(told.members) { $1 }
                return wanted.allSatisfy { had[$0.key] == $0.value }
            }
        guard !fits else { return nil }
        return "line \(step.event.line): expected \(step.expected), decided \(decisions.map(\.json))"
    }
}
