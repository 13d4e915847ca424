package import PolicyDocument
package import PolicyModel
import PolicyPlan
package import WebSocketProtocol

/// What a policy decides, step by step and in the order in which it happens, for each route: what `explain` prints.
///
/// It follows the policy as its authors wrote it, with every level and every default, not the plan that was made of it.
package struct Explanation: Sendable {
    /// What a step costs the server.
    package enum Cost: String, Sendable, CaseIterable {
        /// Compares a few numbers.
        case compare
        /// Looks something up in a table, in the same time however long the list is.
        case lookUp = "look up"
        /// Takes from a counter.
        case count
        /// Reads every byte once.
        case read
        /// Verifies a signature.
        case signature
        /// Asks another server.
        case ask

        /// The word, in a few more.
        package var meaning: String {
            switch self {
            case .compare: "a few comparisons"
            case .lookUp: "one look into a table, however long the list is"
            case .count: "one counter is read and written"
            case .read: "every byte is read once, for all such steps together"
            case .signature: "cryptography, which no step before it needs"
            case .ask: "another server is asked, unless its answer is remembered"
            }
        }
    }

    /// When a step happens.
    package enum Phase: String, Sendable, CaseIterable {
        case handshake
        case frame = "each frame"
        case message = "each message"
        case serverMessage = "each message of the server"
        case open = "while it is open"
    }

    /// One thing that is decided.
    package struct Step: Sendable {
        package var phase: Phase
        /// What must be so, as a short sentence without a final period.
        package var text: String
        /// What it is refused with.
        package var violations: [Violation]
        /// How a refusal is told: `HTTP 403`, `close 4003`, `dropped`.
        package var answer: String
        package var cost: Cost
        package var mode: Mode
        /// `policy.yaml:7`; nil for what the protocol itself demands.
        package var place: String?
        /// Nobody wrote it: the language's default.
        package var isDefault: Bool
        /// The most memory that its counters take, all connections together; nil where there are none.
        package var memory: UInt64?
    }

    /// The steps for one route.
    package struct Route: Sendable {
        /// The path as it is written; nil where every path is admitted.
        package var pattern: String?
        package var place: String
        package var steps: [Step]
    }

    package var name: String
    package var routes: [Route]
    /// What happens to a path of no route; nil where every path is admitted.
    package var unrouted: Route?
    /// Findings that the author silenced: rule, place, reason.
    package var suppressions: [(rule: String, place: String, reason: String)]
    /// The most memory that all counters take, those of connections left out.
    package var memory: UInt64

    /// Explains a policy.
    ///
    /// - Parameters:
    ///   - policy: the policy with its levels combined.
    ///   - sources: the files that its places lie in.
    ///   - suppressions: the findings that its author silenced.
    package init(_ policy: ResolvedPolicy, sources: SourceSet, suppressions: [Suppression] = []) {
        let builder = ExplanationBuilder(policy, sources: sources)
        name = policy.name
        routes = builder.graph.routes.map { builder.route($0) }
        unrouted = builder.graph.hasPaths ? builder.unrouted : nil
        self.suppressions = suppressions.map { ($0.ruleID, builder.place($0.span), $0.reason) }
        memory = policy.limits.reduce(0) { $0 + (builder.memory($1) ?? 0) }
    }
}
