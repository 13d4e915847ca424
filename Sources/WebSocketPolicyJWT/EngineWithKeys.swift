public import PolicyPlan
public import PolicyRuntime

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
    ///   - previous: the engine that this one takes the place of: limits that both have go on counting where they were, and a
    ///     limit with other numbers begins with what the old one's counters imply.
    ///   - variable: the bytes of an environment variable; nil where it is not set.
    ///   - file: the bytes of a file; nil where it cannot be read.
    ///   - keySet: the key set of an address, as somebody fetched it; nil where nobody did.
    ///   - sharedRevocations: who is revoked on every instance, where the policy shares that: a store's, or `SharedRevocations()`
    ///     where `onStoreFailure` may decide for good. Left out, it is the previous engine's of a policy with the same name.
    ///   - isReadableByAll: whether every user of the machine may read a file; no file is, where this is left out.
    ///   - note: hears, a sentence each, what whoever starts the server should know of the keys.
    /// - Throws: `EngineSetupError` with the name of a key that is missing, short, or cannot verify the policy's tokens.
    public convenience init(
        plan: Plan,
        keepingCountersOf previous: PolicyEngine? = nil,
        variable: @escaping @Sendable (String) -> [UInt8]?,
        file: @escaping @Sendable (String) -> [UInt8]?,
        keySet: @escaping @Sendable (String) -> KeySetCopy? = { _ in nil },
        sharedRevocations: SharedRevocations? = nil,
        isReadableByAll: @escaping @Sendable (String) -> Bool = { _ in false },
        note: (String) -> Void = { _ in }
    ) throws(EngineSetupError) {
        let tokens: JWTAuthority
        let sources = KeySources(variable: variable, file: file, isReadableByAll: isReadableByAll, keySet: keySet)
        let kept = previous?.plan.name == plan.name ? previous?.sharedRevocations : nil
        do throws(KeyError) {
            tokens = try JWTAuthority(
                plan: plan,
                sources: sources,
                after: previous?.tokens as? JWTAuthority,
                shared: sharedRevocations ?? kept
            )
        } catch {
            throw EngineSetupError(description: error.message)
        }
        tokens.notes.forEach(note)
        do throws(EngineError) { try self.init(plan: plan, tokens: tokens, keepingCountersOf: previous) } catch {
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

extension PolicyEngine {
    /// The addresses of the key sets that the plan names.
    public var keySetAddresses: [String] { JWTAuthority.keySetAddresses(of: plan) }

    /// Takes a newer copy of a key set, whole: its keys verify tokens from now on, and those before it do not.
    ///
    /// `KeySetRefresher` of `WebSocketPolicyRemote` does it by itself; this is for whoever fetches otherwise.
    ///
    /// - Parameters:
    ///   - address: one of `keySetAddresses`; another one changes nothing.
    ///   - copy: the set.
    /// - Throws: `EngineSetupError` where it is no key set for the policy's tokens; the one before stays in use.
    public func replaceKeySet(at address: String, with copy: KeySetCopy) throws(EngineSetupError) {
        guard let tokens = tokens as? JWTAuthority else { return }
        do throws(KeyError) { try tokens.replaceKeySet(address, with: copy, plan: plan.view) } catch {
            throw EngineSetupError(description: error.message)
        }
    }

    /// Which key sets lack a key that a token has named since this was last asked: newer copies may have it.
    public func takeKeySetDemand() -> Set<String> {
        (tokens as? JWTAuthority)?.keySetDemand.take() ?? []
    }
}
