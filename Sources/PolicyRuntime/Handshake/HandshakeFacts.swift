import PolicyPlan
import WebSocketProtocol

/// What the checks of one handshake look at, found once; it is large, and never copied.
///
/// Checks take it `inout`, though none of them changes it: lent in another way it would be copied for each.
struct HandshakeFacts: ~Copyable {
    /// What is wrong with the form of the request.
    let problem: HandshakeProblem?
    let target: RequestTarget?
    let host: HostAndPort?
    /// The value of the only Host field; empty where there is none, or more than one.
    let hostValue: Range<Int>
    /// The value of the only Origin field.
    let origin: Range<Int>?
    let hasCookie: Bool
    /// A place before which no Sec-WebSocket-Protocol field stands; -1 where there is none at all.
    let firstSubprotocol: Int
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
    /// Whether the check that it is of only observes: its end closes nothing then.
    var isIdentityObserved = false
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
        let fields = HandshakeFields(request)
        let target = RequestTarget(bytes, in: request.target)
        let hostValue = fields.single(.host, in: request)
        let host = hostValue.flatMap { HostField.parse(bytes, in: $0) }
        problem = HandshakeCheck.problem(request, fields, target: target, host: host)
        self.target = target
        self.host = host
        self.hostValue = hostValue ?? 0..<0
        origin = fields.single(.origin, in: request)
        hasCookie = fields.has(.cookie)
        firstSubprotocol = fields.has(.subprotocol) ? fields.first(.subprotocol) : -1
    }

    /// Whether the client offers subprotocols.
    var offersSubprotocols: Bool { firstSubprotocol >= 0 }

    /// Finds the client's address and scheme through trusted hops (language page, "Client address").
    mutating func resolveClient(_ request: borrowing HandshakeRequest, _ plan: PlanView) {
        let policy = plan.policy
        let source: ClientAddressSource =
            switch plan.word(policy + PolicyRecord.addressSource) {
            case 1: .forwardedFor
            case 2: .forwarded
            default: .peer
            }
        if plan.index(policy + PolicyRecord.trustedCount) == 0 {
            // Nobody's word counts.
            client = ClientAddress(address: request.peer?.address, countedAs: request.peer?.address)
        } else {
            var walk = ClientAddressWalk(request, source: source)
            while let hop = walk.hop, Self.isTrusted(hop, plan) { walk.advance(in: request) }
            client = walk.client
        }
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

/// Why a step refuses.
struct StepRefusal {
    let violation: Violation
    let source: UInt32
    let note: StaticString
    var shown: Range<Int> = 0..<0
    var retryAfter: UInt64?
    var detail: String?
}
