import PolicyPlan
import WebSocketProtocol

/// The first fault of one kind in a message.
struct ContentFault {
    /// One step from the message's outermost value to the faulty one.
    enum PathStep: Equatable {
        case member([UInt8])
        case item(Int)
    }

    let violation: Violation
    /// What is done about it.
    let action: ContentAction
    /// The byte at which it stands.
    let offset: Int
    /// For schemaMismatch: the node, and what of it refuses.
    var node: RecordPointer?
    var keyword: ContentKeyword?
    /// Which of several: a property's or an item's index.
    var detail: UInt32 = 0
    /// Where the faulty value, or the name of the faulty member, begins.
    var start: Int
    /// For reports only.
    var path: [PathStep] = []
}
