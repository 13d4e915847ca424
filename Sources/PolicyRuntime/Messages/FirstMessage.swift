import PolicyPlan
import WebSocketProtocol

/// The token of a first message, or of one that renews it.
enum FirstMessage {
    enum Found {
        case token([UInt8])
        /// JSON without that member, or no JSON at all.
        case none
        /// The member is no text, or empty.
        case wrong
    }

    /// Looks for the token where a token check expects it.
    ///
    /// The message must be JSON text, an object without duplicate members; what is not may be an ordinary message.
    static func token(
        in message: borrowing PaddedBytes,
        _ opcode: Opcode,
        record: Int,
        _ plan: PlanView,
        _ scratch: inout ContentScratch
    ) -> Found {
        let structure = plan.word(record + TokenRecord.structureRoot)
        guard opcode == .text,
            ContentChecker.accepts(program: plan.program, root: structure, message: message, scratch: &scratch) != nil,
            var value = JSONLookup.root(of: message)
        else { return .none }
        let list = plan.index(record + TokenRecord.messageList)
        for place in 0..<plan.index(record + TokenRecord.messageCount) {
            let name = plan.span(offset: plan.index(list + 2 * place), length: plan.index(list + 2 * place + 1))
            guard let next = JSONLookup.step(name, from: value, in: message) else { return .none }
            value = next
        }
        guard let token = JSONLookup.string(value, in: message), !token.isEmpty else { return .wrong }
        return .token(token)
    }

    /// The token of a message that passed the content check of the renewing type; nil where it has none.
    static func renewal(in message: borrowing PaddedBytes, record: Int, _ plan: PlanView) -> [UInt8]? {
        guard var value = JSONLookup.root(of: message) else { return nil }
        let list = plan.index(record + TokenRecord.renewList)
        for place in 0..<plan.index(record + TokenRecord.renewCount) {
            let name = plan.span(offset: plan.index(list + 2 * place), length: plan.index(list + 2 * place + 1))
            guard let next = JSONLookup.step(name, from: value, in: message) else { return nil }
            value = next
        }
        return JSONLookup.string(value, in: message).flatMap { $0.isEmpty ? nil : $0 }
    }
}
