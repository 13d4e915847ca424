import CWebSocketPolicy
import PolicyRuntime
import WebSocketProtocol

extension ViolationSet {
    /// One bit a violation, at its number.
    var word: UInt64 { violations.reduce(0) { $0 | 1 << UInt64($1.rawValue) } }
}

extension wsp_decision {
    /// A decision about which nothing more is to be said.
    @inline(__always)
    init(kind: Int32, type: Int = -1) {
        self.init()
        self.kind = kind
        self.type = Int32(truncatingIfNeeded: type)
    }

    /// A refused handshake.
    init(_ refusal: Refusal) {
        self.init(kind: Outcome.refuse)
        violation = Int32(refusal.violation.rawValue)
        observed = refusal.observed.word
        status = UInt32(refusal.status)
        switch refusal.delivery {
        case .http:
            delivery = Int32(WSP_DELIVER_HTTP.rawValue)
        case .close:
            delivery = Int32(WSP_DELIVER_CLOSE.rawValue)
            close_code = UInt32(refusal.closeCode)
        }
        retry_after = UInt32(clamping: refusal.retryAfterSeconds ?? 0)
        close_wait = refusal.closeWaitNanoseconds
    }
}

extension ConnectionState {
    /// Notes a decision and says it in the caller's words.
    @inline(__always)
    mutating func tell(_ decision: EventDecision, _ answer: UnsafeMutablePointer<wsp_decision>?) -> Int32 {
        if case .forward(let type) = decision, unsafe guarding?.pointee.observed.isEmpty != false {
            // The caller's memory, where it gave some.
            if let answer = unsafe answer { unsafe answer.pointee = wsp_decision(kind: Outcome.forward, type: type) }
            return Outcome.forward
        }
        return unsafe tellMore(decision, answer)
    }

    @inline(never)
    private mutating func tellMore(
        _ decision: EventDecision,
        _ answer: UnsafeMutablePointer<wsp_decision>?
    ) -> Int32 {
        var told = wsp_decision(kind: Outcome.closed)
        switch decision {
        case .wait, .ping, .pong: told.kind = Outcome.wait
        case .closed, .peerCloses: break
        case .authenticated: told.kind = Outcome.authenticated
        case .forward(let type): told = wsp_decision(kind: Outcome.forward, type: type)
        case .warn(let fault, let type):
            told = wsp_decision(kind: Outcome.warn, type: type)
            note(fault, &told)
        case .drop(let fault):
            told.kind = Outcome.drop
            note(fault, &told)
        case .close(let fault):
            told.kind = Outcome.close
            note(fault, &told)
            told.close_code = UInt32(fault.closeCode)
            told.close_wait = unsafe guarding?.pointee.closeWaitNanoseconds ?? 0
        }
        if told.kind != Outcome.closed { told.observed = unsafe guarding?.pointee.observed.word ?? 0 }
        // The caller's memory, where it gave some.
        if let answer = unsafe answer { unsafe answer.pointee = told }
        return told.kind
    }

    private mutating func note(_ fault: Fault, _ told: inout wsp_decision) {
        self.fault = fault
        told.violation = Int32(fault.violation.rawValue)
    }

    /// What a deadline decided, or that none is met.
    mutating func tell(due fault: Fault?, _ answer: UnsafeMutablePointer<wsp_decision>?) -> Int32 {
        guard let fault else {
            let isOpen = unsafe guarding?.pointee.hasEnded == false
            return unsafe tell(isOpen ? .wait : .closed, answer)
        }
        return unsafe tell(.close(fault), answer)
    }
}
