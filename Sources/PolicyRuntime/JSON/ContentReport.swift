package import PolicyPlan
package import WebSocketProtocol

/// Why a message is refused, for the audit log: made by a second run over the message, never on the fast path.
package struct ContentReport: Sendable, Equatable {
    package let violation: Violation
    /// The byte of the message at which the fault stands.
    package let offset: Int
    /// JSON Pointer (RFC 6901) to the faulty value, or to the object that lacks or has the faulty member.
    ///
    /// Its names come from the message: escaped, and cut to a bounded length.
    package let pointer: String
    /// The keyword's place as the plan numbers it; nil where no keyword refuses, or the plan has no sources.
    package let source: UInt32?
    /// One sentence, with at most about 60 characters of the message, escaped.
    package let sentence: String

    /// The report that belongs to the verdict on a message; nil when the message passes.
    package static func make(
        program: ProgramView,
        root: UInt32,
        sources: ProgramSources?,
        message: borrowing PaddedBytes
    ) -> ContentReport? {
        var scratch = ContentScratch()
        let pointer = scratch.begin(count: message.count, program)
        let walk = ContentWalk.run(
            program: program,
            root: root,
            start: message.start,
            count: message.count,
            detailed: true,
            scratch: pointer
        )
        guard let first = walk.verdictFault else { return nil }
        let union = UnionFault(view: program, root: root, start: message.start, scratch: pointer)
        let fault = union.deepest(first)
        let record = RecordPointer(program)
        let wording = FaultWording(
            program: record,
            root: record + root,
            fault: fault,
            start: message.start,
            count: message.count
        )
        return ContentReport(
            violation: fault.violation,
            offset: fault.offset,
            pointer: Self.pointer(fault.path),
            source: sources.flatMap { source(of: fault, in: $0, program: record) },
            sentence: wording.sentence
        )
    }

    /// As above, for a message in any memory.
    package static func make(
        program: ProgramView,
        root: UInt32,
        sources: ProgramSources?,
        unpadded message: Span<UInt8>
    ) -> ContentReport? {
        var copy = PaddedBytes()
        copy.append(message)
        return make(program: program, root: root, sources: sources, message: copy)
    }

    private static func pointer(_ path: [ContentFault.PathStep]) -> String {
        let steps = path.prefix(16).map { step in
            switch step {
            case .member(let name): "/" + Excerpt.of(name, limit: 64).replacingPointerSyntax
            case .item(let index): "/\(index)"
            }
        }
        return steps.joined() + (path.count > 16 ? "/…" : "")
    }

    private static func source(of fault: ContentFault, in sources: ProgramSources, program: RecordPointer) -> UInt32? {
        // The program itself says where something is forbidden.
        if fault.violation == .forbiddenContent { return fault.detail }
        guard let node = fault.node, let keyword = fault.keyword else { return nil }
        let id = node.word(ProgramLayout.Node.id)
        switch keyword {
        case .type:
            // A number of the wrong kind has its own mark; otherwise the schema whose types leave the value's out.
            let wanted = fault.detail
            return sources.source(node: id, keyword: keyword) { detail in
                wanted == 0 ? detail & ContentKeyword.integerDetail != 0 : detail & wanted == 0
            }
        case .required, .prefixItem, .pattern, .format, .dependentRequired, .allOf, .anyOf, .oneOf, .not,
            .conditional, .dependentSchema, .contains:
            return sources.source(node: id, keyword: keyword) { $0 == fault.detail }
        case .property:
            return sources.source(node: id, keyword: keyword) { $0 == fault.detail }
                ?? sources.source(node: id, keyword: .additionalProperties) { _ in true }
        case .enumeration, .lowerBound, .upperBound, .multipleOf, .minLength, .maxLength, .minItems, .maxItems, .items,
            .minProperties, .maxProperties, .additionalProperties, .uniqueItems, .propertyNames, .unevaluatedItems,
            .unevaluatedProperties:
            return sources.source(node: id, keyword: keyword) { _ in true }
        }
    }
}

extension String {
    fileprivate var replacingPointerSyntax: String {
        split(separator: "~", omittingEmptySubsequences: false).joined(separator: "~0")
            .split(separator: "/", omittingEmptySubsequences: false).joined(separator: "~1")
    }
}
