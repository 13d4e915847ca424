import PolicyPlan
import PolicyRuntime

/// What a JWS header must be, and what it must not bring (RFC 7515 §4, RFC 8725 §3.1).
enum HeaderCheck {
    /// Names in the order of the language's list: bit n of the plan's algorithms is the n-th.
    private static let algorithms = [
        "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
        "EdDSA",
    ]

    /// Members that would bring a key, or change what the signature covers.
    private static let refused = ["crit", "jwk", "jku", "x5u", "x5c", "b64", "zip", "enc"]

    /// Why a header is refused, as a sentence for the operator; nil when it may stand.
    static func problem(_ header: [UInt8], record: Int, plan: PlanView) -> String? {
        guard let message = TokenStructure.checked(header, record: record, plan: plan) else {
            return "the token's header is no JSON object without duplicate members"
        }
        for name in refused where JSONLookup.find([name], in: message) != nil {
            return "the token's header holds `\(name)`"
        }
        if let type = JSONLookup.find(["typ"], in: message), type.kind != .string {
            return "the token's `typ` is no string"
        }
        if let key = JSONLookup.find(["kid"], in: message) {
            guard key.kind == .string, key.range.count <= 258 else {
                return "the token's `kid` is no string of at most 256 bytes"
            }
        }
        guard let algorithm = JSONLookup.find(["alg"], in: message) else { return "the token's header has no `alg`" }
        let allowed = plan.word(record + TokenRecord.algorithms)
        for (bit, name) in algorithms.enumerated() where allowed & (1 << UInt32(bit)) != 0 {
            if JSONLookup.isString(algorithm, equalTo: Array(name.utf8).span, in: message) { return nil }
        }
        return "the token's `alg` is none that the policy allows"
    }
}
