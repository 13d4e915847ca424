import PolicyPlan
import PolicyRuntime
import WebSocketProtocol

/// Tokens that say nothing themselves: somebody is asked about them (RFC 7662).
enum OpaqueToken {
    /// No longer answer is read, in bytes.
    private static let longestAnswer = 65_536

    /// Why an answer accepts nobody, as a sentence for the operator.
    enum Problem: String, Error {
        case unavailable = "nobody says whether the token is active"
        case tooLong = "what was answered about the token is larger than 64 KiB"
        case noObject = "what was answered about the token is no JSON object without duplicate members"
        case noWord = "what was answered about the token does not say whether it is active"
        case inactive = "the token is not active"

        /// Who could not be asked says nothing about the token.
        var violation: Violation {
            switch self {
            case .unavailable, .tooLong, .noObject, .noWord: .storeUnavailable
            case .inactive: .tokenInvalid
            }
        }
    }

    /// Whether the policy has somebody asked about a token: with keys, about those that are not written as a JWS or JWE.
    static func isAskedAbout(_ token: Span<UInt8>, record: Int, plan: PlanView) -> Bool {
        guard plan.word(record + TokenRecord.introspectionOffset) != none else { return false }
        guard plan.index(record + TokenRecord.keyCount) > 0 else { return true }
        var dots = 0
        for index in token.indices where token[index] == 0x2E { dots += 1 }
        return dots < 2
    }

    /// Nobody is asked about what is no token (RFC 6749 §A.12), or one that is longer than any.
    static func verdict(before token: Span<UInt8>, record: Int, plan: PlanView) -> TokenVerdict {
        var isToken = !token.isEmpty && token.count <= CompactToken.maximumByteCount
        for index in token.indices where token[index] <= 0x20 || token[index] >= 0x7F { isToken = false }
        guard !isToken else { return .ask }
        return .refused(
            .tokenInvalid,
            source: plan.word(record + TokenRecord.introspectionSource),
            detail: "the token is empty, longer than 8 KiB, or not printable ASCII"
        )
    }

    /// The claims of an active token: the whole answer.
    static func claims(
        of answer: TokenAnswer,
        record: Int,
        plan: PlanView,
        _ scratch: inout ContentScratch
    ) throws(Problem) -> [UInt8] {
        guard case .response(let bytes) = answer else { throw .unavailable }
        guard bytes.count <= longestAnswer else { throw .tooLong }
        guard let text = TokenStructure.checked(bytes, record: record, plan: plan, &scratch),
            let root = JSONLookup.root(of: text)
        else { throw .noObject }
        guard let active = JSONLookup.member(named: "active", of: root, in: text) else { throw .noWord }
        switch active.kind {
        case .true: return bytes
        case .false: throw .inactive
        case .null, .number, .string, .array, .object: throw .noWord
        }
    }

    /// From when to before when an answer holds.
    static func kept(since now: Int64, record: Int, plan: PlanView) -> Range<Int64> {
        let cache = Int64(clamping: plan.wide(record + TokenRecord.introspectionCacheLow))
        let (end, isEndless) = now.addingReportingOverflow(cache)
        return now..<(isEndless ? .max : end)
    }
}
