import NIOCore
import PolicyRuntime
import WebSocketProtocol

/// What `onDecision` is told; each observation once.
extension WebSocketPolicyHandler {
    func tellAccepted(_ facts: ConnectionFacts) {
        guard let onDecision = server.options.onDecision else { return }
        var decision = WebSocketDecision(.accept, peer: peer, observed: facts.acceptance.observed)
        decision.route = facts.acceptance.route
        decision.subject = facts.acceptance.subject
        onDecision(decision)
    }

    func tellAuthenticated() {
        guard let frames, let onDecision = server.options.onDecision else { return }
        var decision = WebSocketDecision(.authenticated, peer: peer, observed: frames.intake.guarding.takeObserved())
        decision.route = facts?.acceptance.route
        decision.subject = frames.intake.guarding.subject
        onDecision(decision)
    }

    func tell(_ refusal: Refusal, _ request: HandshakeRequest?, byClose: Bool) {
        guard let onDecision = server.options.onDecision else { return }
        onDecision(.refused(refusal, request, byClose: byClose, peer: peer))
    }

    func tell(_ kind: WebSocketDecision.Kind, _ fault: Fault) {
        guard let onDecision = server.options.onDecision, let frames else { return }
        var decision = WebSocketDecision(
            kind,
            fault.violation,
            peer: peer,
            observed: frames.intake.guarding.takeObserved()
        )
        let explanation = frames.intake.guarding.explanation(of: fault)
        if kind == .close { decision.closeCode = fault.closeCode }
        decision.policy = frames.intake.guarding.place(explanation.source)
        decision.pointer = explanation.pointer
        decision.detail = explanation.detail
        decision.subject = frames.intake.guarding.subject
        decision.route = facts?.acceptance.route
        onDecision(decision)
    }

    func tellObserved() {
        guard let frames, !frames.intake.guarding.observed.isEmpty, let onDecision = server.options.onDecision else {
            return
        }
        var decision = WebSocketDecision(.observe, peer: peer, observed: frames.intake.guarding.takeObserved())
        decision.subject = frames.intake.guarding.subject
        decision.route = facts?.acceptance.route
        onDecision(decision)
    }
}
