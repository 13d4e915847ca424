package import PolicyDocument

/// `messages`: what a client's message must be.
package struct MessagesSection: Sendable {
    package enum Format: String, Sendable, CaseIterable {
        case json, text, binary, any
    }

    package enum DuplicateKeys: String, Sendable, CaseIterable {
        case deny, allow
    }

    /// Strict to lax.
    package enum OnViolation: String, Sendable, CaseIterable {
        case close, drop, warn
    }

    /// One entry of `types`.
    package struct MessageType: Sendable {
        package var name: Located<String>
        package var span: Span
        package var schema: Located<SchemaDocument>?
        package var rate: Located<RateLimit>?
        package var cost: Located<Int64>?
        package var onViolation: Located<OnViolation>?

        package init(name: Located<String>, span: Span) {
            self.name = name
            self.span = span
        }
    }

    package var head: SectionHead
    package var format: Located<Format>?
    package var duplicateKeys: Located<DuplicateKeys>?
    package var depth: Located<Int64>?
    package var interoperable: Located<Bool>?
    package var onViolation: Located<OnViolation>?
    package var schema: Located<SchemaDocument>?
    /// Reference tokens of the JSON Pointer to the message's type.
    package var discriminator: Located<[String]>?
    package var types: Located<[MessageType]>?

    package init(head: SectionHead) {
        self.head = head
    }
}
