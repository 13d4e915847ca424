import PolicyPlan
import WebSocketProtocol

/// What the checks of one handshake look at, found once; it is large, and never copied.
///
/// Checks take it `inout`, though none of them changes it: lent in another way it would be copied for each.
struct HandshakeFacts: ~Copyable {
    let fields: HandshakeFields
    let target: RequestTarget?
    let host: HostAndPort?
    /// Found before the first check of a route.
    var client = ClientAddress(address: nil, countedAs: nil)
    /// Whether the client's side is TLS: ours, or what a trusted hop says.
    var scheme = ForwardedProto.unknown
    var route = 0
    var hasRoute = false
    /// Word index of the route's record, or of the record of paths without a route.
    var record = 0
    /// Offset and length in the plan's texts.
    var selected: (offset: Int, length: Int)?
    /// Of the enforcing token check, or of the observing one where none enforces.
    var identity: TokenIdentity?
    /// The token check whose token the first message is to bring; -1 where none is awaited.
    var awaiting = -1
    var observed = ViolationSet()
    /// Whether whoever decides would ask somebody about a token.
    var mayAsk = false
    /// The token check that asks about `token`; -1 where none does.
    var asking = -1
    var token: [UInt8] = []
    /// Whether whoever decides would ask the store that all instances share.
    var mayCount = false
    /// What the store must be asked before the step that was looked at last can be decided.
    var counting: SharedHit?

    init(_ request: borrowing HandshakeRequest) {
        let bytes = request.span
        fields = HandshakeFields(request)
        target = RequestTarget(bytes, in: request.target)
        host = fields.single(.host).flatMap { HostField.parse(bytes, in: $0) }
    }

    /// Finds the client's address and scheme through trusted hops (language page, "Client address").
    mutating func resolveClient(_ request: borrowing HandshakeRequest, _ plan: PlanView) {
        let policy = plan.policy
        let source: ClientAddressSource =
            switch plan.word(policy + PolicyRecord.addressSource) {
            case 1: .forwardedFor
            case 2: .forwarded
            default: .peer
            }
        var walk = ClientAddressWalk(request, source: source)
        while let hop = walk.hop, Self.isTrusted(hop, plan) { walk.advance(in: request) }
        client = walk.client
        if request.isSecure {
            scheme = .secure
        } else if let peer = request.peer, Self.isTrusted(peer.address, plan) {
            let forwarded = ForwardedProto.ofXForwardedProto(request)
            let named =
                forwarded == .unknown && source == .forwarded ? ForwardedProto.ofForwarded(request) : forwarded
            // A trusted hop that says nothing leaves the scheme unknown; without a hop the connection itself says it.
            scheme = named
        } else {
            scheme = .insecure
        }
    }

    /// What is asked.
    func question(_ plan: PlanView) -> TokenQuestion {
        TokenQuestion(address: TokenStep.address(asking, plan), token: token, record: asking)
    }

    private static func isTrusted(_ address: IPAddress, _ plan: PlanView) -> Bool {
        let list = plan.index(plan.policy + PolicyRecord.trustedList)
        let count = plan.index(plan.policy + PolicyRecord.trustedCount)
        guard count > 0 else { return false }
        for place in 0..<count {
            guard AddressLookup.source(table: plan.index(list + place), address, plan) != nil else { return false }
        }
        return true
    }
}

/// What one step of a pipeline says.
enum StepAnswer {
    case pass
    case refuse(StepRefusal)
}

/// Why a step refuses.
struct StepRefusal {
    let violation: Violation
    let source: UInt32
    let note: StaticString
    var shown: Range<Int> = 0..<0
    var retryAfter: UInt64?
    var detail: String?
}
