import PolicyPlan
import WebSocketProtocol

/// Finds the token of a handshake: every place that the policy names is looked at, and two tokens are refused.
struct TokenPlaces {
    enum Found {
        case missing
        /// A form that the place's own syntax forbids, or more than one token.
        case invalid(source: UInt32, note: StaticString)
        case token(TokenText)
    }

    /// No more of a token is handed on; a verifier refuses longer ones by their length.
    private static let maximumByteCount = 8193

    private var token: TokenText?
    private var problem: (source: UInt32, note: StaticString)?

    /// Looks at all places of a token check.
    static func find(
        _ record: Int,
        _ facts: inout HandshakeFacts,
        _ request: borrowing HandshakeRequest,
        _ plan: PlanView
    ) -> Found {
        var places = TokenPlaces()
        let list = plan.index(record + TokenRecord.sourceList)
        for place in 0..<plan.index(record + TokenRecord.sourceCount) {
            places.look(list + place * TokenSourceRecord.wordCount, &facts, request, plan)
        }
        if let problem = places.problem { return .invalid(source: problem.source, note: problem.note) }
        if let token = places.token { return .token(token) }
        return .missing
    }

    private mutating func look(
        _ place: Int,
        _ facts: inout HandshakeFacts,
        _ request: borrowing HandshakeRequest,
        _ plan: PlanView
    ) {
        let bytes = request.span
        let source = plan.word(place + TokenSourceRecord.source)
        let name = plan.span(
            offset: plan.index(place + TokenSourceRecord.nameOffset),
            length: plan.index(place + TokenSourceRecord.nameLength)
        )
        switch plan.word(place + TokenSourceRecord.kind) {
        case 0:
            guard let query = facts.target?.query else { return }
            let found = QueryPairs.occurrences(of: name, in: query, of: bytes)
            guard isSingle(found, source), !found.first.isEmpty else { return }
            guard bytes.firstIndex(of: 0x25, in: found.first) != nil else { return note(found.first, source) }
            var decoded: [UInt8] = []
            if PercentReader.decode(found.first, in: bytes, into: &decoded) {
                note(.decoded(decoded), source)
            } else {
                refuse(source, "the token's percent-encoding is malformed")
            }
        case 1:
            let found = request.occurrences(ofField: name)
            guard isSingle(found, source) else { return }
            if Self.isAuthorization(name) {
                credential(found.first, bytes, source)
            } else if !found.first.isEmpty {
                note(found.first, source)
            }
        case 2:
            let found = CookiePairs.occurrences(of: name, in: request)
            guard isSingle(found, source), !found.first.isEmpty else { return }
            note(found.first, source)
        default: offers(name, &facts, request, source)
        }
    }

    private static func isAuthorization(_ name: Span<UInt8>) -> Bool {
        name.equals("authorization", in: name.indices)
    }

    private mutating func credential(_ range: Range<Int>, _ bytes: Span<UInt8>, _ source: UInt32) {
        switch BearerCredential(bytes, in: range) {
        case .token(let token): note(token, source)
        case .empty, .otherScheme: break
        case .malformed: refuse(source, "the Authorization field holds no bearer token of RFC 6750 §2.1")
        }
    }

    private mutating func offers(
        _ prefix: Span<UInt8>,
        _ facts: inout HandshakeFacts,
        _ request: borrowing HandshakeRequest,
        _ source: UInt32
    ) {
        guard facts.offersSubprotocols else { return }
        let bytes = request.span
        var offers = SubprotocolOffers(firstLine: facts.firstSubprotocol)
        var count = 0
        var found = 0..<0
        while let offer = offers.next(in: request) {
            guard Self.hasPrefix(bytes, offer.name, prefix) else { continue }
            count += 1
            found = (offer.name.lowerBound + prefix.count)..<offer.name.upperBound
        }
        if count > 1 { refuse(source, "more than one token is offered as a subprotocol") }
        if count == 1, !found.isEmpty { note(found, source) }
    }

    static func hasPrefix(_ bytes: Span<UInt8>, _ range: Range<Int>, _ prefix: Span<UInt8>) -> Bool {
        guard range.count >= prefix.count else { return false }
        for index in prefix.indices where bytes[range.lowerBound + index] != prefix[index] { return false }
        return true
    }

    /// Whether there is exactly one; more than one is refused, even when one is empty.
    private mutating func isSingle(_ found: Occurrences, _ source: UInt32) -> Bool {
        if found.count > 1 { refuse(source, "the token's place occurs more than once") }
        return found.count == 1
    }

    private mutating func refuse(_ source: UInt32, _ note: StaticString) {
        if problem == nil { problem = (source, note) }
    }

    /// A token as it stands in the request.
    private mutating func note(_ range: Range<Int>, _ source: UInt32) {
        note(.sent(range.prefix(Self.maximumByteCount)), source)
    }

    private mutating func note(_ text: TokenText, _ source: UInt32) {
        guard !text.isEmpty else { return }
        if token != nil {
            refuse(source, "the request holds more than one token")
        } else {
            token = text
        }
    }
}

/// The bytes of a token: few are copied.
enum TokenText {
    /// A range of the request's bytes.
    case sent(Range<Int>)
    /// Percent-decoded.
    case decoded([UInt8])

    var isEmpty: Bool {
        switch self {
        case .sent(let range): range.isEmpty
        case .decoded(let bytes): bytes.isEmpty
        }
    }

    /// A copy.
    func bytes(in request: Span<UInt8>) -> [UInt8] {
        switch self {
        // The range lies in the request.
        case .sent(let range): unsafe request.extracting(range).withUnsafeBufferPointer { unsafe Array($0) }
        case .decoded(let bytes): bytes
        }
    }
}
