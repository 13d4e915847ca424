import NIOCore
public import PolicyRuntime

/// Who is revoked on every instance: the list for an engine, and how it is changed.
extension RedisStore {
    /// The list of who is revoked of a policy, kept like the store's in the background: for the engine of that policy.
    ///
    ///     let engine = try PolicyEngine(plan: plan, …, sharedRevocations: store.revocations(of: plan.name))
    ///
    /// - Parameter policy: the policy's name.
    /// - Returns: the same list each time.
    public func revocations(of policy: String) -> SharedRevocations { feed.list(of: policy) }

    /// Refuses a subject from now on, on every instance; its open connections close.
    ///
    /// Revoking once more makes nothing shorter. After an error it may be in the list nevertheless; it can be tried again.
    ///
    /// - Parameters:
    ///   - subject: as tokens have it; a number in its digits.
    ///   - policy: the policy's name.
    ///   - unixSeconds: when it ends by itself, seconds since 1970; nil: when it is restored.
    /// - Throws: `StoreError` where the store does not take it.
    public func revoke(subject: String, of policy: String, until unixSeconds: Int64? = nil) async throws(StoreError) {
        try await write(.subject, subject, of: policy, isRevoked: true, until: unixSeconds)
    }

    /// Refuses one token from now on, on every instance; its open connections close.
    ///
    /// - Parameters:
    ///   - tokenID: the token's `jti`.
    ///   - policy: the policy's name.
    ///   - unixSeconds: the token's `exp`, seconds since 1970, to which five minutes are added, as clocks may differ; nil: when it
    ///     is restored.
    /// - Throws: `StoreError` where the store does not take it.
    public func revoke(tokenID: String, of policy: String, until unixSeconds: Int64? = nil) async throws(StoreError) {
        try await write(.tokenID, tokenID, of: policy, isRevoked: true, until: unixSeconds.map(Self.skewed))
    }

    /// Takes back what revoked a subject.
    ///
    /// - Parameters:
    ///   - subject: as it was revoked.
    ///   - policy: the policy's name.
    /// - Throws: `StoreError` where the store does not take it.
    public func restore(subject: String, of policy: String) async throws(StoreError) {
        try await write(.subject, subject, of: policy, isRevoked: false, until: nil)
    }

    /// Takes back what revoked a token.
    ///
    /// - Parameters:
    ///   - tokenID: as it was revoked.
    ///   - policy: the policy's name.
    /// - Throws: `StoreError` where the store does not take it.
    public func restore(tokenID: String, of policy: String) async throws(StoreError) {
        try await write(.tokenID, tokenID, of: policy, isRevoked: false, until: nil)
    }

    /// The largest `clockSkew` of the language, in seconds: until then after its `exp` a token may be accepted.
    private static func skewed(_ seconds: Int64) -> Int64 { seconds > .max - 300 ? .max : seconds + 300 }

    private func write(
        _ kind: SharedRevocations.Kind,
        _ text: String,
        of policy: String,
        isRevoked: Bool,
        until unixSeconds: Int64?
    ) async throws(StoreError) {
        let name = names.naming(of: policy)(kind, Array(text.utf8))
        let written: RevocationFeed.Written = await withCheckedContinuation { continuation in
            feed.loop.execute {
                self.feed.write(
                    name,
                    of: policy,
                    isRevoked: isRevoked,
                    until: unixSeconds,
                    before: .now() + self.revokingTimeout
                ) { continuation.resume(returning: $0) }
            }
        }
        switch written {
        case .yes: return
        case .full: throw .listIsFull
        case .unreached: throw .unreached
        }
    }
}
