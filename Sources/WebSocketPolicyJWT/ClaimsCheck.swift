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

    /// The identity; or tokenInvalid; or tokenExpired when all else but the claims schema is right; or claimForbidden.
    func verdict(on payload: [UInt8], at now: Int64) -> TokenVerdict {
        guard let claims = TokenStructure.checked(payload, record: record, plan: plan) else {
            return .refused(
                .tokenInvalid,
                source: plan.word(record + TokenRecord.keysSource),
                detail: "the token's claims are no JSON object without duplicate members"
            )
        }
        do throws(Problem) {
            try checkIssuer(claims)
            try checkAudience(claims)
            let dates = try checkDates(claims, at: now)
            let subject = try subject(claims)
            let skew = Int64(clamping: plan.wide(record + TokenRecord.clockSkewLow))
            let end = dates.expiry.map { Self.sum($0, skew) }
            if let end, now >= end {
                return .refused(
                    .tokenExpired,
                    source: plan.word(record + TokenRecord.expirySource),
                    detail: "the token's `exp` is past"
                )
            }
            let root = plan.word(record + TokenRecord.claimsRoot)
            if root != none, !TokenStructure.passes(root, claims, plan) {
                return forbidden(root, claims)
            }
            let closes = plan.word(record + TokenRecord.closesAtExpiry) == 1
            return .accepted(TokenIdentity(subject: subject, closesAt: closes ? end : nil, payload: payload))
        } catch {
            return .refused(.tokenInvalid, source: error.source, detail: error.detail)
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

    private func checkIssuer(_ claims: borrowing PaddedBytes) throws(Problem) {
        let offset = plan.word(record + TokenRecord.issuerOffset)
        guard offset != none else { return }
        let wanted = text(record + TokenRecord.issuerOffset)
        guard let issuer = JSONLookup.find(["iss"], in: claims),
            JSONLookup.isString(issuer, equalTo: wanted.span, in: claims)
        else {
            throw Problem(
                detail: "the token's `iss` is not the policy's issuer",
                source: plan.word(record + TokenRecord.issuerSource)
            )
        }
    }

    private func checkAudience(_ claims: borrowing PaddedBytes) throws(Problem) {
        let source = plan.word(record + TokenRecord.audienceSource)
        let count = plan.word(record + TokenRecord.audienceCount)
        guard let audience = JSONLookup.find(["aud"], in: claims) else {
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
        for place in 0..<plan.index(record + TokenRecord.audienceCount) {
            let wanted = text(list + 2 * place)
            if JSONLookup.isString(value, equalTo: wanted.span, in: claims) { return true }
        }
        return false
    }

    private func checkDates(_ claims: borrowing PaddedBytes, at now: Int64) throws(Problem) -> Dates {
        let source = plan.word(record + TokenRecord.expirySource)
        let skew = Int64(clamping: plan.wide(record + TokenRecord.clockSkewLow))
        let dates = Dates(
            expiry: try date("exp", claims, source),
            notBefore: try date("nbf", claims, source),
            issued: try date("iat", claims, source)
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

    /// A date in nanoseconds, saturated; nil where the claim is missing.
    private func date(_ name: String, _ claims: borrowing PaddedBytes, _ source: UInt32) throws(Problem) -> Int64? {
        guard let value = JSONLookup.find([name], in: claims) else { return nil }
        guard let seconds = JSONLookup.integer(value, in: claims), seconds >= 0, seconds < Self.dateLimit,
            let nanoseconds = JSONLookup.integer(value, timesTenTo: 9, in: claims)
        else {
            throw Problem(detail: "the token's `\(name)` is no date", source: source)
        }
        return nanoseconds
    }

    private func subject(_ claims: borrowing PaddedBytes) throws(Problem) -> [UInt8]? {
        let list = plan.index(record + TokenRecord.subjectList)
        var tokens: [String] = []
        for place in 0..<plan.index(record + TokenRecord.subjectCount) {
            tokens.append(String(decoding: text(list + 2 * place), as: UTF8.self))
        }
        guard let value = JSONLookup.find(tokens, in: claims) else { return nil }
        if let subject = JSONLookup.string(value, in: claims), !subject.isEmpty { return subject }
        if value.kind == .number {
            var digits: [UInt8] = []
            for place in value.range { digits.append(claims.bytes[place]) }
            if digits.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) }) { return digits }
        }
        throw Problem(
            detail: "the token's subject is neither a text nor a whole number",
            source: plan.word(record + TokenRecord.subjectSource)
        )
    }

    private func text(_ place: Int) -> [UInt8] {
        let offset = plan.index(place)
        return (0..<plan.index(place + 1)).map { plan.byte(offset + $0) }
    }

    private static func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }
}
