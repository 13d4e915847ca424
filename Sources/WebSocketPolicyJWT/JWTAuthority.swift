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
    private let verified = VerifiedTokens()
    package let revocations: RevocationList?

    /// Resolves the keys of a plan's token checks.
    ///
    /// - Parameters:
    ///   - plan: the plan of the engine that will ask.
    ///   - sources: the environment and the files to read keys from.
    /// - Throws: `KeyError` with the name of the first key that cannot be had.
    package init(plan: Plan, sources: KeySources) throws(KeyError) {
        self.sources = plan.programSources
        let records = Self.tokenRecords(of: plan.view)
        keys = try KeyRing(plan: plan.view, records: records, sources: sources)
        let lists = try Self.revocations(records, plan.view, sources)
        revocations = lists.isEmpty ? nil : RevocationList(lists)
    }

    /// Reads the lists of revoked tokens anew; open connections of who stands in them close with their next event.
    ///
    /// - Parameters:
    ///   - plan: the plan of the engine that asks.
    ///   - sources: where the files are.
    /// - Throws: `KeyError` where a file cannot be read; the lists stay as they were.
    package func reloadRevocations(plan: PlanView, sources: KeySources) throws(KeyError) {
        guard let revocations else { return }
        revocations.replace(try Self.revocations(Self.tokenRecords(of: plan), plan, sources))
    }

    /// By the offset of each list's path in the plan, who stands in it.
    private static func revocations(
        _ records: [Int],
        _ plan: PlanView,
        _ sources: KeySources
    ) throws(KeyError) -> [Int: Set<[UInt8]>] {
        var lists: [Int: Set<[UInt8]>] = [:]
        for record in records {
            for place in 0..<plan.index(record + TokenRecord.revokedCount) {
                let text = plan.index(record + TokenRecord.revokedList) + 2 * place
                let path = plan.text(offset: plan.index(text), length: plan.index(text + 1))
                guard let bytes = sources.file(path) else { throw .missingRevocations(path) }
                lists[plan.index(text)] = RevocationList.names(in: bytes)
            }
        }
        return lists
    }

    package func verify(
        _ token: Span<UInt8>,
        record: Int,
        plan: PlanView,
        unixNanoseconds: Int64
    ) -> TokenVerdict {
        // Before anything is looked at: what is kept below is of these lists, or of earlier ones, and never found then.
        let revision = revocations?.revision ?? 0
        let known = verified.place(of: token, record)
        if let identity = verified.identity(at: known, token, record, unixNanoseconds, revision: revision) {
            return .accepted(identity)
        }
        var scratch = ContentScratch()
        let payload: [UInt8]
        do throws(SignatureProblem) {
            payload = try signedPayload(of: token, record: record, plan: plan, &scratch)
        } catch {
            return .refused(.tokenInvalid, source: error.source, detail: error.detail)
        }
        let claims = ClaimsCheck(record: record, plan: plan, sources: sources, revocations: revocations)
        let found = claims.verdict(on: payload, at: unixNanoseconds, &scratch)
        if case .accepted(let identity) = found.verdict {
            verified.keep(identity, at: known, token, record, validity: found.validity, revision: revision)
        }
        return found.verdict
    }

    /// Why a token is refused before anything in its payload is read.
    struct SignatureProblem: Error {
        let detail: String
        let source: UInt32
    }

    /// The payload of a token that one of the policy's keys signed.
    func signedPayload(
        of token: Span<UInt8>,
        record: Int,
        plan: PlanView,
        _ scratch: inout ContentScratch
    ) throws(SignatureProblem) -> [UInt8] {
        let section = plan.word(record + TokenRecord.keysSource)
        let parts: CompactToken
        do throws(CompactToken.Problem) { parts = try CompactToken(token) } catch {
            throw SignatureProblem(detail: error.rawValue, source: section)
        }
        let header: HeaderCheck
        do throws(HeaderCheck.Problem) {
            header = try HeaderCheck(parts.header, record: record, plan: plan, &scratch)
        } catch {
            throw SignatureProblem(detail: error.text, source: plan.word(record + TokenRecord.algorithmsSource))
        }
        let candidates = keys.candidates(record, header.algorithm, id: header.keyID)
        guard !candidates.isEmpty else {
            throw SignatureProblem(detail: "the policy has no key for the token's `kid` and `alg`", source: section)
        }
        let signed = token.extracting(first: parts.signedByteCount)
        guard Self.isSigned(signed, parts.signature, by: candidates, header.algorithm) else {
            throw SignatureProblem(detail: "no key of the policy made the token's signature", source: section)
        }
        return parts.payload
    }

    /// What whoever starts the server should know of the keys.
    package var notes: [String] { keys.notes }

    private static func isSigned(
        _ signed: Span<UInt8>,
        _ signature: [UInt8],
        by candidates: [VerificationKey],
        _ algorithm: TokenAlgorithm
    ) -> Bool {
        var isSigned = false
        // All are tried, so that the time does not tell which one it was.
        for key in candidates where key.verifies(signature, of: signed, by: algorithm) { isSigned = true }
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
