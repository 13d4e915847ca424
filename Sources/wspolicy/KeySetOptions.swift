import ArgumentParser
import Foundation
import PolicyPlan
import PolicyRuntime
import PolicyTools
import WebSocketPolicyRemote

/// How a command gets the key sets that a policy names by address.
struct KeySetOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Certificates as PEM; the servers of key sets must be signed by one of them, instead of by the system's.",
            valueName: "file"
        )
    )
    var trust: String?

    /// Fetches every key set of a plan, once.
    var fetch: KeySetFetch {
        KeySetFetch { plan throws(EngineLoader.Problem) in try copies(for: plan) }
    }

    private func copies(for plan: Plan) throws(EngineLoader.Problem) -> [String: KeySetCopy] {
        var settings = RemoteSettings()
        if let trust {
            guard let pem = FileManager.default.contents(atPath: trust) else {
                throw .other("`\(trust)` cannot be read")
            }
            settings.trust = .certificates(pem: Array(pem))
        }
        do throws(RemoteError) {
            let sets = try KeySetRefresher(plan: plan, settings: settings)
            try sets.fetchAllAndWait()
            var copies: [String: KeySetCopy] = [:]
            for address in sets.addresses { copies[address] = sets.copy(of: address) }
            return copies
        } catch {
            throw .other(error.description)
        }
    }
}
