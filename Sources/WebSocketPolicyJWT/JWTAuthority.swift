import Crypto
package import PolicyPlan
package import PolicyRuntime
import WebSocketProtocol

/// Verifies compact JWS with the keys that a plan names (RFC 7515, RFC 7519, RFC 8725).
///
/// The policy pins algorithm and keys; the token's header chooses nothing.
package struct JWTAuthority: TokenAuthority {
    private let keys: KeyRing
    /// Where the keywords of claims schemas were written.
    private let sources: ProgramSources

    /// Resolves the keys of a plan's token checks.
    ///
    /// - Parameters:
    ///   - plan: the plan of the engine that will ask.
    ///   - sources: the environment and the files to read keys from.
    /// - Throws: `KeyError` with the name of the first key that cannot be had.
    package init(plan: Plan, sources: KeySources) throws(KeyError) {
        self.sources = plan.programSources
        keys = try KeyRing(plan: plan.view, records: Self.tokenRecords(of: plan.view), sources: sources)
    }

    package func verify(
        _ token: Span<UInt8>,
        record: Int,
        plan: PlanView,
        unixNanoseconds: Int64
    ) -> TokenVerdict {
        let section = plan.word(record + TokenRecord.keysSource)
        func invalid(_ detail: String, _ source: UInt32) -> TokenVerdict {
            .refused(.tokenInvalid, source: source, detail: detail)
        }
        let parts: CompactToken
        do throws(CompactToken.Problem) { parts = try CompactToken(token) } catch {
            return invalid(error.rawValue, section)
        }
        let claims = ClaimsCheck(record: record, plan: plan, sources: sources)
        if let problem = HeaderCheck.problem(parts.header, record: record, plan: plan) {
            return invalid(problem, plan.word(record + TokenRecord.algorithmsSource))
        }
        guard isSigned(token, parts, record, plan) else {
            return invalid("no key of the policy made the token's signature", section)
        }
        return claims.verdict(on: parts.payload, at: unixNanoseconds)
    }

    private func isSigned(_ token: Span<UInt8>, _ parts: CompactToken, _ record: Int, _ plan: PlanView) -> Bool {
        var isSigned = false
        for place in 0..<plan.index(record + TokenRecord.keyCount) {
            let key = plan.index(record + TokenRecord.keyList) + place * TokenKeyRecord.wordCount
            guard var state = keys[key] else { continue }
            // The token's memory is valid for the call; the signed part is its beginning.
            unsafe token.extracting(first: parts.signedByteCount).withUnsafeBytes { unsafe state.update(data: $0) }
            // Comparing with a MAC takes the same time wherever it differs.
            if state.finalize() == parts.signature { isSigned = true }
        }
        return isSigned
    }

    private static func tokenRecords(of plan: PlanView) -> [Int] {
        var records: Set<Int> = []
        let routes = plan.index(plan.policy + PolicyRecord.routeList)
        for place in 0..<plan.index(plan.policy + PolicyRecord.routeCount) {
            let route = routes + place * RouteRecord.wordCount
            for step in 0..<plan.index(route + RouteRecord.stepCount) {
                let step = plan.index(route + RouteRecord.stepList) + step * StepRecord.wordCount
                guard plan.word(step + StepRecord.kind) == StepKind.token.rawValue else { continue }
                records.insert(plan.index(step + StepRecord.operand))
            }
        }
        return records.sorted()
    }
}
