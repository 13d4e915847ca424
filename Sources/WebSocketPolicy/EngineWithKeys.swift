public import PolicyPlan
public import PolicyRuntime
import WebSocketPolicyJWT

/// Why an engine cannot be made: a key that the policy names cannot be had.
public struct EngineSetupError: Error, Sendable, CustomStringConvertible {
    /// One sentence that names the key, and shows nothing of it.
    public let description: String
}

extension PolicyEngine {
    /// An engine for a plan, with the keys that the plan names.
    ///
    /// - Parameters:
    ///   - plan: a verified plan.
    ///   - variable: the bytes of an environment variable; nil where it is not set.
    ///   - file: the bytes of a file; nil where it cannot be read.
    /// - Throws: `EngineSetupError` with the name of a key that is missing, short, or in another encoding.
    public convenience init(
        plan: Plan,
        variable: @escaping @Sendable (String) -> [UInt8]?,
        file: @escaping @Sendable (String) -> [UInt8]?
    ) throws(EngineSetupError) {
        let tokens: JWTAuthority
        do throws(KeyError) {
            tokens = try JWTAuthority(plan: plan, sources: KeySources(variable: variable, file: file))
        } catch {
            throw EngineSetupError(description: error.message)
        }
        do throws(EngineError) { try self.init(plan: plan, tokens: tokens) } catch {
            throw EngineSetupError(description: "the plan needs what it was not given: \(error)")
        }
    }
}
