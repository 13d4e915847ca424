package import PolicyPlan
package import WebSocketProtocol

/// Who decides whether a token is what it says: signature, form, dates and claims.
///
/// The engine finds the token, counts attempts and keeps identities; the authority verifies, synchronously, in one call a
/// handshake. `JWTAuthority` of `WebSocketPolicyJWT` is the one for compact JWS.
package protocol TokenAuthority: AnyObject, Sendable {
    /// Verifies one token.
    ///
    /// - Parameters:
    ///   - token: its bytes as they stood in the request, percent-decoded; valid for the call.
    ///   - record: word index of the plan's `TokenRecord`.
    ///   - plan: the plan of the engine that asks.
    ///   - unixNanoseconds: the wall clock, nanoseconds since 1970.
    /// - Returns: the identity, or one of tokenInvalid, tokenExpired, tokenRevoked and claimForbidden.
    func verify(_ token: Span<UInt8>, record: Int, plan: PlanView, unixNanoseconds: Int64) -> TokenVerdict

    /// Judges a token by what was answered about it, after `verify` said `ask`.
    ///
    /// - Parameters:
    ///   - token: its bytes, as they were given to `verify`.
    ///   - answer: what came back.
    ///   - record: word index of the plan's `TokenRecord`.
    ///   - plan: the plan of the engine that asks.
    ///   - unixNanoseconds: the wall clock, nanoseconds since 1970.
    /// - Returns: as `verify` does, or storeUnavailable where nothing was answered; never `ask`.
    func judge(
        _ token: [UInt8],
        by answer: TokenAnswer,
        record: Int,
        plan: PlanView,
        unixNanoseconds: Int64
    ) -> TokenVerdict

    /// Whether a token check of the plan may say `ask`.
    func asksAboutTokens(plan: PlanView) -> Bool

    /// Who is refused although the token is right; nil where no policy lists anybody.
    var revocations: Revocations? { get }
}

/// What an authority says of a token.
package enum TokenVerdict: Sendable, Equatable {
    case accepted(TokenIdentity)
    /// - `source`: index into the plan's sources of the line that decided, or `none`.
    /// - `detail`: one sentence for the operator, which holds nothing of the token.
    case refused(Violation, source: UInt32, detail: String)
    /// Whoever is at the address of the token check's record must be asked first.
    case ask
}
