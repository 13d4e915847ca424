import PolicyPlan
import PolicyRuntime

/// What a JWS header must be, and what it must not bring (RFC 7515 §4, RFC 8725 §3.1).
final class HeaderCheck: Sendable {
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

    /// Whether a type is an explicit one (RFC 8725 §3.11) of other tokens than access tokens (RFC 9068).
    private static func isForAnotherUse(_ type: JSONLookup.Value, _ header: borrowing PaddedBytes) -> Bool {
        guard let bytes = JSONLookup.string(type, in: header) else { return true }
        var name = bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        let prefix = Array("application/".utf8)
        if name.starts(with: prefix) { name.removeFirst(prefix.count) }
        return name.suffix(4) == Array("+jwt".utf8)[...] && name != Array("at+jwt".utf8)
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
        if let type = JSONLookup.member(named: "typ", of: root, in: message), Self.isForAnotherUse(type, message) {
            throw Problem(text: "the token's `typ` says that it is for another use")
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
