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

    /// What items of a batch count as.
    package enum BatchCount: String, Sendable, CaseIterable {
        case items
    }

    /// One entry of `types`.
    package struct MessageType: Sendable {
        package var name: Located<String>
        package var span: Span
        /// All hold.
        package var schemas: [Located<SchemaDocument>] = []
        package var rate: Located<RateLimit>?
        package var cost: Located<Int64>?
        package var onViolation: Located<OnViolation>?

        package init(name: Located<String>, span: Span) {
            self.name = name
            self.span = span
        }
    }

    /// One entry of `forbid`: a pattern, or the patterns of a pack.
    package struct Forbidden: Sendable {
        package var patterns: [SchemaPattern]
        package var mode: Mode
        package var span: Span

        package init(patterns: [SchemaPattern], mode: Mode, span: Span) {
            self.patterns = patterns
            self.mode = mode
            self.span = span
        }
    }

    /// What no member name and no string may match, at any depth.
    package struct Forbid: Sendable {
        package var keys: [Forbidden] = []
        package var strings: [Forbidden] = []

        package init() {}

        package var isEmpty: Bool {
            keys.isEmpty && strings.isEmpty
        }

        /// Everything that this and another one forbid.
        package func union(_ other: Forbid) -> Forbid {
            var all = self
            all.keys += other.keys
            all.strings += other.strings
            return all
        }

        /// The entries that refuse, or those too that only report.
        package func entries(observing: Bool) -> Forbid {
            var kept = self
            kept.keys.removeAll { $0.mode == .observe && !observing }
            kept.strings.removeAll { $0.mode == .observe && !observing }
            return kept
        }
    }

    package var head: SectionHead
    package var format: Located<Format>?
    package var duplicateKeys: Located<DuplicateKeys>?
    package var depth: Located<Int64>?
    package var interoperable: Located<Bool>?
    package var onViolation: Located<OnViolation>?
    /// All hold for every message.
    package var schemas: [Located<SchemaDocument>] = []
    /// Reference tokens of the JSON Pointer to the message's type.
    package var discriminator: Located<[String]>?
    package var types: Located<[MessageType]>?
    package var forbid: Located<Forbid>?
    /// Items that a batch may have, at least 1; nil where an array is a message like any other.
    package var batch: Located<Int64>?
    /// The type of the first message, which no later one has; nil where messages have no order.
    package var first: Located<String>?

    package init(head: SectionHead) {
        self.head = head
    }
}
