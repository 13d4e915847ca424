package import WebSocketProtocol

/// How each violation is told to the peer: the language's table, with what the policy changed.
package struct Answers: Sendable {
    /// What a peer is told of one violation.
    package struct Answer: Sendable, Equatable {
        package var delivery: ResponseEntry.Delivery
        /// HTTP status of a refused handshake.
        package var status: UInt16
        package var closeCode: UInt16
        /// At most 123 bytes of UTF-8.
        package var reason: String

        package init(delivery: ResponseEntry.Delivery, status: UInt16, closeCode: UInt16, reason: String) {
            self.delivery = delivery
            self.status = status
            self.closeCode = closeCode
            self.reason = reason
        }
    }

    private var table: [Violation: Answer]

    /// A table that answers every violation.
    ///
    /// - Parameter answer: what one violation is answered with.
    package init(_ answer: (Violation) -> Answer) {
        table = Dictionary(uniqueKeysWithValues: Violation.allCases.map { ($0, answer($0)) })
    }

    package subscript(_ violation: Violation) -> Answer {
        get {
            table[violation] ?? Answer(delivery: .http, status: 403, closeCode: 1008, reason: "refused")
        }
        set {
            table[violation] = newValue
        }
    }
}
