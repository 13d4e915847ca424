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
    ///   - isReadableByAll: whether every user of the machine may read a file; no file is, where this is left out.
    ///   - note: hears, a sentence each, what whoever starts the server should know of the keys.
    /// - Throws: `EngineSetupError` with the name of a key that is missing, short, or cannot verify the policy's tokens.
    public convenience init(
        plan: Plan,
        variable: @escaping @Sendable (String) -> [UInt8]?,
        file: @escaping @Sendable (String) -> [UInt8]?,
        isReadableByAll: @escaping @Sendable (String) -> Bool = { _ in false },
        note: (String) -> Void = { _ in }
    ) throws(EngineSetupError) {
        let tokens: JWTAuthority
        let sources = KeySources(variable: variable, file: file, isReadableByAll: isReadableByAll)
        do throws(KeyError) { tokens = try JWTAuthority(plan: plan, sources: sources) } catch {
            throw EngineSetupError(description: error.message)
        }
        tokens.notes.forEach(note)
        do throws(EngineError) { try self.init(plan: plan, tokens: tokens) } catch {
            throw EngineSetupError(description: "the plan needs what it was not given: \(error)")
        }
    }
}

extension PolicyEngine {
    /// Reads the lists of `token.revoked` anew.
    ///
    /// Whoever stands in them is refused from now on, and their open connections close with tokenRevoked at their next
    /// frame, message or tick.
    ///
    /// - Parameter file: the bytes of a file; nil where it cannot be read.
    /// - Throws: `EngineSetupError` where a list cannot be read; all of them stay as they were.
    public func reloadRevocations(
        file: @escaping @Sendable (String) -> [UInt8]?
    ) throws(EngineSetupError) {
        guard let tokens = tokens as? JWTAuthority else { return }
        do throws(KeyError) {
            try tokens.reloadRevocations(plan: plan.view, sources: KeySources(variable: { _ in nil }, file: file))
        } catch {
            throw EngineSetupError(description: error.message)
        }
    }
}
