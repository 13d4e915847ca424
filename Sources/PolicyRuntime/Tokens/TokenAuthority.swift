package import PolicyPlan
package import WebSocketProtocol

/// Who decides whether a token is what it says: signature, form, dates and claims.
///
/// The engine finds the token, counts attempts and keeps identities; the authority verifies, synchronously, in one call a
/// handshake. `JWTAuthority` of `WebSocketPolicyJWT` is the one for compact JWS.
package protocol TokenAuthority: Sendable {
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

/// Whom a verified token belongs to; a class, so that a handshake hands one reference on.
package final class TokenIdentity: Sendable, Equatable {
    /// UTF-8 of the subject; nil where the token has none.
    package let subject: [UInt8]?
    /// UTF-8 of the token's own id (`jti`); nil where it has none.
    package let id: [UInt8]?
    /// The moment at which the connection closes, nanoseconds since 1970, clock skew added; nil where it does not.
    package let closesAt: Int64?
    /// The claims as JSON, for limits per claim.
    package let payload: [UInt8]
    /// Both in the list that all instances share; nil where the policy shares none.
    package let revocationNames: RevocationNames?

    package init(
        subject: [UInt8]?,
        id: [UInt8]? = nil,
        closesAt: Int64?,
        payload: [UInt8],
        revocationNames: RevocationNames? = nil
    ) {
        self.subject = subject
        self.id = id
        self.closesAt = closesAt
        self.payload = payload
        self.revocationNames = revocationNames
    }

    package static func == (left: TokenIdentity, right: TokenIdentity) -> Bool {
        left === right
            || left.subject == right.subject && left.id == right.id && left.closesAt == right.closesAt
                && left.payload == right.payload
    }
}
