import PolicyPlan
import WebSocketProtocol

/// Says in a sentence what is wrong with a message.
struct FaultWording {
    /// Characters of the message in one sentence: of a name, and of a value.
    private static let nameLimit = 32
    private static let valueLimit = 28

    let program: RecordPointer
    let root: RecordPointer
    let fault: ContentFault
    let start: BytePointer
    let count: Int

    var sentence: String {
        switch fault.violation {
        case .invalidUTF8: "byte \(fault.offset) of the message does not go on as UTF-8"
        case .malformedJSON: malformed
        case .nestingTooDeep:
            "containers nest deeper than the \(root.word(ProgramLayout.Root.depth)) levels that are allowed"
        case .duplicateKey: "member \(subject) occurs twice"
        case .unsafeNumber: "\(subject) is \(excerpt), a number that parsers read differently"
        case .unknownMessageType: unknownType
        case .batchTooLarge:
            "the batch has more than the \(root.word(ProgramLayout.Root.batchItems)) items that are allowed"
        case .forbiddenContent: forbidden
        default: mismatch
        }
    }

    private var malformed: String {
        guard fault.offset < count else { return "the message ends too early to be JSON" }
        let byte = start.byte(at: fault.offset)
        if byte == 0x5C, start.byte(at: fault.offset + 1) == 0x75 {
            return "the escape at byte \(fault.offset) of the message makes a lone surrogate"
        }
        let rest = (start + fault.offset).copy(min(count - fault.offset, 8))
        return "the message is no JSON from byte \(fault.offset) on: `\(Excerpt.of(rest, limit: 8))`"
    }

    private var unknownType: String {
        let byte = fault.start < count ? start.byte(at: fault.start) : 0
        let isContainer = byte == 0x7B || byte == 0x5B
        if isContainer, fault.offset != fault.start { return "the message has no type: \(subject) lacks it" }
        return byte == 0x22
            ? "the message's type \(excerpt) is not listed" : "\(subject) does not lead to the message's type"
    }

    private var forbidden: String {
        // The colon tells a name from a string.
        let isName = start.byte(at: BlankScan.skip(start + (fault.offset + 1)) - start) == 0x3A
        return isName ? "a member must not be called \(excerpt)" : "\(subject) is \(excerpt), which is forbidden"
    }

    // MARK: schemaMismatch

    private var mismatch: String {
        guard let node = fault.node, let keyword = fault.keyword else {
            return fault.path.isEmpty ? "the batch has no items" : "\(subject) is not allowed"
        }
        switch keyword {
        case .type: return typeFault(node)
        case .enumeration: return "\(subject) is \(excerpt), which is not listed\(listed(node))"
        case .lowerBound: return "\(subject) is \(excerpt), \(bound(node, isLower: true)) is required"
        case .upperBound: return "\(subject) is \(excerpt), \(bound(node, isLower: false)) is required"
        case .multipleOf: return "\(subject) is \(excerpt), \(multiples(node)) is required"
        case .minLength:
            return
                "\(subject) is too short, at least \(size(node, .string, ProgramLayout.StringRule.minimum)) characters are"
                + " required"
        case .maxLength:
            return
                "\(subject) is too long, at most \(size(node, .string, ProgramLayout.StringRule.maximum)) characters are"
                + " allowed"
        case .minItems:
            return
                "\(subject) has too few items, at least \(size(node, .array, ProgramLayout.ArrayRule.minimum)) are required"
        case .maxItems:
            return
                "\(container) has too many items, at most \(size(node, .array, ProgramLayout.ArrayRule.maximum)) are allowed"
        case .minProperties:
            return
                "\(subject) has too few members, at least \(size(node, .object, ProgramLayout.ObjectRule.minimum)) are"
                + " required"
        case .maxProperties:
            return
                "\(container) has too many members, at most \(size(node, .object, ProgramLayout.ObjectRule.maximum)) are"
                + " allowed"
        case .items, .prefixItem: return "\(subject) is not allowed"
        case .required: return "\(subject) lacks `\(propertyName(node))`, which is required"
        case .additionalProperties, .property: return "member \(subject) is not allowed"
        case .pattern: return "\(subject) is \(excerpt), which its pattern does not match"
        case .format: return "\(subject) is \(excerpt), \(formatName) is required"
        case .uniqueItems: return "two items of \(subject) are equal"
        case .dependentRequired: return dependentFault(node)
        case .propertyNames: return "the name of member \(subject) is not allowed"
        case .allOf: return "\(subject) is not what all of its schemas allow"
        case .anyOf: return unionFault(node, "\(subject) is none of the alternatives that are allowed")
        case .oneOf: return unionFault(node, "\(subject) has to be exactly one of the alternatives that are allowed")
        case .not: return "\(subject) is what is not allowed here"
        case .conditional: return "\(subject) is not what its condition asks for"
        case .dependentSchema: return "\(subject) is not what one of its members asks for"
        case .contains: return "\(subject) has not as many items of one kind as it has to contain"
        case .unevaluatedItems: return "\(subject) has an item that no schema allows"
        case .unevaluatedProperties: return "\(subject) has a member that no schema allows"
        }
    }

    private func typeFault(_ node: RecordPointer) -> String {
        // Without a type in the detail, the value is a number where only integers are allowed.
        guard fault.detail != 0 else { return "\(subject) is \(excerpt), an integer is required" }
        let allowed = ValueTypes(rawValue: node.byte(ProgramLayout.Node.types))
        let found = Self.names(ValueTypes(rawValue: UInt8(truncatingIfNeeded: fault.detail)), isInteger: false)
        guard !allowed.isEmpty else { return "\(subject) is \(found), and no value is allowed" }
        return "\(subject) is \(found), \(Self.names(allowed, isInteger: isInteger(node))) is required"
    }

    private func isInteger(_ node: RecordPointer) -> Bool {
        let rule = node.word(ProgramLayout.Node.number)
        let flags = rule == 0 ? 0 : (program + rule).word(ProgramLayout.NumberRule.flags)
        return flags & ProgramLayout.NumberRule.integerOnly != 0
    }

    private static func names(_ types: ValueTypes, isInteger: Bool) -> String {
        let words: [(ValueTypes, String)] = [
            (.object, "an object"), (.array, "an array"), (.string, "a string"),
            (.number, isInteger ? "an integer" : "a number"), (.boolean, "a boolean"), (.null, "null"),
        ]
        let found = words.filter { !types.isDisjoint(with: $0.0) }.map(\.1)
        return found.count < 2
            ? found.first ?? "nothing" : found.dropLast().joined(separator: ", ") + " or " + (found.last ?? "")
    }

    private func listed(_ node: RecordPointer) -> String {
        let rule = node.word(ProgramLayout.Node.string)
        guard rule != 0, fault.start < count, start.byte(at: fault.start) == 0x22 else { return "" }
        let table = program + rule
        let names = min(Int(table.word(ProgramLayout.NameTable.count)), 5)
        guard names > 0 else { return "" }
        let entries = program + table.word(ProgramLayout.NameTable.entries)
        let texts = (0..<names).map { "`\(name(entries + $0 * ProgramLayout.NameEntry.size))`" }
        let isMore = Int(table.word(ProgramLayout.NameTable.count)) > names
        return ": " + texts.joined(separator: ", ") + (isMore ? ", …" : "")
    }

    private func bound(_ node: RecordPointer, isLower: Bool) -> String {
        typealias Rule = ProgramLayout.NumberRule
        let rule = program + node.word(ProgramLayout.Node.number)
        let flags = rule.word(Rule.flags)
        let isExcluded = flags & (isLower ? Rule.lowerExcluded : Rule.upperExcluded) != 0
        let value = decimal(program + rule.word(isLower ? Rule.lower : Rule.upper))
        if isExcluded { return (isLower ? "more than " : "less than ") + value }
        return (isLower ? "at least " : "at most ") + value
    }

    private func multiples(_ node: RecordPointer) -> String {
        typealias Rule = ProgramLayout.NumberRule
        let rule = program + node.word(ProgramLayout.Node.number)
        let multiples = program + rule.word(Rule.multiples)
        let texts = (0..<Int(rule.word(Rule.multipleCount))).map { index in
            let multiple = multiples + index * ProgramLayout.Multiple.size
            let digits = Array(String(multiple.long(ProgramLayout.Multiple.coefficient)).utf8)
            let exponent = Int(Int32(bitPattern: multiple.word(ProgramLayout.Multiple.exponent)))
            return Self.plain(digits, point: digits.count + exponent)
        }
        return "a multiple of " + texts.joined(separator: " and of ")
    }

    private func decimal(_ record: RecordPointer) -> String {
        let count = Int(record.word(ProgramLayout.Decimal.digitCount))
        guard count > 0 else { return "0" }
        let digits = (0..<count).map { record.byte(ProgramLayout.Decimal.digits + $0) }
        let isNegative = record.word(ProgramLayout.Decimal.flags) & ProgramLayout.Decimal.negative != 0
        let point = Int(Int64(bitPattern: record.long(ProgramLayout.Decimal.point)))
        return (isNegative ? "-" : "") + Self.plain(digits, point: point)
    }

    /// Digits with their decimal point; scientific where that would need many zeros.
    private static func plain(_ digits: [UInt8], point: Int) -> String {
        let text = String(decoding: digits, as: UTF8.self)
        if point >= digits.count, point <= 21 { return text + String(repeating: "0", count: point - digits.count) }
        if point > 0, point < digits.count { return text.prefix(point) + "." + text.dropFirst(point) }
        if point <= 0, point > -7 { return "0." + String(repeating: "0", count: -point) + text }
        return text.prefix(1) + (digits.count > 1 ? "." + text.dropFirst() : "") + "e\(point - 1)"
    }

    private enum RuleKind {
        case string, array, object
    }

    private func size(_ node: RecordPointer, _ kind: RuleKind, _ field: Int) -> UInt32 {
        let offset =
            switch kind {
            case .string: node.word(ProgramLayout.Node.string)
            case .array: node.word(ProgramLayout.Node.array)
            case .object: node.word(ProgramLayout.Node.object)
            }
        return (program + offset).word(field)
    }

    private func propertyName(_ node: RecordPointer) -> String {
        let rule = program + node.word(ProgramLayout.Node.object)
        let entries = program + rule.word(ProgramLayout.NameTable.entries)
        return name(entries + Int(fault.detail) * ProgramLayout.NameEntry.size)
    }

    /// Where a member tells the alternatives apart, which values it may have.
    private func unionFault(_ node: RecordPointer, _ other: String) -> String {
        typealias Dispatch = ProgramLayout.Dispatch
        let combination = program + node.word(ProgramLayout.Node.combination)
        let dispatch = combination.word(ProgramLayout.Combination.dispatch)
        guard dispatch != 0, (program + dispatch).word(Dispatch.kind) == Dispatch.byTag else { return other }
        let record = program + dispatch
        let values = record + Dispatch.values
        let count = Int(values.word(ProgramLayout.NameTable.count))
        let entries = program + values.word(ProgramLayout.NameTable.entries)
        let known = (0..<min(count, 5)).map { "`\(name(entries + $0 * ProgramLayout.NameEntry.size))`" }
        return "no alternative for \(subject) has its `\(name(record + Dispatch.member))`; known are "
            + known.joined(separator: ", ") + (count > 5 ? ", …" : "")
    }

    private var formatName: String {
        let format = ContentFormat(rawValue: UInt8(truncatingIfNeeded: fault.detail))
        return format.map { $0.isContent ? $0.name : "the format `\($0.name)`" } ?? "another format"
    }

    private func dependentFault(_ node: RecordPointer) -> String {
        let rule = program + node.word(ProgramLayout.Node.object)
        let names = program + rule.word(ProgramLayout.ObjectRule.names)
        let pair = program + names.word(ProgramLayout.ObjectNames.pairs) + 8 * Int(fault.detail)
        let entries = program + rule.word(ProgramLayout.NameTable.entries)
        let there = name(entries + Int(pair.word(0)) * ProgramLayout.NameEntry.size)
        let missing = name(entries + Int(pair.word(4)) * ProgramLayout.NameEntry.size)
        return "\(subject) lacks `\(missing)`, which `\(there)` requires"
    }

    private func name(_ entry: RecordPointer) -> String {
        let text = Int(entry.word(ProgramLayout.NameEntry.text)) + 1
        let length = Int(entry.word(ProgramLayout.NameEntry.length))
        return Excerpt.of((0..<length).map { program.byte(text + $0) }, limit: 64)
    }

    // MARK: The message's part

    private var subject: String {
        Self.name(fault.path)
    }

    /// What holds the faulty member or item.
    private var container: String {
        Self.name(fault.path.dropLast())
    }

    private static func name(_ path: some BidirectionalCollection<ContentFault.PathStep>) -> String {
        guard let last = path.last else { return "the message" }
        switch last {
        case .member(let name): return "`\(Excerpt.of(name, limit: nameLimit))`"
        case .item(let index):
            let container = path.dropLast().last
            guard case .member(let name)? = container else { return "item \(index)" }
            return "item \(index) of `\(Excerpt.of(name, limit: nameLimit))`"
        }
    }

    /// The faulty scalar as it stands in the message, or what kind of container it is.
    private var excerpt: String {
        guard fault.start < count else { return "nothing" }
        let place = start + fault.start
        switch place.byte {
        case 0x7B: return "an object"
        case 0x5B: return "an array"
        default:
            let length = min(JSONSkim.value(at: place) - place, count - fault.start)
            return Excerpt.of(place.copy(length), limit: Self.valueLimit)
        }
    }
}
