package import PolicyPlan
package import WebSocketProtocol

/// What a content check says of one message.
package struct ContentVerdict: Sendable, Equatable {
    /// Nil when the message passes.
    package let violation: Violation?
    /// The byte of the message at which the violation stands; 0 when it passes.
    package let offset: Int
    /// The message's type as an index into the root's types; -1 when it has none.
    package let typeIndex: Int
    /// What is done about the violation; `warn` lets the message pass.
    package let action: ContentAction

    package init(violation: Violation?, offset: Int, typeIndex: Int, action: ContentAction) {
        self.violation = violation
        self.offset = offset
        self.typeIndex = typeIndex
        self.action = action
    }
}
