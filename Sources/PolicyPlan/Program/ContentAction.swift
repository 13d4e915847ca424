/// What is done with a message that a content check refuses; raw values are part of the plan format.
package enum ContentAction: UInt8, Sendable, CaseIterable {
    /// Close the connection.
    case close = 0
    /// Do not deliver the message.
    case drop = 1
    /// Deliver it and report.
    case warn = 2
}
