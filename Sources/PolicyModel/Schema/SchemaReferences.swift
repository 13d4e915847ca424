import PolicyDocument

/// Reads `$ref` and finds references that lead nowhere.
extension SchemaReading {
    /// The schema that a reference names.
    mutating func readReference(_ node: Node) -> Located<Int>? {
        guard let text = string(node, .reference) else { return nil }
        guard text.value.hasPrefix("#") else {
            diagnostics.error(
                "schema-reference",
                SchemaWording.otherFile(text.value),
                at: node.span,
                help: "move the schema to `$defs` of this file and write `#/$defs/NAME`"
            )
            return nil
        }
        guard let tokens = Self.tokens(text.value.dropFirst()) else {
            diagnostics.error(
                "schema-reference",
                SchemaWording.notAPointer(text.value),
                at: node.span,
                help: "write `#/$defs/NAME`"
            )
            return nil
        }
        var target = root
        for (index, token) in tokens.enumerated() {
            guard let next = Self.step(token, from: target) else {
                let near = NearestName.of(token, among: target.entries.compactMap { $0.key.text })
                let prefix = tokens[..<index].map { Self.escaped($0) + "/" }.joined()
                diagnostics.error(
                    "schema-reference",
                    SchemaWording.nothingThere(text.value),
                    at: node.span,
                    help: near.map { "did you mean `#/\(prefix)\(Self.escaped($0))`?" }
                )
                return nil
            }
            target = next
        }
        let index = read(target)
        return isSchema(index) ? Located(index, at: node.span) : nil
    }

    /// The reference tokens of a JSON Pointer in a fragment (RFC 6901 §6); nil when it is none.
    private static func tokens(_ fragment: Substring) -> [String]? {
        guard let decoded = percentDecoded(fragment) else { return nil }
        guard !decoded.isEmpty else { return [] }
        guard decoded.hasPrefix("/") else { return nil }
        return decoded.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { token in
            // `~1` first would turn `~01` into a slash.
            var text = ""
            var isEscape = false
            for character in token.unicodeScalars {
                if isEscape {
                    text.unicodeScalars.append(character == "1" ? "/" : character == "0" ? "~" : character)
                    isEscape = false
                } else if character == "~" {
                    isEscape = true
                } else {
                    text.unicodeScalars.append(character)
                }
            }
            return text
        }
    }

    private static func escaped(_ token: String) -> String {
        token.split(separator: "~", omittingEmptySubsequences: false).joined(separator: "~0")
            .split(separator: "/", omittingEmptySubsequences: false).joined(separator: "~1")
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func step(_ token: String, from node: Node) -> Node? {
        switch node.kind {
        case .mapping: return node[token]
        case .sequence:
            guard let index = Int(token), String(index) == token, node.elements.indices.contains(index) else {
                return nil
            }
            return node.elements[index]
        case .scalar: return nil
        }
    }

    /// Reports references that only lead to references.
    mutating func checkReferences() {
        var settled: Set<Int> = []
        for start in nodes.indices {
            var path: [Int] = []
            var current = start
            while !settled.contains(current), let reference = nodes[current].reference {
                if path.contains(current) {
                    diagnostics.error(
                        "schema-reference",
                        SchemaWording.circle,
                        at: reference.span,
                        help: "a schema may contain itself in its members or items, not in place of itself"
                    )
                    break
                }
                path.append(current)
                current = reference.value
            }
            settled.formUnion(path)
        }
    }
}
