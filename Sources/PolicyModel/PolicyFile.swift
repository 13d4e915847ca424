package import PolicyDocument

/// Whether a check refuses or only reports what it would refuse.
package enum Mode: Sendable, Equatable {
    case enforce, observe
}

/// Where a policy is enforced; each place sees another part of a connection.
package enum Target: String, Sendable, CaseIterable {
    case gateway, nio, asgi, library
}

/// One file of a policy as its author wrote it: nothing merged, nothing defaulted, every value with its place.
package struct PolicyFile: Sendable {
    package var file: FileID
    package var name: Located<String>?
    package var description: Located<String>?
    package var target: Located<Target>?
    /// Paths as written, relative to this file, in order.
    package var extends: [Located<String>]
    /// The sections at the top of the file.
    package var level: Level
    /// The `routes` key; nil where the file has none, so that every path is admitted.
    package var routes: Located<[Route]>?
    package var suppressions: [Suppression]
    /// The whole tree, for rules that look at spelling.
    package var root: Node

    package init(
        file: FileID,
        name: Located<String>? = nil,
        description: Located<String>? = nil,
        target: Located<Target>? = nil,
        extends: [Located<String>] = [],
        level: Level,
        routes: Located<[Route]>? = nil,
        suppressions: [Suppression] = [],
        root: Node
    ) {
        self.file = file
        self.name = name
        self.description = description
        self.target = target
        self.extends = extends
        self.level = level
        self.routes = routes
        self.suppressions = suppressions
        self.root = root
    }
}

/// One entry of `routes`: a path pattern and the sections that hold for it besides those of the top level.
package struct Route: Sendable {
    package var pattern: Located<PathPattern>
    package var level: Level

    package init(pattern: Located<PathPattern>, level: Level) {
        self.pattern = pattern
        self.level = level
    }
}

/// The sections written at one level: the top of a file or one route of it.
///
/// Every member is nil or empty where the author left the key out.
package struct Level: Sendable {
    /// The level's own place: the mapping of the file or of the route entry.
    package var span: Span
    package var mode: Located<Mode>?
    package var transport: TransportSection?
    package var clients: ClientsSection?
    package var origins: OriginsSection?
    package var token: TokenSection?
    package var subprotocols: SubprotocolsSection?
    package var limits: LimitsSection?
    package var messages: MessagesSection?
    package var serverMessages: MessagesSection?
    /// `closeCodes`: violation → code.
    package var closeCodes: [CloseCodeEntry]
    package var responses: [ResponseEntry]
    package var responseHeaders: [ResponseHeaderEntry]

    package init(span: Span) {
        self.span = span
        closeCodes = []
        responses = []
        responseHeaders = []
    }
}

/// What every section has: its place, the place of its key, and its own `mode`.
package struct SectionHead: Sendable {
    /// The section's key, for messages about the section as a whole.
    package var key: Span
    /// The section's value.
    package var span: Span
    /// The section's own `mode`; nil where it leaves it to its level.
    package var mode: Located<Mode>?

    package init(key: Span, span: Span, mode: Located<Mode>? = nil) {
        self.key = key
        self.span = span
        self.mode = mode
    }
}
