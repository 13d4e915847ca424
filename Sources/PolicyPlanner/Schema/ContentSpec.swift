package import PolicyDocument
package import PolicyModel
package import PolicyPlan

/// What one root of the content program checks: the contract between the planner's lowering and the program builder.
package struct ContentSpec: Sendable {
    /// One type of the closed set.
    package struct MessageType: Sendable {
        package var name: String
        /// All hold, besides those of every message.
        package var schemas: [SchemaDocument]
        /// In place of the spec's action for schemaMismatch.
        package var onSchemaMismatch: ContentAction?

        package init(name: String, schemas: [SchemaDocument], onSchemaMismatch: ContentAction? = nil) {
            self.name = name
            self.schemas = schemas
            self.onSchemaMismatch = onSchemaMismatch
        }
    }

    /// All hold for every message.
    package var everyMessage: [SchemaDocument]
    /// Reference tokens of the pointer to the message's type; nil where messages have no closed set of types.
    package var discriminator: [String]?
    /// The closed set, which means nothing without a discriminator.
    ///
    /// A verdict's type index counts here.
    package var types: [MessageType]
    /// How many levels of containers may nest, 1…1000; what lies beyond is taken as the nearer end.
    package var depth: Int
    package var denyDuplicates: Bool
    package var interoperable: Bool
    package var onViolation: ContentAction
    /// What no member name, and what no string, may match, with the places that say so.
    package var forbiddenKeys: [Forbidden] = []
    package var forbiddenStrings: [Forbidden] = []
    /// Items that an outermost array may have, each of which is a message; 0: an array is a message like any other.
    package var batchItems = 0

    /// A pattern that must match nothing.
    package struct Forbidden: Sendable {
        package var pattern: SchemaPattern
        package var span: Span

        package init(pattern: SchemaPattern, span: Span) {
            self.pattern = pattern
            self.span = span
        }
    }

    package init(
        everyMessage: [SchemaDocument],
        discriminator: [String]? = nil,
        types: [MessageType] = [],
        depth: Int = 32,
        denyDuplicates: Bool = true,
        interoperable: Bool = true,
        onViolation: ContentAction = .close
    ) {
        self.everyMessage = everyMessage
        self.discriminator = discriminator
        self.types = types
        self.depth = depth
        self.denyDuplicates = denyDuplicates
        self.interoperable = interoperable
        self.onViolation = onViolation
    }
}
