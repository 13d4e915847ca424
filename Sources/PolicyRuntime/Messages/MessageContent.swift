import PolicyPlan
import WebSocketProtocol

/// The content of a whole message under one message check.
enum MessageContent {
    /// A content fault with what is done about it.
    struct Found {
        let violation: Violation
        let action: ContentAction
        let offset: Int
        let source: UInt32
        let root: UInt32

        func made(_ record: Int, _ direction: MessageDirection, _ plan: PlanView) -> Fault {
            Fault(
                violation: violation,
                closeCode: MessageContent.closeCode(violation, record, plan),
                source: source,
                offset: offset,
                contentRoot: root,
                direction: direction,
                note: "the text is not UTF-8"
            )
        }
    }

    /// Whether a message of that opcode is refused for its opcode alone.
    static func isForbidden(_ opcode: Opcode, _ messages: UInt32, _ plan: PlanView) -> Bool {
        switch plan.word(Int(messages) + MessageRecord.format) {
        case 0, 1: opcode == .binary
        case 2: opcode == .text
        default: false
        }
    }

    /// What is wrong with the content, and the message's type; -1 where it has none.
    ///
    /// Text is UTF-8 whatever the policy says (RFC 6455 §8.1).
    static func check(
        _ messages: UInt32,
        _ opcode: Opcode,
        _ message: borrowing PaddedBytes,
        _ scratch: inout ContentScratch,
        _ plan: PlanView
    ) -> (fault: Found?, type: Int) {
        let root = messages == none ? none : plan.word(Int(messages) + MessageRecord.contentRoot)
        guard root != none else {
            guard opcode == .text, let offset = UTF8Validator.firstInvalidOffset(in: message.bytes) else {
                return (nil, -1)
            }
            let source = plan.word(plan.policy + PolicyRecord.defaultSource)
            return (
                Found(violation: .invalidUTF8, action: .close, offset: offset, source: source, root: none), -1
            )
        }
        let verdict = ContentChecker.check(program: plan.program, root: root, message: message, scratch: &scratch)
        guard let violation = verdict.violation else { return (nil, verdict.typeIndex) }
        let source = plan.word(Int(messages) + sourceField(violation))
        return (
            Found(violation: violation, action: verdict.action, offset: verdict.offset, source: source, root: root),
            verdict.typeIndex
        )
    }

    /// The field of the message record that says where a violation points.
    private static func sourceField(_ violation: Violation) -> Int {
        switch violation {
        case .nestingTooDeep: MessageRecord.depthSource
        case .duplicateKey: MessageRecord.duplicateKeysSource
        case .unsafeNumber: MessageRecord.interoperableSource
        case .unknownMessageType: MessageRecord.typesSource
        case .batchTooLarge: MessageRecord.batchSource
        default: MessageRecord.section
        }
    }

    static func closeCode(_ violation: Violation, _ record: Int, _ plan: PlanView) -> UInt16 {
        let answer = plan.index(record + RouteRecord.answers) + Int(violation.rawValue) * AnswerRecord.wordCount
        return UInt16(truncatingIfNeeded: plan.word(answer + AnswerRecord.closeCode))
    }
}

extension RouteRecord {
    /// The field of the check that refuses, by direction.
    @inline(__always)
    static func enforced(_ direction: MessageDirection) -> Int {
        direction == .fromClient ? enforcedMessages : enforcedServerMessages
    }

    /// The field of the check that only reports, by direction.
    @inline(__always)
    static func observed(_ direction: MessageDirection) -> Int {
        direction == .fromClient ? observedMessages : observedServerMessages
    }
}
