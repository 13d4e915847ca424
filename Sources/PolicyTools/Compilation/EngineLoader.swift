import Foundation
import PolicyDocument
package import PolicyPlan
package import PolicyRuntime
package import WebSocketPolicyJWT

/// Makes an engine of a policy or a plan, with the keys that it names.
package enum EngineLoader {
    /// Why there is no engine.
    package enum Problem: Error {
        /// The policy has findings of severity error.
        case findings([Finding])
        /// Everything else, as a sentence.
        case other(String)
    }

    /// An engine, and what is to be said of its policy all the same.
    package struct Loaded: Sendable {
        package let engine: PolicyEngine
        package let findings: [Finding]
        /// What is to be said of its keys.
        package let keyNotes: [String]
    }

    /// Loads a plan file, or compiles a policy.
    ///
    /// - Parameters:
    ///   - path: a plan by its first bytes, a policy otherwise.
    ///   - environment: where keys by `env` come from.
    ///   - fetch: gets the key sets that the plan names by address, if there are any.
    /// - Returns: the engine.
    /// - Throws: `Problem`.
    package static func engine(
        path: String,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        fetch: KeySetFetch = .nobody
    ) throws(Problem) -> Loaded {
        let (plan, findings) = try plan(path: path)
        let sources = keySources(environment, try fetch.copies(for: plan))
        do {
            // No store is asked here: as for limits, `onStoreFailure` decides.
            let tokens = try JWTAuthority(plan: plan, sources: sources, shared: SharedRevocations())
            let engine = try PolicyEngine(plan: plan, tokens: tokens)
            return Loaded(engine: engine, findings: findings, keyNotes: tokens.notes)
        } catch let error as KeyError {
            throw .other(error.message)
        } catch {
            throw .other("\(error)")
        }
    }

    /// Keys of the environment, of files, and of sets that were fetched.
    package static func keySources(
        _ environment: [String: String],
        _ copies: [String: KeySetCopy] = [:]
    ) -> KeySources {
        KeySources(
            variable: { environment[$0].map { Array($0.utf8) } },
            file: { FileManager.default.contents(atPath: $0).map { Array($0) } },
            isReadableByAll: { path in
                let mode = (try? FileManager.default.attributesOfItem(atPath: path))?[.posixPermissions] as? Int
                return (mode ?? 0) & 0o004 != 0
            },
            keySet: { copies[$0] }
        )
    }

    /// The plan of a plan file or a policy, and what is to be said of the policy all the same.
    package static func plan(path: String) throws(Problem) -> (Plan, [Finding]) {
        if let bytes = FileManager.default.contents(atPath: path), bytes.starts(with: PlanHeader.magic) {
            do throws(PlanError) { return (try Plan(verifying: Array(bytes)), []) } catch {
                throw .other("`\(path)` is \(error)")
            }
        }
        let compilation = PolicyCompilation.compile(path: path, reader: DiskReader())
        let findings = compilation.lint.findings.filter { $0.diagnostic.severity > .note }
        guard let bytes = compilation.plan else { throw .findings(findings) }
        do throws(PlanError) { return (try Plan(verifying: bytes), findings) } catch {
            throw .other("the plan of `\(path)` does not verify: \(error)")
        }
    }
}
