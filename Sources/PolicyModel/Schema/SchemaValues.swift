import PolicyDocument

/// Reads the values of keywords.
extension SchemaReading {
    mutating func string(_ node: Node, _ keyword: SchemaKeyword) -> Located<String>? {
        guard case .string(let text)? = node.scalar else {
            diagnostics.error(
                "schema-value",
                SchemaWording.wrongValue(keyword, "a string"),
                at: node.span,
                help: node.kind == .scalar ? "put it in quotes" : nil
            )
            return nil
        }
        return Located(text, at: node.span)
    }

    mutating func bool(_ node: Node, _ keyword: SchemaKeyword) -> Bool {
        guard case .bool(let value)? = node.scalar else {
            diagnostics.error("schema-value", SchemaWording.wrongValue(keyword, "`true` or `false`"), at: node.span)
            return false
        }
        return value
    }

    mutating func number(_ node: Node, _ keyword: SchemaKeyword) -> Located<ExactNumber>? {
        guard let number = exactNumber(node) else {
            diagnostics.error("schema-value", SchemaWording.wrongValue(keyword, "a number"), at: node.span)
            return nil
        }
        return Located(number, at: node.span)
    }

    private func exactNumber(_ node: Node) -> ExactNumber? {
        switch node.scalar {
        case .integer(let text)?, .float(let text)?: ExactNumber(text)
        case .null?, .bool?, .string?, nil: nil
        }
    }

    /// A length or a count: an integer from zero up, `2.0` too.
    mutating func size(_ node: Node, _ keyword: SchemaKeyword) -> Located<Int>? {
        guard let number = exactNumber(node), number.isInteger else {
            diagnostics.error("schema-value", SchemaWording.wrongValue(keyword, "an integer"), at: node.span)
            return nil
        }
        guard !number.isNegative else {
            diagnostics.error("schema-value", SchemaWording.negative(keyword), at: node.span)
            return nil
        }
        // What does not fit is beyond every message.
        return Located(number.int64.map { Int(clamping: $0) } ?? .max, at: node.span)
    }

    mutating func members(of node: Node, _ keyword: SchemaKeyword) -> [Node.Entry] {
        guard node.kind == .mapping else {
            diagnostics.error(
                "schema-value",
                SchemaWording.wrongValue(keyword, "a mapping of names to schemas"),
                at: node.span
            )
            return []
        }
        return node.entries
    }

    mutating func elements(of node: Node, _ keyword: SchemaKeyword) -> [Node] {
        guard node.kind == .sequence else {
            diagnostics.error("schema-value", SchemaWording.wrongValue(keyword, "a list"), at: node.span)
            return []
        }
        return node.elements
    }

    /// A JSON value; nil after an error.
    mutating func constant(_ node: Node) -> JSONConstant? {
        switch node.kind {
        case .sequence:
            let items = node.elements.map { constant($0) }
            return items.contains(nil) ? nil : .array(items.compactMap { $0 })
        case .mapping:
            var members: [ExactText: JSONConstant] = [:]
            for entry in node.entries {
                guard let value = constant(entry.value) else { return nil }
                members[ExactText(entry.key.text ?? "")] = value
            }
            return .object(members)
        case .scalar: break
        }
        switch node.scalar {
        case .null?, nil: return .null
        case .bool(let value)?: return .bool(value)
        case .string(let text)?: return .string(ExactText(text))
        case .integer(let text)?, .float(let text)?:
            guard let number = ExactNumber(text) else {
                diagnostics.error(
                    "schema-value",
                    SchemaWording.noJSONNumber(text),
                    at: node.span,
                    help: "put it in quotes where a string is meant"
                )
                return nil
            }
            return .number(number)
        }
    }

    /// A pattern and its automaton; nil after an error.
    mutating func readPattern(_ node: Node, _ keyword: SchemaKeyword) -> Located<SchemaPattern>? {
        guard let text = string(node, keyword) else { return nil }
        do throws(PatternFault) {
            return Located(try library.pattern(text.value), at: node.span)
        } catch {
            diagnostics.error(
                "schema-pattern",
                SchemaWording.wrongPattern(error.message),
                at: error.range.isEmpty ? node.span : node.span(ofUTF8: error.range),
                help: error.help
            )
            return nil
        }
    }

    /// A format that is known; nil after an error.
    mutating func readFormat(_ node: Node) -> Located<String>? {
        guard let text = string(node, .format) else { return nil }
        guard !SchemaFormats.names.contains(text.value) else { return text }
        guard strictness == .authored else { return nil }
        let near = NearestName.of(text.value, among: SchemaFormats.names.sorted())
        diagnostics.error(
            "schema-format",
            SchemaWording.unknownFormat(text.value),
            at: node.span,
            help: near.map { "did you mean `\($0)`?" }
                ?? "formats are \(SchemaFormats.names.sorted().joined(separator: ", "))"
        )
        return nil
    }
}

/// The formats that are asserted: all that the drafts define.
package enum SchemaFormats {
    package static let names: Set<String> = [
        "date-time", "date", "time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6",
        "uri",
        "uri-reference", "iri", "iri-reference", "uri-template", "uuid", "json-pointer", "relative-json-pointer",
        "regex",
    ]
}
