package import PolicyDocument
package import PolicyModel
package import WebSocketProtocol

/// What is wrong with the content of one message, and what is done about it.
package struct ContentFault: Sendable {
    package let violation: Violation
    package let offset: Int
    /// Every place of the policy that says so at that byte.
    package let spans: Set<Span>
    package let action: MessagesSection.OnViolation
}

/// How the content of a message is judged.
package struct ContentRules {
    package var depth: Int
    package var deniesDuplicates: Bool
    package var isInteroperable: Bool
    /// Hold for every message.
    package var schemas: [SchemaDocument]
    package var discriminator: [String]?
    package var types: [MessageCheck.MessageType]?
    package var onViolation: MessagesSection.OnViolation
    /// Where a violation points that no keyword of a schema states.
    package var place: (Violation) -> Span
    /// What no name, and no string, may match.
    package var forbid = MessagesSection.Forbid()
    /// How many messages an outermost array may be; nil where it is one message.
    package var batch: Int64?

    package init(
        depth: Int,
        deniesDuplicates: Bool,
        isInteroperable: Bool,
        schemas: [SchemaDocument],
        discriminator: [String]?,
        types: [MessageCheck.MessageType]?,
        onViolation: MessagesSection.OnViolation,
        place: @escaping (Violation) -> Span
    ) {
        self.depth = depth
        self.deniesDuplicates = deniesDuplicates
        self.isInteroperable = isInteroperable
        self.schemas = schemas
        self.discriminator = discriminator
        self.types = types
        self.onViolation = onViolation
        self.place = place
    }
}

/// All faults of one message, found by reading it as a tree and asking one question after the other.
package struct ContentCheck {
    private struct Fault {
        let violation: Violation
        let offset: Int
        let span: Span
        /// In place of the section's word.
        var action: MessagesSection.OnViolation?
    }

    private let rules: ContentRules
    private var faults: [Fault] = []
    /// What the message says it is; nil where it does not say, or says what no type is called.
    package private(set) var type: MessageCheck.MessageType?
    /// Of each message of a batch; nil where the message is no batch.
    package private(set) var items: [MessageCheck.MessageType?]?
    package let text: JSONText

    package init(_ bytes: [UInt8], _ rules: ContentRules) {
        self.rules = rules
        text = JSONText(bytes, depth: rules.depth)
        if let offset = text.invalidUTF8 { note(.invalidUTF8, offset) }
        if let offset = text.malformed { note(.malformedJSON, offset) }
        for offset in text.tooDeep { note(.nestingTooDeep, offset) }
        guard let root = text.root else { return }
        checkNamesAndNumbers(root)
        checkForbidden(root)
        guard let most = rules.batch, case .array(let messages) = root.content else {
            type = judge(root)
            return
        }
        items = messages.map { judge($0) }
        if messages.isEmpty, let end = root.end { note(.schemaMismatch, end) }
        if messages.count > most { note(.batchTooLarge, messages[Int(most)].start) }
    }

    /// Asks of one message what it is, and whether it fits; its type.
    private mutating func judge(_ message: JSONValue) -> MessageCheck.MessageType? {
        let type = findType(message)
        for schema in rules.schemas + (type?.schemas.map(\.value) ?? []) {
            for fault in SchemaCheck(schema, message).faults {
                faults.append(
                    Fault(
                        violation: .schemaMismatch,
                        offset: fault.offset,
                        span: fault.span,
                        action: type?.onViolation
                    )
                )
            }
        }
        return type
    }

    /// The fault that decides; nil where the message passes without any.
    package var verdict: ContentFault? {
        for action in [MessagesSection.OnViolation.close, .drop, .warn] {
            let candidates = faults.filter { self.action(of: $0) == action }
            guard
                let first = candidates.min(by: {
                    ($0.offset, $0.violation.rawValue) < ($1.offset, $1.violation.rawValue)
                })
            else { continue }
            let same = candidates.filter { $0.offset == first.offset && $0.violation == first.violation }
            return ContentFault(
                violation: first.violation,
                offset: first.offset,
                spans: Set(same.map(\.span)),
                action: action
            )
        }
        return nil
    }

    private func action(of fault: Fault) -> MessagesSection.OnViolation {
        if fault.violation == .invalidUTF8 { return .close }
        return fault.action ?? rules.onViolation
    }

    private mutating func note(_ violation: Violation, _ offset: Int) {
        faults.append(Fault(violation: violation, offset: offset, span: rules.place(violation)))
    }

    // MARK: Forbidden content

    private mutating func checkForbidden(_ value: JSONValue) {
        switch value.content {
        case .null, .bool, .number, .skipped: break
        case .string(let text): if let end = value.end { note(text, rules.forbid.strings, end) }
        case .array(let items): for item in items { checkForbidden(item) }
        case .object(let members):
            for member in members {
                note(member.name, rules.forbid.keys, member.nameEnd)
                if let inner = member.value { checkForbidden(inner) }
            }
        }
    }

    private mutating func note(_ text: [UInt8], _ entries: [MessagesSection.Forbidden], _ offset: Int) {
        for entry in entries where entry.patterns.contains(where: { PatternMatch.matches($0, text) }) {
            faults.append(Fault(violation: .forbiddenContent, offset: offset, span: entry.span))
        }
    }

    // MARK: Names and numbers

    private mutating func checkNamesAndNumbers(_ value: JSONValue) {
        switch value.content {
        case .null, .bool, .string, .skipped: break
        case .number(let number):
            guard let end = value.end else { return }
            let isSafe = rules.isInteroperable ? number.isInteroperable : number.isWithinBounds
            if !isSafe { note(.unsafeNumber, end) }
        case .array(let items):
            for item in items { checkNamesAndNumbers(item) }
        case .object(let members):
            var names: Set<[UInt8]> = []
            for member in members {
                if !names.insert(member.name).inserted, rules.deniesDuplicates {
                    note(.duplicateKey, member.nameEnd)
                }
                if let inner = member.value { checkNamesAndNumbers(inner) }
            }
        }
    }

    // MARK: Type

    private mutating func findType(_ root: JSONValue) -> MessageCheck.MessageType? {
        guard let pointer = rules.discriminator, let types = rules.types else { return nil }
        var value = root
        for token in pointer {
            if case .skipped = value.content { return nil }
            if let place = Self.arrayIndex(token) {
                guard case .array(let items) = value.content else { return unknown(at: value.start) }
                guard place < items.count else { return missing(in: value) }
                value = items[place]
            } else {
                guard case .object(let members) = value.content else { return unknown(at: value.start) }
                guard let member = members.first(where: { $0.name == Array(token.utf8) }) else {
                    return missing(in: value)
                }
                // The text ends before the value does.
                guard let inner = member.value else { return nil }
                value = inner
            }
        }
        if case .skipped = value.content { return nil }
        guard value.kind == .string else { return unknown(at: value.start) }
        guard let end = value.end, case .string(let name) = value.content else { return nil }
        return types.first { Array($0.name.utf8) == name } ?? unknown(at: end)
    }

    private mutating func unknown(at offset: Int) -> MessageCheck.MessageType? {
        note(.unknownMessageType, offset)
        return nil
    }

    private mutating func missing(in container: JSONValue) -> MessageCheck.MessageType? {
        container.end.flatMap { unknown(at: $0) }
    }

    /// The place that a reference token names in an array: `0`, or digits without a leading zero.
    private static func arrayIndex(_ token: String) -> Int? {
        guard !token.isEmpty, token.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        guard token == "0" || token.utf8.first != 0x30 else { return nil }
        return Int(token)
    }
}
