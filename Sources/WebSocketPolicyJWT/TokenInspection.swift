package import PolicyPlan
import PolicyRuntime
package import WebSocketProtocol

/// What a token says, and what a policy says of it; for whoever tries one by hand.
package struct TokenInspection {
    /// JSON as it stands in the token; nil where the part is not to be read.
    package let header: String?
    package let claims: String?
    /// Dates among the claims, seconds since 1970.
    package let dates: [(name: String, seconds: Int64)]
    /// Why it is no compact JWS; nil where it is one.
    package let problem: String?

    package init(_ token: String) {
        let bytes = Array(token.utf8)
        do throws(CompactToken.Problem) {
            let parts = try CompactToken(bytes.span)
            let head = try parts.header(bytes.span)
            let payload = try parts.payload(bytes.span)
            var signature: [UInt8] = []
            try parts.signature(bytes.span, into: &signature)
            header = String(validating: head, as: UTF8.self)
            claims = String(validating: payload, as: UTF8.self)
            dates = Self.dates(payload)
            problem = nil
        } catch {
            header = nil
            claims = nil
            dates = []
            problem = error.rawValue
        }
    }

    private static func dates(_ payload: [UInt8]) -> [(name: String, seconds: Int64)] {
        var message = PaddedBytes()
        message.append(payload.span)
        guard let root = JSONLookup.root(of: message), root.kind == .object else { return [] }
        var found: [(name: String, seconds: Int64)] = []
        for name in ["iat", "nbf", "exp"] {
            guard let value = JSONLookup.step(Array(name.utf8).span, from: root, in: message),
                let seconds = JSONLookup.integer(value, in: message)
            else { continue }
            found.append((name, seconds))
        }
        return found
    }

    /// What the token checks of a plan say of a token.
    ///
    /// - Parameters:
    ///   - token: its text.
    ///   - plan: whose checks.
    ///   - sources: where the plan's keys come from.
    ///   - unixNanoseconds: the moment.
    /// - Returns: by route, as the policy writes its path: nil where the token is accepted, else the violation and why.
    /// - Throws: `KeyError` where a key cannot be had.
    package static func verdicts(
        on token: String,
        plan: Plan,
        sources: KeySources,
        unixNanoseconds: Int64
    ) throws(KeyError) -> [(route: String, refusal: (violation: Violation, detail: String)?)] {
        let authority = try JWTAuthority(plan: plan, sources: sources)
        let view = plan.view
        let bytes = Array(token.utf8)
        var found: [(route: String, refusal: (violation: Violation, detail: String)?)] = []
        let routes = view.index(view.policy + PolicyRecord.routeList)
        for place in 0..<view.index(view.policy + PolicyRecord.routeCount) {
            let route = routes + place * RouteRecord.wordCount
            for step in 0..<view.index(route + RouteRecord.stepCount) {
                let step = view.index(route + RouteRecord.stepList) + step * StepRecord.wordCount
                guard view.word(step + StepRecord.kind) == StepKind.token.rawValue else { continue }
                let verdict = authority.verify(
                    bytes.span,
                    record: view.index(step + StepRecord.operand),
                    plan: view,
                    unixNanoseconds: unixNanoseconds
                )
                let name = view.text(
                    offset: view.index(route + RouteRecord.patternOffset),
                    length: view.index(route + RouteRecord.patternLength)
                )
                switch verdict {
                case .accepted: found.append((name, nil))
                case .refused(let violation, _, let detail): found.append((name, (violation, detail)))
                case .ask:
                    found.append((name, (.storeUnavailable, "somebody must be asked about it, who is not asked here")))
                }
            }
        }
        return found
    }
}
