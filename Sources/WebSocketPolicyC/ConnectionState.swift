import PolicyPlan
import PolicyRuntime

/// One handshake's answer and, where it was accepted, its connection.
@safe struct ConnectionState: ~Copyable {
    let plan: Plan
    /// The guard, in memory of its own until the state ends; nil where the handshake was refused.
    ///
    /// It is used where it lies: to move it out of an optional and back takes ten nanoseconds of each decision.
    let guarding: UnsafeMutablePointer<ConnectionGuard>?
    let acceptance: Acceptance?
    let refusal: Refusal?
    /// The operator's sentence about the refusal.
    let detail: String?
    /// The fault of the last decision that had one.
    var fault: Fault?
    /// What is told of the fault after `close`, which lets go of the message; nil while the message says it.
    private var kept: FaultExplanation?

    /// An accepted handshake.
    init(_ guarding: consuming ConnectionGuard, _ acceptance: Acceptance, _ plan: Plan) {
        self.plan = plan
        let place = UnsafeMutablePointer<ConnectionGuard>.allocate(capacity: 1)
        unsafe place.initialize(to: guarding)
        unsafe self.guarding = place
        self.acceptance = acceptance
        refusal = nil
        detail = nil
    }

    /// A refused one.
    init(_ refusal: Refusal, detail: String, _ plan: Plan) {
        self.plan = plan
        unsafe guarding = nil
        acceptance = nil
        self.refusal = refusal
        self.detail = detail
    }

    deinit {
        // Made by the initialiser, and nobody else's.
        unsafe guarding?.deinitialize(count: 1)
        unsafe guarding?.deallocate()
    }

    /// The policy's line that decided, as path:line:column.
    private func place(_ source: UInt32) -> String? {
        plan.source(source).map { "\($0.path):\($0.line):\($0.column)" }
    }

    var reason: String? {
        if let refusal { return refusal.reason }
        guard let fault else { return nil }
        return unsafe guarding?.pointee.reason(of: fault)
    }

    var policy: String? {
        if let refusal { return place(refusal.source) }
        return (explained?.source).flatMap { place($0) }
    }

    var pointer: String? { explained?.pointer }

    var explanation: String? { detail ?? explained?.detail }

    private var explained: FaultExplanation? {
        if let kept { return kept }
        guard let fault else { return nil }
        return unsafe guarding?.pointee.explanation(of: fault)
    }

    /// Ends the connection's part in every count; what there is to say of its fault stays.
    mutating func close() {
        kept = explained
        unsafe guarding?.pointee.close()
    }

    var subprotocol: String? { refusal?.subprotocol ?? acceptance?.subprotocol }

    /// Fields of the answer, as lines of HTTP.
    var headerLines: String {
        let headers = refusal?.responseHeaders ?? acceptance?.responseHeaders ?? []
        return headers.map { "\($0.name): \($0.value)\r\n" }.joined()
    }
}
