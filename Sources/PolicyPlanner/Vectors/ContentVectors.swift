import PolicyDocument
import PolicyModel
import PolicyPlan
import WebSocketProtocol

extension Lowering {
    /// Tests a `MessageRecord` of JSON: depth, duplicate members, numbers, and the names of types.
    ///
    /// Schemas may refuse the same message earlier, so that of what is outside only that it is refused is known, and of
    /// what is inside only that it is not refused for this.
    mutating func addVectors(_ check: MessageCheck, _ record: UInt32) {
        guard check.format.value == .json, vectors.isNew(.content, record) else { return }
        let depth = Int(clamping: check.depth.value)
        addContent(Self.nested(depth), record, .anythingBut(Violation.nestingTooDeep.rawValue), check.depth.span)
        if depth < 1000 { addContent(Self.nested(depth + 1), record, .refused, check.depth.span) }
        let duplicates = check.duplicateKeys
        addContent(
            #"{"a":1,"a":1}"#,
            record,
            duplicates.value == .deny ? .refused : .anythingBut(Violation.duplicateKey.rawValue),
            duplicates.span
        )
        addContent(#"{"a":1,"A":1}"#, record, .anythingBut(Violation.duplicateKey.rawValue), duplicates.span)
        let numbers = check.interoperable
        let isUnsafe: VectorExpectation = numbers.value ? .refused : .anythingBut(Violation.unsafeNumber.rawValue)
        addContent("[9007199254740991]", record, .anythingBut(Violation.unsafeNumber.rawValue), numbers.span)
        addContent("[9007199254740992]", record, isUnsafe, numbers.span)
        addContent("{", record, .refused, check.span)
        if let batch = check.batch, batch.value <= 256 {
            let items = Int(batch.value)
            addContent(Self.zeros(items), record, .anythingBut(Violation.batchTooLarge.rawValue), batch.span)
            addContent(Self.zeros(items + 1), record, .refused, batch.span)
            addContent("[]", record, .refused, batch.span)
        }
        guard let pointer = check.discriminator?.value, let types = check.types else { return }
        for type in types.value {
            let message = Self.message(type.name, at: pointer)
            addContent(message, record, .anythingBut(Violation.unknownMessageType.rawValue), type.span)
        }
        let names = Set(types.value.map(\.name))
        for type in VectorCollector.sample(types.value) {
            for name in [type.name + "x", String(type.name.dropLast())] where !names.contains(name) {
                addContent(Self.message(name, at: pointer), record, .refused, type.span)
            }
        }
    }

    private mutating func addContent(
        _ message: String,
        _ record: UInt32,
        _ expectation: VectorExpectation,
        _ span: Span
    ) {
        vectors.add(
            PlanVector(.content, subject: record, input: Array(message.utf8), expectation, source: source(span))
        )
    }

    private static func nested(_ depth: Int) -> String {
        String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }

    private static func zeros(_ count: Int) -> String {
        "[" + Array(repeating: "0", count: count).joined(separator: ",") + "]"
    }

    /// A message that holds nothing but its type.
    private static func message(_ type: String, at pointer: [String]) -> String {
        var message = quoted(type)
        for token in pointer.reversed() {
            if let index = ArrayIndex(token: token)?.value, index <= 64 {
                message = "[" + String(repeating: "0,", count: Int(index)) + message + "]"
            } else {
                message = "{\(quoted(token)):\(message)}"
            }
        }
        return message
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\" + String(scalar)
            case _ where scalar.value < 0x20:
                quoted += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
