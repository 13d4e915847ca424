package import PolicyDocument

/// The `messages` sections of all levels of one mode, combined.
///
/// Where levels observe, the observing check is the combination of every level.
package struct MessageCheck: Sendable {
    /// One type of the closed set.
    package struct MessageType: Sendable {
        package var name: String
        package var span: Span
        /// All hold, besides those of every message.
        package var schemas: [Located<SchemaDocument>]
        /// Indices into `ResolvedPolicy.limits`.
        package var rates: [Int]
        /// What one message of the type counts for in every message rate, at least 1.
        package var cost: Int64
        /// In place of the section's word, for schemaMismatch; nil where the type has none.
        package var onViolation: MessagesSection.OnViolation?

        package init(
            name: String,
            span: Span,
            schemas: [Located<SchemaDocument>],
            rates: [Int],
            cost: Int64,
            onViolation: MessagesSection.OnViolation?
        ) {
            self.name = name
            self.span = span
            self.schemas = schemas
            self.rates = rates
            self.cost = cost
            self.onViolation = onViolation
        }
    }

    package var mode: Mode
    package var span: Span
    package var format: Located<MessagesSection.Format>
    package var duplicateKeys: Located<MessagesSection.DuplicateKeys>
    package var depth: Located<Int64>
    package var interoperable: Located<Bool>
    package var onViolation: Located<MessagesSection.OnViolation>
    /// All hold for every message.
    package var schemas: [Located<SchemaDocument>]
    /// Reference tokens of the pointer to the message's type; nil where messages have none.
    package var discriminator: Located<[String]>?
    /// The closed set; nil where messages have no types.
    package var types: Located<[MessageType]>?
    /// What no member name and no string may match.
    package var forbid = MessagesSection.Forbid()
    /// Items that a batch may have; nil where an array is a message like any other.
    package var batch: Located<Int64>?
    /// The type of the first message, which no later one has; nil where messages have no order.
    package var first: Located<String>?

    package init(
        mode: Mode,
        span: Span,
        format: Located<MessagesSection.Format>,
        duplicateKeys: Located<MessagesSection.DuplicateKeys>,
        depth: Located<Int64>,
        interoperable: Located<Bool>,
        onViolation: Located<MessagesSection.OnViolation>,
        schemas: [Located<SchemaDocument>],
        discriminator: Located<[String]>?,
        types: Located<[MessageType]>?
    ) {
        self.mode = mode
        self.span = span
        self.format = format
        self.duplicateKeys = duplicateKeys
        self.depth = depth
        self.interoperable = interoperable
        self.onViolation = onViolation
        self.schemas = schemas
        self.discriminator = discriminator
        self.types = types
    }
}
