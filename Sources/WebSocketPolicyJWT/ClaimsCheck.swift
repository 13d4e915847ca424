import PolicyPlan
import PolicyRuntime
import WebSocketProtocol

/// What a verified token's claims must say (RFC 7519 §4.1).
struct ClaimsCheck {
    /// Dates from here on are no dates: 2^53 seconds.
    private static let dateLimit: Int64 = 1 << 53

    let record: Int
    let plan: PlanView
    let sources: ProgramSources
    let revocations: Revocations?

    private struct Problem: Error {
        let detail: String
        let source: UInt32
    }

    /// Dates in nanoseconds since 1970.
    private struct Dates {
        var expiry: Int64?
        var notBefore: Int64?
        var issued: Int64?
    }

    /// What is found of claims.
    struct Found {
        let verdict: TokenVerdict
        /// From when to before when an accepted token stays accepted; nanoseconds since 1970.
        var validity: Range<Int64> = 0..<0
    }

    /// The identity; or tokenInvalid; or tokenExpired when all else but the claims schema is right; or
    /// tokenRevoked; or claimForbidden.
    func verdict(on payload: [UInt8], at now: Int64, _ workspace: inout VerificationWorkspace) -> Found {
        workspace.claims.replaceAll(with: payload.span)
        return verdict(on: payload, workspace.claims, at: now, &workspace.scratch)
    }

    private func verdict(
        on payload: [UInt8],
        _ claims: borrowing PaddedBytes,
        at now: Int64,
        _ scratch: inout ContentScratch
    ) -> Found {
        // What passes the claims schema is an object without duplicate members: its program says so first.
        let schema = plan.word(record + TokenRecord.claimsRoot)
        let fits = schema != none && TokenStructure.passes(schema, claims, plan, &scratch)
        guard fits || TokenStructure.passes(plan.word(record + TokenRecord.structureRoot), claims, plan, &scratch),
            let root = JSONLookup.object(of: claims)
        else {
            return Found(
                verdict: .refused(
                    .tokenInvalid,
                    source: plan.word(record + TokenRecord.keysSource),
                    detail: "the token's claims are no JSON object without duplicate members"
                )
            )
        }
        do throws(Problem) {
            let list = plan.index(record + TokenRecord.subjectList)
            let isMember = plan.index(record + TokenRecord.subjectCount) == 1
            let registered = RegisteredClaims(of: root, and: isMember ? text(list) : nil, in: claims)
            try checkIssuer(registered.issuer, claims)
            try checkAudience(registered.audience, claims)
            let dates = try checkDates(registered, claims, at: now)
            let whose = try subject(isMember ? registered.wanted : subjectValue(root, claims), claims)
            let skew = Int64(clamping: plan.wide(record + TokenRecord.clockSkewLow))
            let end = dates.expiry.map { Self.sum($0, skew) }
            if let end, now >= end {
                return Found(
                    verdict: .refused(
                        .tokenExpired,
                        source: plan.word(record + TokenRecord.expirySource),
                        detail: "the token's `exp` is past"
                    )
                )
            }
            // Nobody else asks for them.
            let subject = revocations == nil ? nil : whose.map { TokenIdentity.bytes(of: $0, in: payload) }
            let id = revocations == nil ? nil : registered.id.flatMap { JSONLookup.string($0, in: claims) }
            let names = revocations?.names(id: id, subject: subject)
            if let source = revocations?.source(
                id: id,
                subject: subject,
                names: names,
                record: record,
                plan,
                at: now
            ) {
                return Found(
                    verdict: .refused(
                        .tokenRevoked,
                        source: source,
                        detail: "the token, or its subject, has been revoked"
                    )
                )
            }
            if schema != none, !fits { return Found(verdict: forbidden(schema, claims)) }
            let closes = plan.word(record + TokenRecord.closesAtExpiry) == 1
            let identity = TokenIdentity(
                of: whose,
                id: id,
                closesAt: closes ? end : nil,
                payload: payload,
                revocationNames: names
            )
            let start = max(dates.notBefore ?? .min, dates.issued ?? .min)
            let from = start == .min ? .min : start - skew
            return Found(verdict: .accepted(identity), validity: from..<max(from, end ?? .max))
        } catch {
            return Found(verdict: .refused(.tokenInvalid, source: error.source, detail: error.detail))
        }
    }

    /// Names the place in the claims and the keyword, never a claim's value.
    private func forbidden(_ root: UInt32, _ claims: borrowing PaddedBytes) -> TokenVerdict {
        let report = ContentReport.make(program: plan.program, root: root, sources: sources, message: claims)
        let place =
            report.map { $0.pointer.isEmpty ? "the claims do" : "the claim at `\($0.pointer)` does" } ?? "the claims do"
        return .refused(
            .claimForbidden,
            source: report?.source ?? plan.word(record + TokenRecord.keysSource),
            detail: "\(place) not fit the policy's claims schema"
        )
    }

    private func checkIssuer(_ issuer: JSONLookup.Value?, _ claims: borrowing PaddedBytes) throws(Problem) {
        let offset = plan.word(record + TokenRecord.issuerOffset)
        guard offset != none else { return }
        guard let issuer, JSONLookup.isString(issuer, equalTo: text(record + TokenRecord.issuerOffset), in: claims)
        else {
            throw Problem(
                detail: "the token's `iss` is not the policy's issuer",
                source: plan.word(record + TokenRecord.issuerSource)
            )
        }
    }

    private func checkAudience(_ audience: JSONLookup.Value?, _ claims: borrowing PaddedBytes) throws(Problem) {
        let source = plan.word(record + TokenRecord.audienceSource)
        let count = plan.word(record + TokenRecord.audienceCount)
        guard let audience else {
            guard count == none else { throw Problem(detail: "the token has no `aud`", source: source) }
            return
        }
        guard count != none else {
            throw Problem(detail: "the token has an `aud`, and the policy names none", source: source)
        }
        var isMeant = false
        switch audience.kind {
        case .string: isMeant = isListed(audience, claims)
        case .array:
            var item = JSONLookup.item(after: nil, of: audience, in: claims)
            while let value = item {
                guard value.kind == .string else {
                    throw Problem(detail: "the token's `aud` holds what is no string", source: source)
                }
                if isListed(value, claims) { isMeant = true }
                item = JSONLookup.item(after: value, of: audience, in: claims)
            }
        case .null, .true, .false, .number, .object: break
        }
        guard isMeant else { throw Problem(detail: "the token's `aud` names nobody of the policy's", source: source) }
    }

    private func isListed(_ value: JSONLookup.Value, _ claims: borrowing PaddedBytes) -> Bool {
        let list = plan.index(record + TokenRecord.audienceList)
        for place in 0..<plan.index(record + TokenRecord.audienceCount)
        where JSONLookup.isString(value, equalTo: text(list + 2 * place), in: claims) {
            return true
        }
        return false
    }

    private func checkDates(
        _ registered: RegisteredClaims,
        _ claims: borrowing PaddedBytes,
        at now: Int64
    ) throws(Problem) -> Dates {
        let source = plan.word(record + TokenRecord.expirySource)
        let skew = Int64(clamping: plan.wide(record + TokenRecord.clockSkewLow))
        let dates = Dates(
            expiry: try date(registered.expiry, "exp", claims, source),
            notBefore: try date(registered.notBefore, "nbf", claims, source),
            issued: try date(registered.issued, "iat", claims, source)
        )
        if dates.expiry == nil, plan.word(record + TokenRecord.expiryRequired) == 1 {
            throw Problem(detail: "the token has no `exp`", source: source)
        }
        if let notBefore = dates.notBefore, now < notBefore - skew {
            throw Problem(detail: "the token's `nbf` is still to come", source: source)
        }
        if let issued = dates.issued, issued > Self.sum(now, skew) {
            throw Problem(detail: "the token's `iat` is still to come", source: source)
        }
        let lifetime = plan.wide(record + TokenRecord.lifetimeLow)
        if lifetime != .max {
            let source = plan.word(record + TokenRecord.lifetimeSource)
            guard let issued = dates.issued, let expiry = dates.expiry else {
                throw Problem(detail: "the token has no `iat` and `exp` to tell its lifetime", source: source)
            }
            guard expiry - issued <= Int64(clamping: lifetime) else {
                throw Problem(detail: "the token lives longer than the policy allows", source: source)
            }
        }
        return dates
    }

    /// Most dates are ten digits; nil for every other form.
    private func wholeSeconds(_ value: JSONLookup.Value, _ claims: borrowing PaddedBytes) -> Int64? {
        guard value.kind == .number, value.range.count <= 10 else { return nil }
        var seconds: Int64 = 0
        let bytes = claims.bytes
        var rest = value.range
        if rest.count >= 8 {
            guard let eight = Self.eightDigits(bytes.word(at: rest.lowerBound)) else { return nil }
            seconds = eight
            rest = (rest.lowerBound + 8)..<rest.upperBound
        }
        for place in rest {
            guard bytes[place] &- 0x30 < 10 else { return nil }
            seconds = seconds &* 10 &+ Int64(bytes[place] &- 0x30)
        }
        // Beyond this, nanoseconds have no room in 64 bits.
        return seconds <= 9_223_372_035 ? seconds : nil
    }

    /// The number of eight decimal digits, the first in the lowest byte; nil where a byte is none.
    static func eightDigits(_ word: UInt64) -> Int64? {
        let values = word ^ (ASCII.ones &* 0x30)
        // Six more carry into the upper half of a byte from ten on.
        guard (values | (values &+ ASCII.ones &* 6)) & (ASCII.ones &* 0xF0) == 0 else { return nil }
        // Neighbours become numbers of two digits, of four, of eight.
        let twos = (values &* 10 &+ values &>> 8) & 0x00FF_00FF_00FF_00FF
        let fours = (twos &* 100 &+ twos &>> 16) & 0x0000_FFFF_0000_FFFF
        return Int64(truncatingIfNeeded: (fours &* 10_000 &+ fours &>> 32) & 0xFFFF_FFFF)
    }

    /// A date in nanoseconds, saturated; nil where the claim is missing.
    private func date(
        _ value: JSONLookup.Value?,
        _ name: StaticString,
        _ claims: borrowing PaddedBytes,
        _ source: UInt32
    ) throws(Problem) -> Int64? {
        guard let value else { return nil }
        if let seconds = wholeSeconds(value, claims) { return seconds &* 1_000_000_000 }
        guard let seconds = JSONLookup.integer(value, in: claims), seconds >= 0, seconds < Self.dateLimit,
            let nanoseconds = JSONLookup.integer(value, timesTenTo: 9, in: claims)
        else {
            throw Problem(detail: "the token's `\(name)` is no date", source: source)
        }
        return nanoseconds
    }

    /// The value at the policy's pointer; nil where there is none.
    private func subjectValue(_ root: JSONLookup.Value, _ claims: borrowing PaddedBytes) -> JSONLookup.Value? {
        let list = plan.index(record + TokenRecord.subjectList)
        var value = root
        for place in 0..<plan.index(record + TokenRecord.subjectCount) {
            guard let next = JSONLookup.step(text(list + 2 * place), from: value, in: claims) else { return nil }
            value = next
        }
        return value
    }

    private func subject(
        _ value: JSONLookup.Value?,
        _ claims: borrowing PaddedBytes
    ) throws(Problem) -> TokenIdentity.Subject? {
        guard let value else { return nil }
        if let range = JSONLookup.plainText(value, in: claims), !range.isEmpty { return .inPayload(range) }
        if let subject = JSONLookup.string(value, in: claims), !subject.isEmpty { return .decoded(subject) }
        throw Problem(
            detail: "the token's subject is neither a text nor a whole number",
            source: plan.word(record + TokenRecord.subjectSource)
        )
    }

    /// A text of the plan.
    @_lifetime(borrow self)
    private func text(_ place: Int) -> Span<UInt8> {
        let span = plan.span(offset: plan.index(place), length: plan.index(place + 1))
        // The plan outlives the check.
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    private static func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }
}
