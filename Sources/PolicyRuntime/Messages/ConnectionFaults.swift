import PolicyPlan
public import WebSocketProtocol

// Why a message or a connection is refused, and what is told of it.
extension ConnectionGuard {
    /// Where faults point that no line of the policy states.
    var defaultSource: UInt32 {
        engine.plan.view.word(engine.plan.view.policy + PolicyRecord.defaultSource)
    }

    @inline(__always)
    mutating func formatFault(_ opcode: Opcode, _ direction: MessageDirection) -> Fault? {
        // What the first message must be is for the token check to say.
        facts[direction].forbids(opcode) && awaiting < 0 ? forbidden(opcode, direction) : nil
    }

    @inline(never)
    mutating func forbidden(_ opcode: Opcode, _ direction: MessageDirection) -> Fault {
        let source = engine.plan.view.word(Int(facts[direction].enforced) + MessageRecord.formatSource)
        return closing(
            .binaryForbidden,
            source,
            opcode == .binary ? "a binary message where text is required" : "a text message where binary is required"
        )
    }

    mutating func closing(_ violation: Violation, _ source: UInt32, _ note: StaticString) -> Fault {
        let fault = fault(violation, source, note)
        close()
        return fault
    }

    func fault(_ violation: Violation, _ source: UInt32, _ note: StaticString) -> Fault {
        Fault(
            violation: violation,
            closeCode: MessageContent.closeCode(violation, record, engine.plan.view),
            source: source,
            offset: 0,
            contentRoot: none,
            note: note
        )
    }

    /// What an operator may want to know of the fault that was decided last; it looks at the message once more, which is gone
    /// after `close()`.
    public func explanation(of fault: Fault) -> FaultExplanation {
        guard fault.contentRoot != none else {
            return FaultExplanation(source: fault.source, pointer: nil, detail: fault.text ?? "\(fault.note)")
        }
        let report =
            switch fault.direction {
            case .fromClient: report(fault, on: message)
            case .fromServer: report(fault, on: serverMessage)
            }
        return FaultExplanation(
            source: report?.source ?? fault.source,
            pointer: report?.pointer,
            detail: report?.sentence ?? "\(fault.note)"
        )
    }

    func report(_ fault: Fault, on message: borrowing PaddedBytes) -> ContentReport? {
        ContentReport.make(
            program: engine.plan.view.program,
            root: fault.contentRoot,
            sources: engine.plan.programSources,
            message: message
        )
    }

    /// The name of a message type by its place, as decisions give it; nil for -1.
    public func typeName(_ type: Int, _ direction: MessageDirection = .fromClient) -> String? {
        let plan = engine.plan.view
        let messages = facts[direction].enforced
        guard type >= 0, messages != none else { return nil }
        let entry = plan.index(Int(messages) + MessageRecord.typeList) + type * MessageTypeRecord.wordCount
        return plan.text(
            offset: plan.index(entry + MessageTypeRecord.nameOffset),
            length: plan.index(entry + MessageTypeRecord.nameLength)
        )
    }
}
