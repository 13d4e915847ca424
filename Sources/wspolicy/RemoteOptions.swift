import ArgumentParser
import Foundation
import PolicyPlan
import PolicyRuntime
import PolicyTools
import WebSocketPolicyRemote

/// How a command gets what a policy names elsewhere: key sets, and answers about opaque tokens.
struct RemoteOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Certificates as PEM; servers that the policy names must be signed by one of them, not by the system's.",
            valueName: "file"
        )
    )
    var trust: String?

    @Option(
        help: ArgumentHelp(
            "The environment variable whose value is the Authorization field of questions about opaque tokens.",
            valueName: "variable"
        )
    )
    var introspectionCredentials: String?

    /// Fetches every key set of a plan, once.
    var fetch: KeySetFetch {
        KeySetFetch { plan throws(EngineLoader.Problem) in try copies(for: plan) }
    }

    /// Asks about opaque tokens.
    ///
    /// - Throws: `RemoteError` where what is to be trusted cannot be read.
    func introspector() throws(RemoteError) -> TokenIntrospector {
        var settings = RemoteSettings()
        settings.trust = try trusted()
        settings.note = { Console.complain("note: \($0)") }
        if let introspectionCredentials {
            settings.introspectionAuthorization = ProcessInfo.processInfo.environment[introspectionCredentials]
        }
        return try TokenIntrospector(settings: settings)
    }

    private func trusted() throws(RemoteError) -> RemoteSettings.Trust {
        guard let trust else { return .system }
        guard let pem = FileManager.default.contents(atPath: trust) else {
            throw RemoteError("`\(trust)` cannot be read")
        }
        return .certificates(pem: Array(pem))
    }

    private func copies(for plan: Plan) throws(EngineLoader.Problem) -> [String: KeySetCopy] {
        do throws(RemoteError) {
            var settings = RemoteSettings()
            settings.trust = try trusted()
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
