import CWebSocketPolicy

/// What the functions of the C interface return besides texts' lengths, as the header numbers it.
enum Outcome {
    static let done: Int32 = 0
    static let argument = WSP_ERROR_ARGUMENT.rawValue
    static let file = WSP_ERROR_FILE.rawValue
    static let plan = WSP_ERROR_PLAN.rawValue
    static let keys = WSP_ERROR_KEYS.rawValue
    static let busy = WSP_ERROR_BUSY.rawValue
    static let none = WSP_NONE.rawValue

    static let accept = Int32(WSP_ACCEPT.rawValue)
    static let refuse = Int32(WSP_REFUSE.rawValue)
    static let forward = Int32(WSP_FORWARD.rawValue)
    static let warn = Int32(WSP_WARN.rawValue)
    static let drop = Int32(WSP_DROP.rawValue)
    static let close = Int32(WSP_CLOSE.rawValue)
    static let wait = Int32(WSP_WAIT.rawValue)
    static let authenticated = Int32(WSP_AUTHENTICATED.rawValue)
    static let closed = Int32(WSP_CLOSED.rawValue)
}

/// A call of the C interface that cannot be done: the number that it returns, and a sentence.
struct Problem: Error {
    let outcome: Int32
    let text: String
}
