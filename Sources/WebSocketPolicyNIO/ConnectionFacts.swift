import NIOCore
import PolicyRuntime
import WebSocketProtocol

/// What is kept of an accepted handshake.
struct ConnectionFacts {
    let peer: WebSocketProtocol.SocketAddress?
    let isSecure: Bool
    let target: String
    let acceptance: Acceptance

    var awaitsToken: Bool { acceptance.awaitsToken }

    init(_ request: HandshakeRequest, _ acceptance: Acceptance) {
        peer = request.peer
        isSecure = request.isSecure
        target = request.targetText
        self.acceptance = acceptance
    }

    /// What the application is told; who the client is, its guard knows.
    func connection(_ guarding: borrowing ConnectionGuard) -> WebSocketConnection {
        WebSocketConnection(
            peer: peer,
            target: target,
            route: acceptance.route,
            subprotocol: acceptance.subprotocol,
            subject: guarding.subject,
            claims: guarding.claims
        )
    }
}

extension NIOCore.SocketAddress {
    /// The address as policies read it; nil for a Unix socket.
    var policyAddress: WebSocketProtocol.SocketAddress? {
        guard let ipAddress, let address = WebSocketProtocol.SocketAddress(parsing: ipAddress)?.address else {
            return nil
        }
        return WebSocketProtocol.SocketAddress(address: address, port: port.flatMap(UInt16.init(exactly:)))
    }
}

extension WebSocketDecision {
    /// A handshake was refused, by a status or by a close.
    static func refused(
        _ refusal: Refusal,
        _ request: HandshakeRequest?,
        byClose: Bool,
        peer: WebSocketProtocol.SocketAddress?
    ) -> WebSocketDecision {
        var decision = WebSocketDecision(.refuse, refusal.violation, peer: peer, observed: refusal.observed)
        if byClose { decision.closeCode = refusal.closeCode } else { decision.status = refusal.status }
        decision.policy = refusal.place
        decision.detail = request.map { refusal.detail(of: $0) } ?? refusal.detail
        return decision
    }
}
