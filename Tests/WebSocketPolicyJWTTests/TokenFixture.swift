import Crypto
import Foundation
import PolicyDocument
import PolicyModel
import PolicyPlan
import PolicyPlanner
import PolicyRuntime
import WebSocketProtocol

@testable import WebSocketPolicyJWT

/// A plan with one token check, its authority, and tokens made for it.
struct TokenFixture {
    static let key = Array("a key of thirty-two bytes or more".utf8)
    /// The moment of the tests, seconds since 1970.
    static let now: Int64 = 1_780_000_000

    let plan: Plan
    let authority: JWTAuthority
    let record: Int

    init(
        issuer: String? = nil,
        audience: [String]? = nil,
        expiryRequired: Bool = true,
        lifetime: Nanoseconds? = nil,
        claims: String? = nil,
        encoding: TokenSection.KeyEncoding = .raw,
        key: [UInt8]? = TokenFixture.key,
        algorithms: [TokenSection.Algorithm] = [.HS256],
        keys: [TokenSection.KeySource] = [.env("KEY")],
        files: [String: [UInt8]] = [:],
        readableByAll: Bool = false,
        revoked: [String] = [],
        shared: SharedRevocations? = nil,
        onStoreFailure: LimitsSection.OnStoreFailure = .deny,
        keySet: KeySetCopy? = nil
    ) throws {
        var sources = SourceSet()
        let file = sources.add(path: "policy.yaml", bytes: Array(repeating: 0x0A, count: 100))
        let place = Span(file: file, start: 0, end: 1)
        func at<Value>(_ value: Value) -> Located<Value> { Located(value, at: place) }
        var schemas: [Located<SchemaDocument>] = []
        if let claims {
            var diagnostics = Diagnostics()
            let id = sources.add(path: "claims.json", bytes: Array(claims.utf8))
            if let node = DocumentReader.readJSON(sources[id], diagnostics: &diagnostics),
                let schema = SchemaReader.read(node, root: node, diagnostics: &diagnostics)
            {
                schemas.append(at(schema))
            }
        }
        let answers = Answers { violation in
            Answers.Answer(
                delivery: .http,
                status: violation.defaultStatus ?? 403,
                closeCode: violation.defaultCloseCode,
                reason: violation.summary
            )
        }
        var route = ResolvedRoute(
            pattern: nil,
            span: place,
            messageBytes: at(.atMost(65_536)),
            frameBytes: at(.atMost(65_536)),
            fragments: at(.atMost(64)),
            idleTimeout: at(.unlimited),
            connectionLifetime: at(.unlimited),
            answers: answers
        )
        route.tokens = [
            TokenCheck(
                mode: .enforce,
                span: place,
                sources: at([at(.query("token"))]),
                absent: at(.deny),
                algorithms: at(algorithms.map(at)),
                keys: at(keys.map { at(TokenSection.Key(source: $0, encoding: encoding)) }),
                issuer: issuer.map(at),
                audience: audience.map { at($0.map(at)) },
                expiryRequired: at(expiryRequired),
                clockSkew: at(.seconds(30)),
                lifetime: lifetime.map(at),
                subject: at(["user_id"]),
                claims: schemas,
                closesAtExpiry: at(true)
            )
        ]
        route.tokens[0].revoked = revoked.map(at)
        route.tokens[0].revokedShared = shared.map { _ in place }
        route.onStoreFailure = onStoreFailure
        let policy = ResolvedPolicy(
            name: "tokens",
            target: .library,
            files: [],
            addressing: ResolvedPolicy.Addressing(source: at(.peer), trustedProxies: []),
            handshakeBytes: at(.atMost(16_384)),
            limits: [],
            routes: [route],
            unrouted: UnroutedChecks(
                clients: [],
                tls: [],
                hosts: [],
                answers: answers,
                responseHeaders: [],
                span: nil
            ),
            defaultSpan: place
        )
        let bytes = try Planner.plan(
            policy,
            sources: sources,
            sourceDigest: Array(repeating: 0, count: 32),
            suppressions: []
        )
        plan = try Plan(verifying: bytes)
        authority = try JWTAuthority(
            plan: plan,
            sources: KeySources(
                variable: { $0 == "KEY" ? key : nil },
                file: { files[$0] },
                isReadableByAll: { _ in readableByAll },
                keySet: { _ in keySet }
            ),
            shared: shared
        )
        record = try Self.tokenRecord(of: plan.view)
    }

    private struct NoTokenCheck: Error {}

    private static func tokenRecord(of plan: PlanView) throws -> Int {
        let route = plan.index(plan.policy + PolicyRecord.routeList)
        for place in 0..<plan.index(route + RouteRecord.stepCount) {
            let step = plan.index(route + RouteRecord.stepList) + place * StepRecord.wordCount
            if plan.word(step + StepRecord.kind) == StepKind.token.rawValue {
                return plan.index(step + StepRecord.operand)
            }
        }
        throw NoTokenCheck()
    }

    func verdict(_ token: String, at seconds: Int64 = TokenFixture.now) -> TokenVerdict {
        authority.verify(
            Array(token.utf8).span,
            record: record,
            plan: plan.view,
            unixNanoseconds: seconds * 1_000_000_000
        )
    }

    /// Whether a key of the policy signed it, whatever its claims are.
    func isSigned(_ token: String) -> Bool {
        var workspace = VerificationWorkspace()
        let payload = try? authority.signedPayload(
            of: Array(token.utf8).span,
            record: record,
            plan: plan.view,
            unixNanoseconds: Self.now * 1_000_000_000,
            &workspace
        )
        return payload != nil
    }

    /// The violation, or nil where the token is accepted.
    func violation(_ token: String, at seconds: Int64 = TokenFixture.now) -> Violation? {
        switch verdict(token, at: seconds) {
        case .accepted: nil
        case .refused(let violation, _, _): violation
        case .ask: .storeUnavailable
        }
    }

    static func base64url(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }

    /// A token signed with HS256, whatever its header says.
    static func token(
        _ claims: String,
        header: String = #"{"alg":"HS256","typ":"JWT"}"#,
        key: [UInt8] = TokenFixture.key
    ) -> String {
        let signed = "\(base64url(header.utf8)).\(base64url(claims.utf8))"
        let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: key))
        return "\(signed).\(base64url(code))"
    }
}
