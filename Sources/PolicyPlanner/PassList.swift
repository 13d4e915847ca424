/// Work on a graph that changes how a decision is reached, not which one it is.
package protocol GraphPass: Sendable {
    /// What dumps call it, in kebab-case.
    static var name: String { get }
    /// Rewrites the graph.
    static func run(_ graph: inout DecisionGraph)
}

/// The passes, in the order in which they run.
package enum PassList {
    package static let all: [any GraphPass.Type] = [
        DropShadowedEntries.self,
        LiftUniversalLists.self,
        // Behind the two above: shorter lists are compared, and a list that holds everybody implies nothing.
        DropImpliedChecks.self,
        // Behind the one above: a wider list that follows a narrower one is gone by now.
        IntersectOriginLists.self,
        DropIdleMessages.self,
    ]

    /// The graph after all passes.
    package static func run(_ graph: DecisionGraph) -> DecisionGraph {
        var graph = graph
        for pass in all { pass.run(&graph) }
        return graph
    }
}
