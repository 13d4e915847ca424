import PolicyDocument
import PolicyModel

/// Takes away `clients.allow` lists that hold every address.
///
/// Why: `[0.0.0.0/0, "::/0"]` would be two searches that never refuse. The check itself stays: it refuses a client whose
/// address cannot be read. For the same reason an `origins` check that admits every site stays: it refuses what is no
/// origin at all.
package enum LiftUniversalLists: GraphPass {
    package static let name = "lift-universal-lists"

    package static func run(_ graph: inout DecisionGraph) {
        for route in graph.routes.indices { lift(&graph.routes[route]) }
        lift(&graph.unrouted)
    }

    private static func lift(_ pipeline: inout Pipeline) {
        for index in pipeline.steps.indices {
            guard case .clients(var check) = pipeline.steps[index].check, let allow = check.allow else { continue }
            let coverage = AddressCoverage(allow.value.map(\.value))
            guard coverage.holdsEverything else { continue }
            check.allow = nil
            pipeline.steps[index].check = .clients(check)
        }
    }
}
