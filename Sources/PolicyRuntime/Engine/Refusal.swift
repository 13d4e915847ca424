import PolicyPlan
public import WebSocketProtocol

/// Why a handshake is refused, and how the peer is told.
///
/// Texts are made when they are asked for: refusing costs no more than deciding.
public struct Refusal: Sendable {
    /// How a refusal is told.
    public enum Delivery: Sendable, Equatable {
        /// Before the upgrade, by an HTTP status; the connection closes and what follows stays unread.
        case http
        /// Upgrade, then close with the code, so that a page can read it.
        case close
    }

    /// What the handshake is refused for.
    public let violation: Violation
    /// Index into the plan's sources of the line that decided.
    public let source: UInt32
    /// Nanoseconds until the same handshake could pass, where a counter knows.
    public let retryAfterNanoseconds: UInt64?
    /// What sections in observe mode would have refused before this.
    public let observed: ViolationSet
    /// The subprotocol that an upgrade for `close` selects: offset and length in the plan's texts.
    let selected: (offset: Int, length: Int)?
    let note: StaticString
    /// Text of the operator's sentence that an authority made.
    let authorityDetail: String?
    /// The part of the request that the sentence shows.
    let shown: Range<Int>
    let needsVersionField: Bool
    let plan: Plan
    /// Word index of the route's record, or of the record of paths without a route.
    let record: Int

    private var answer: Int {
        plan.view.index(record + RouteRecord.answers) + Int(violation.rawValue) * AnswerRecord.wordCount
    }

    /// By HTTP before the upgrade, or by a close code after it.
    public var delivery: Delivery {
        plan.view.word(answer + AnswerRecord.delivery) == 1 ? .close : .http
    }

    /// 426 for another version of the protocol, else what the policy says.
    public var status: UInt16 {
        needsVersionField ? 426 : UInt16(truncatingIfNeeded: plan.view.word(answer + AnswerRecord.status))
    }

    /// The code to close with, where the delivery is `close`.
    public var closeCode: UInt16 { UInt16(truncatingIfNeeded: plan.view.word(answer + AnswerRecord.closeCode)) }

    /// At most 123 bytes of UTF-8, which say the violation and nothing of the policy's inside.
    public var reason: String {
        plan.view.text(
            offset: plan.view.index(answer + AnswerRecord.reasonOffset),
            length: plan.view.index(answer + AnswerRecord.reasonLength)
        )
    }

    /// Whole seconds, rounded up, at least one; nil where the violation knows no time.
    public var retryAfterSeconds: UInt64? {
        guard violation.needsRetryAfter else { return nil }
        guard let retryAfterNanoseconds else { return 1 }
        return max(1, retryAfterNanoseconds / 1_000_000_000 + (retryAfterNanoseconds % 1_000_000_000 == 0 ? 0 : 1))
    }

    /// Nanoseconds that the peer may take to answer the close, or to go away (`limits.closeWait`).
    public var closeWaitNanoseconds: UInt64 { plan.view.wide(record + RouteRecord.closeWaitLow) }

    /// The subprotocol that an upgrade for `close` answers with; nil for none.
    public var subprotocol: String? {
        selected.map { plan.view.text(offset: $0.offset, length: $0.length) }
    }

    /// The fields of the response: the policy's, then those that the violation demands.
    public var responseHeaders: [(name: String, value: String)] {
        var headers = ResponseHeaders.of(record, plan.view)
        if needsVersionField { headers.append(("Sec-WebSocket-Version", "13")) }
        if let seconds = retryAfterSeconds { headers.append(("Retry-After", String(seconds))) }
        if violation == .tokenMissing { headers.append(("WWW-Authenticate", "Bearer")) }
        if violation == .tokenInvalid || violation == .tokenExpired {
            headers.append(("WWW-Authenticate", "Bearer error=\"invalid_token\""))
        }
        if delivery == .http { headers.append(("Connection", "close")) }
        return headers
    }

    /// One sentence for the operator, without anything of the request.
    public var detail: String { authorityDetail ?? "\(note)" }

    /// `path:line:column` of the policy's line that decided; nil where the plan was stripped of its sources.
    public var place: String? {
        plan.source(source).map { "\($0.path):\($0.line):\($0.column)" }
    }

    /// One sentence for the operator; it holds no token, no cookie and no query.
    public func detail(of request: borrowing HandshakeRequest) -> String {
        if let authorityDetail { return authorityDetail }
        guard !shown.isEmpty, shown.upperBound <= request.bytes.count else { return "\(note)" }
        return "\(note): `\(ShownText.of(request.bytes[shown]))`"
    }
}

/// The policy's own response headers.
enum ResponseHeaders {
    static func of(_ record: Int, _ plan: PlanView) -> [(name: String, value: String)] {
        let list = plan.index(record + RouteRecord.headerList)
        return (0..<plan.index(record + RouteRecord.headerCount)).map { place in
            let entry = list + 4 * place
            return (
                plan.text(offset: plan.index(entry), length: plan.index(entry + 1)),
                plan.text(offset: plan.index(entry + 2), length: plan.index(entry + 3))
            )
        }
    }
}

/// What a client sent, as an operator may read it: cut, and without control characters.
enum ShownText {
    static func of(_ bytes: ArraySlice<UInt8>) -> String {
        var text = ""
        for scalar in String(decoding: bytes.prefix(100), as: UTF8.self).unicodeScalars {
            if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar == "`" {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return bytes.count > 100 ? text + "…" : text
    }
}
