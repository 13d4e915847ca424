import PolicyPlan
import PolicyRuntime

/// What a JWS header must be, and what it must not bring (RFC 7515 §4, RFC 8725 §3.1).
struct HeaderCheck: Sendable {
    /// Members that would bring a key, or change what the signature covers.
    private static let refused: [StaticString] = ["crit", "jwk", "jku", "x5u", "x5c", "b64", "zip", "enc"]
    private static let longestID = 256

    /// By what the token says it is signed; one of the policy's algorithms.
    let algorithm: TokenAlgorithm
    /// `kid`, by which a key is chosen among those of the policy.
    let keyID: [UInt8]?

    /// Why a header is refused, as a sentence for the operator.
    struct Problem: Error {
        let text: String
    }

    init(
        _ header: [UInt8],
        record: Int,
        plan: PlanView,
        _ scratch: inout ContentScratch
    ) throws(Problem) {
        guard let message = TokenStructure.checked(header, record: record, plan: plan, &scratch),
            let root = JSONLookup.root(of: message)
        else {
            throw Problem(text: "the token's header is no JSON object without duplicate members")
        }
        for name in Self.refused where JSONLookup.member(named: name, of: root, in: message) != nil {
            throw Problem(text: "the token's header holds `\(name)`")
        }
        if let type = JSONLookup.member(named: "typ", of: root, in: message), type.kind != .string {
            throw Problem(text: "the token's `typ` is no string")
        }
        if let key = JSONLookup.member(named: "kid", of: root, in: message) {
            guard key.kind == .string, key.range.count <= Self.longestID + 2,
                let id = JSONLookup.string(key, in: message)
            else { throw Problem(text: "the token's `kid` is no string of at most 256 bytes") }
            keyID = id
        } else {
            keyID = nil
        }
        guard let algorithm = JSONLookup.member(named: "alg", of: root, in: message) else {
            throw Problem(text: "the token's header has no `alg`")
        }
        let allowed = TokenAlgorithm.Set(bits: plan.word(record + TokenRecord.algorithms))
        for own in TokenAlgorithm.allCases where allowed.contains(own) {
            guard JSONLookup.isString(algorithm, equalTo: own.name, in: message) else { continue }
            self.algorithm = own
            return
        }
        throw Problem(text: "the token's `alg` is none that the policy allows")
    }
}
