package import PolicyPlan
package import PolicyRuntime
import WebSocketProtocol

/// Verifies compact JWS with the keys that a plan names (RFC 7515, RFC 7519, RFC 8725).
///
/// The policy pins algorithm and keys; the token's header chooses nothing.
package final class JWTAuthority: TokenAuthority {
    private let keys: KeyStore
    /// Sets that lack a key which a token named.
    package let keySetDemand = KeySetDemand()
    /// Where the keywords of claims schemas were written.
    private let sources: ProgramSources
    private let verified = VerifiedTokens()
    private let knownHeaders = KnownHeaders()
    private let workspaces = WorkspacePool()
    package let revocations: Revocations?
    /// What whoever starts the server should know of the keys.
    package let notes: [String]

    /// Resolves the keys of a plan's token checks.
    ///
    /// - Parameters:
    ///   - plan: the plan of the engine that will ask.
    ///   - sources: the environment and the files to read keys from.
    ///   - previous: the authority of the engine whose place the new one takes: what is read of who is revoked from then on
    ///     reaches the connections of both.
    ///   - shared: who is refused on every instance; left alone where the plan shares no such list.
    /// - Throws: `KeyError` with the name of the first key that cannot be had.
    package init(
        plan: Plan,
        sources: KeySources,
        after previous: JWTAuthority? = nil,
        shared: SharedRevocations? = nil
    ) throws(KeyError) {
        self.sources = plan.programSources
        let records = Self.tokenRecords(of: plan.view)
        let ring = try KeyRing(plan: plan.view, records: records, sources: sources)
        keys = KeyStore(ring)
        notes = ring.notes
        let lists = try Self.revocations(records, plan.view, sources)
        let view = plan.view
        let isShared = records.contains { view.word($0 + TokenRecord.revokedShared) == 1 }
        let earlier = previous?.revocations?.files
        earlier?.replace(lists)
        let files = earlier ?? (lists.isEmpty && !isShared ? nil : RevocationList(lists))
        revocations = files.map { Revocations(files: $0, shared: isShared ? shared : nil) }
    }

    /// Reads the lists of revoked tokens anew; open connections of who stands in them close with their next event.
    ///
    /// - Parameters:
    ///   - plan: the plan of the engine that asks.
    ///   - sources: where the files are.
    /// - Throws: `KeyError` where a file cannot be read; the lists stay as they were.
    package func reloadRevocations(plan: PlanView, sources: KeySources) throws(KeyError) {
        guard let files = revocations?.files else { return }
        var lists = try Self.revocations(Self.tokenRecords(of: plan), plan, sources)
        // Those that only connections of an earlier plan ask for; one that is gone stays as it was.
        for path in files.paths where lists[path] == nil {
            if let bytes = sources.file(path) { lists[path] = RevocationList.names(in: bytes) }
        }
        files.replace(lists)
    }

    /// Takes a newer copy of a key set; what was verified by the keys before is verified again.
    ///
    /// - Parameters:
    ///   - address: as the plan names it; another one changes nothing.
    ///   - copy: the whole set.
    ///   - plan: the plan of the engine that asks.
    /// - Throws: `KeyError` where it is no set that the policy's tokens can be verified with; the keys stay as they were.
    package func replaceKeySet(_ address: String, with copy: KeySetCopy, plan: PlanView) throws(KeyError) {
        if try keys.replace(address, with: copy, plan: plan) { verified.removeAll() }
    }

    /// The addresses of the key sets that a plan names, in its order.
    package static func keySetAddresses(of plan: Plan) -> [String] {
        let view = plan.view
        var addresses: [String] = []
        for record in tokenRecords(of: view) {
            for place in 0..<view.index(record + TokenRecord.keyCount) {
                let key = view.index(record + TokenRecord.keyList) + place * TokenKeyRecord.wordCount
                guard let address = KeyReading(plan: view, record: record, key: key).address,
                    !addresses.contains(address)
                else { continue }
                addresses.append(address)
            }
        }
        return addresses
    }

    /// By the path of each list, who stands in it.
    private static func revocations(
        _ records: [Int],
        _ plan: PlanView,
        _ sources: KeySources
    ) throws(KeyError) -> [String: Set<[UInt8]>] {
        var lists: [String: Set<[UInt8]>] = [:]
        for record in records {
            for place in 0..<plan.index(record + TokenRecord.revokedCount) {
                let text = plan.index(record + TokenRecord.revokedList) + 2 * place
                let path = plan.text(offset: plan.index(text), length: plan.index(text + 1))
                guard let bytes = sources.file(path) else { throw .missingRevocations(path) }
                lists[path] = RevocationList.names(in: bytes)
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
        // Before anything is looked at: what is kept below is of these lists and keys, or of earlier ones, and never found
        // then.
        let epoch = VerifiedTokens.Epoch(keys: keys.generation, revocations: revocations?.revision ?? 0)
        let known = verified.place(of: token, record)
        if let identity = verified.identity(at: known, token, record, unixNanoseconds, epoch) {
            return .accepted(identity)
        }
        if OpaqueToken.isAskedAbout(token, record: record, plan: plan) {
            return OpaqueToken.verdict(before: token, record: record, plan: plan)
        }
        return workspaces.withWorkspace { workspace -> TokenVerdict in
            let payload: [UInt8]
            let keyEnd: Int64
            do throws(SignatureProblem) {
                (payload, keyEnd) = try signedPayload(
                    of: token,
                    record: record,
                    plan: plan,
                    unixNanoseconds: unixNanoseconds,
                    &workspace
                )
            } catch {
                return .refused(.tokenInvalid, source: error.source, detail: error.detail)
            }
            let claims = ClaimsCheck(record: record, plan: plan, sources: sources, revocations: revocations)
            let found = claims.verdict(on: payload, at: unixNanoseconds, &workspace)
            if case .accepted(let identity) = found.verdict {
                let validity = found.validity.clamped(to: .min..<keyEnd)
                verified.keep(identity, at: known, token, record, validity: validity, epoch)
            }
            return found.verdict
        }
    }

    package func asksAboutTokens(plan: PlanView) -> Bool {
        Self.tokenRecords(of: plan).contains { plan.word($0 + TokenRecord.introspectionOffset) != none }
    }

    package func judge(
        _ token: [UInt8],
        by answer: TokenAnswer,
        record: Int,
        plan: PlanView,
        unixNanoseconds: Int64
    ) -> TokenVerdict {
        let epoch = VerifiedTokens.Epoch(keys: keys.generation, revocations: revocations?.revision ?? 0)
        return workspaces.withWorkspace { workspace -> TokenVerdict in
            let payload: [UInt8]
            do throws(OpaqueToken.Problem) {
                payload = try OpaqueToken.claims(of: answer, record: record, plan: plan, &workspace.scratch)
            } catch {
                let source = plan.word(record + TokenRecord.introspectionSource)
                return .refused(error.violation, source: source, detail: error.rawValue)
            }
            let claims = ClaimsCheck(record: record, plan: plan, sources: sources, revocations: revocations)
            let found = claims.verdict(on: payload, at: unixNanoseconds, &workspace)
            if case .accepted(let identity) = found.verdict, payload.count <= VerifiedTokens.longestAnswer {
                let kept = OpaqueToken.kept(since: unixNanoseconds, record: record, plan: plan)
                let place = verified.place(of: token.span, record)
                verified.keep(
                    identity,
                    at: place,
                    token.span,
                    record,
                    validity: found.validity.clamped(to: kept),
                    epoch
                )
            }
            return found.verdict
        }
    }

    /// Why a token is refused before anything in its payload is read.
    struct SignatureProblem: Error {
        let detail: String
        let source: UInt32
    }

    /// The payload of a token that one of the policy's keys signed, and from when on that key says so no more.
    func signedPayload(
        of token: Span<UInt8>,
        record: Int,
        plan: PlanView,
        unixNanoseconds: Int64,
        _ workspace: inout VerificationWorkspace
    ) throws(SignatureProblem) -> (payload: [UInt8], keyEnd: Int64) {
        let section = plan.word(record + TokenRecord.keysSource)
        let parts: CompactToken
        var known: HeaderCheck?
        var head: [UInt8] = []
        let payload: [UInt8]
        do throws(CompactToken.Problem) {
            parts = try CompactToken(token)
            known = knownHeaders.header(parts.headerByteCount, of: token, record)
            if known == nil { head = try parts.header(token) }
            payload = try parts.payload(token)
            try parts.signature(token, into: &workspace.signature)
        } catch {
            throw SignatureProblem(detail: error.rawValue, source: section)
        }
        let header: HeaderCheck
        do throws(HeaderCheck.Problem) {
            if let known {
                header = known
            } else {
                header = try HeaderCheck(head, record: record, plan: plan, &workspace.scratch)
            }
        } catch {
            throw SignatureProblem(detail: error.text, source: plan.word(record + TokenRecord.algorithmsSource))
        }
        let ring = keys.current
        let answer = ring.answer(
            workspace.signature,
            of: token.extracting(first: parts.signedByteCount),
            record,
            header.algorithm,
            id: header.keyID,
            at: unixNanoseconds
        )
        let detail: String
        switch answer {
        case .signed(let keyEnd):
            if known == nil { knownHeaders.keep(header, parts.headerByteCount, of: token, record) }
            return (payload, keyEnd)
        case .unsigned: detail = "no key of the policy made the token's signature"
        case .noKey: detail = "the policy has no key for the token's `kid` and `alg`"
        case .stale: detail = "the key set of the token's key is older than it may be"
        }
        keySetDemand.ask(for: ring.addressesLacking(record, id: header.keyID))
        throw SignatureProblem(detail: detail, source: section)
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
