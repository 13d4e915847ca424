import PolicyDocument
import PolicyModel
import PolicyPlan

/// What tells two content checks apart: their settings and where their schemas stand.
struct ContentKey: Hashable {
    struct MessageType: Hashable {
        let name: String
        let schemas: [Span]
        let action: ContentAction?
    }

    var schemas: [Span]
    var discriminator: [String]?
    var types: [MessageType] = []
    var depth: Int
    var denyDuplicates: Bool
    var interoperable: Bool
    var onViolation: ContentAction
    var forbidden: [[ForbiddenKey]] = []
    var batchItems = 0

    struct ForbiddenKey: Hashable {
        let pattern: String
        let span: Span
    }
}

extension Lowering {
    /// Adds the content check of a message check; equal ones are one root.
    mutating func content(_ check: MessageCheck) throws(PlannerError) -> UInt32 {
        let types = check.discriminator == nil ? [] : check.types?.value ?? []
        let forbiddenKeys = Self.forbidden(check.forbid.keys)
        let forbiddenStrings = Self.forbidden(check.forbid.strings)
        let key = ContentKey(
            schemas: check.schemas.map(\.span),
            discriminator: check.discriminator?.value,
            types: types.map { type in
                ContentKey.MessageType(
                    name: type.name,
                    schemas: type.schemas.map(\.span),
                    action: type.onViolation.map(Self.action)
                )
            },
            depth: Int(clamping: check.depth.value),
            denyDuplicates: check.duplicateKeys.value == .deny,
            interoperable: check.interoperable.value,
            onViolation: Self.action(check.onViolation.value),
            forbidden: [forbiddenKeys, forbiddenStrings].map { list in
                list.map { ContentKey.ForbiddenKey(pattern: $0.pattern.text, span: $0.span) }
            },
            batchItems: Int(clamping: check.batch?.value ?? 0)
        )
        var spec = ContentSpec(
            everyMessage: check.schemas.map(\.value),
            discriminator: key.discriminator,
            types: types.map { type in
                ContentSpec.MessageType(
                    name: type.name,
                    schemas: type.schemas.map(\.value),
                    onSchemaMismatch: type.onViolation.map(Self.action)
                )
            },
            depth: key.depth,
            denyDuplicates: key.denyDuplicates,
            interoperable: key.interoperable,
            onViolation: key.onViolation
        )
        spec.forbiddenKeys = forbiddenKeys
        spec.forbiddenStrings = forbiddenStrings
        spec.batchItems = key.batchItems
        return try content(key, spec, at: check.span)
    }

    private static func forbidden(_ entries: [MessagesSection.Forbidden]) -> [ContentSpec.Forbidden] {
        entries.flatMap { entry in entry.patterns.map { ContentSpec.Forbidden(pattern: $0, span: entry.span) } }
    }

    /// Adds the check of a token's claims: an object, and what the schemas say besides.
    mutating func claims(_ schemas: [Located<SchemaDocument>], at span: Span) throws(PlannerError) -> UInt32 {
        let key = ContentKey(
            // The empty place stands for the object itself, which no policy writes.
            schemas: [Span(file: span.file, start: 0, end: 0)] + schemas.map(\.span),
            depth: Int(LimitDefaults.depth),
            denyDuplicates: true,
            interoperable: false,
            onViolation: .close
        )
        let spec = ContentSpec(
            everyMessage: [Self.object(at: span)] + schemas.map(\.value),
            depth: key.depth,
            denyDuplicates: true,
            interoperable: false,
            onViolation: .close
        )
        return try content(key, spec, at: span)
    }

    private mutating func content(
        _ key: ContentKey,
        _ spec: ContentSpec,
        at span: Span
    ) throws(PlannerError) -> UInt32 {
        if let root = contents[key] { return root }
        let root: UInt32
        do throws(ProgramBuildError) {
            root = try program.addContent(spec)
        } catch {
            switch error {
            case .tooManyStates(let limit):
                throw PlannerError(
                    "the patterns for the names of one object make more than \(limit) states together",
                    at: span,
                    help: "use fewer patterns in one `patternProperties`, or simpler ones"
                )
            case .tooManyNodes(let limit):
                throw PlannerError(
                    "the schemas of these messages make more than \(limit) different checks",
                    at: span,
                    help: "combine fewer schemas that refer to themselves"
                )
            }
        }
        contents[key] = root
        return root
    }

    /// The schema `{ type: object }`.
    private static func object(at span: Span) -> SchemaDocument {
        var node = SchemaNode(span: span)
        node.types = Located([Located(.object, at: span)], at: span)
        return SchemaDocument(nodes: [node], root: 0)
    }

    private static func action(_ word: MessagesSection.OnViolation) -> ContentAction {
        switch word {
        case .close: .close
        case .drop: .drop
        case .warn: .warn
        }
    }
}
