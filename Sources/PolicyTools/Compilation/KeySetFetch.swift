package import PolicyPlan
package import PolicyRuntime
import WebSocketPolicyJWT

/// Who fetches the key sets that a plan names by address.
package struct KeySetFetch {
    private let fetch: (Plan) throws(EngineLoader.Problem) -> [String: KeySetCopy]

    /// - Parameter fetch: the sets of a plan by their addresses.
    package init(_ fetch: @escaping (Plan) throws(EngineLoader.Problem) -> [String: KeySetCopy]) {
        self.fetch = fetch
    }

    /// Nobody: a plan with such sets then lacks its keys.
    package static var nobody: KeySetFetch { KeySetFetch { _ throws(EngineLoader.Problem) in [:] } }

    /// The key sets of a plan, where it names any by address.
    func copies(for plan: Plan) throws(EngineLoader.Problem) -> [String: KeySetCopy] {
        JWTAuthority.keySetAddresses(of: plan).isEmpty ? [:] : try fetch(plan)
    }
}
