import PolicyDocument
import PolicyModel

/// Drops message checks that refuse nothing: `format: any` without types.
///
/// Why: what has no check needs no record, and the runtime forwards it without a look. That text is UTF-8 holds for every
/// connection.
package enum DropIdleMessages: GraphPass {
    package static let name = "drop-idle-messages"

    package static func run(_ graph: inout DecisionGraph) {
        for route in graph.routes.indices {
            guard var traffic = graph.routes[route].traffic else { continue }
            drop(&traffic.client)
            drop(&traffic.server)
            graph.routes[route].traffic = traffic
        }
    }

    private static func drop(_ messages: inout Pipeline.Traffic.Messages) {
        if isIdle(messages.enforced) { messages.enforced = nil }
        if isIdle(messages.observed) { messages.observed = nil }
    }

    private static func isIdle(_ check: MessageCheck?) -> Bool {
        guard let check else { return false }
        return check.format.value == .any && check.types == nil
    }
}
