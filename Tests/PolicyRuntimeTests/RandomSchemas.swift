import SeededNumbers

/// Makes schemas and messages that have something to do with each other, in JSON text.
struct RandomSchemas {
    var generator: SeededGenerator
    /// Schemas are made to be counted together rather than to be deep.
    var isCombining = false

    private static let names = ["type", "a", "b", "longer-name-than-14", "née", "x\\\"y", "payload"]
    private static let texts = [
        "buy", "sell", "", "née", "a rather long text of ASCII", "\u{1F600}", "line\\nbreak", "type",
    ]
    private static let numbers = [
        "0", "-0", "1", "1.0", "-1", "0.1", "8.1", "6.25", "100", "1e2", "9007199254740991", "9007199254740993",
        "-12.50",
        "123456789012345678", "1e-7", "3.14159265358979312", "1E+400", "20",
    ]

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &generator)]
    }

    private mutating func name() -> String { "\"\(pick(Self.names))\"" }
    private mutating func text() -> String { "\"\(pick(Self.texts))\"" }

    mutating func schema(_ depth: Int = 3) -> String {
        if generator.once(in: 12) { return pick(["true", "false"]) }
        if isCombining, depth < 2, generator.once(in: 2) { return simple() }
        var keywords: [String] = []
        func add(_ name: String, _ value: String) { keywords.append("\"\(name)\": \(value)") }
        if !generator.once(in: 3) {
            let types = ["object", "array", "string", "number", "integer", "boolean", "null"].shuffled(
                using: &generator
            )
            let count = Int.random(in: 1...3, using: &generator)
            add(
                "type",
                count == 1 ? "\"\(types[0])\"" : "[\(types.prefix(count).map { "\"\($0)\"" }.joined(separator: ","))]"
            )
        }
        if generator.once(in: 4) { add("minimum", pick(["-1", "0", "0.05", "8.1", "100"])) }
        if generator.once(in: 5) { add("exclusiveMaximum", pick(["100.5", "123", "1e3"])) }
        if generator.once(in: 6) { add("multipleOf", pick(["0.1", "1", "2.5", "20", "0.01"])) }
        if generator.once(in: 4) { add("minLength", pick(["0", "1", "3"])) }
        if generator.once(in: 4) { add("maxLength", pick(["3", "4", "30"])) }
        if depth > 0 {
            if generator.once(in: 3) { add("items", schema(depth - 1)) }
            if generator.once(in: 5) { add("prefixItems", "[\(schema(depth - 1)), \(schema(depth - 1))]") }
            if generator.once(in: 5) { add("minItems", pick(["0", "1", "2"])) }
            if generator.once(in: 5) { add("maxItems", pick(["2", "3"])) }
            if !generator.once(in: 3) {
                let members = Set((0..<Int.random(in: 1...4, using: &generator)).map { _ in name() }).sorted()
                add("properties", "{\(members.map { "\($0): \(schema(depth - 1))" }.joined(separator: ", "))}")
            }
            if generator.once(in: 4) { add("additionalProperties", schema(depth - 1)) }
            if generator.once(in: 4), !keywords.contains(where: { $0.hasPrefix("\"additional") }) {
                add("required", "[\(name())]")
            }
            if generator.once(in: 6) { add("maxProperties", pick(["2", "3"])) }
            if generator.once(in: 6) { add("minProperties", pick(["1", "2"])) }
            if generator.once(in: 8) { add("$ref", "\"#\"") }
            if generator.once(in: 8) { add("uniqueItems", "true") }
            if generator.once(in: 8) { add("dependentRequired", "{\(name()): [\(name())]}") }
            if generator.once(in: 10) { add("propertyNames", schema(0)) }
            if generator.once(in: 8) {
                add("contains", schema(depth - 1))
                if generator.once(in: 2) { add("minContains", pick(["0", "1", "2"])) }
                if generator.once(in: 3) { add("maxContains", pick(["1", "2"])) }
            }
            for (name, value) in combinations(depth - 1) { add(name, value) }
        }
        if generator.once(in: 8) { add("enum", "[\(text()), 1, true, null, [1, {\"a\": 2.0}], {\"a\": 1, \"b\": []}]") }
        if generator.once(in: 12) { add("const", value(1)) }
        return "{\(keywords.joined(separator: ", "))}"
    }

    /// A schema of one keyword, which half of the values pass.
    private mutating func simple() -> String {
        pick([
            "{\"type\": \"object\"}", "{\"type\": [\"string\", \"number\"]}", "{\"required\": [\"a\"]}",
            "{\"maxProperties\": 2}",
            "{\"properties\": {\"a\": {\"type\": \"number\"}}}", "{\"properties\": {\"b\": true, \"type\": true}}",
            "{\"minimum\": 1}",
            "{\"maxItems\": 2}", "{\"items\": {\"type\": \"string\"}}", "{\"prefixItems\": [true]}",
            "{\"minLength\": 4}",
            "{\"additionalProperties\": {\"type\": [\"string\", \"null\"]}}", "{\"contains\": {\"type\": \"string\"}}",
        ])
    }

    /// Keywords that count several schemas together.
    private mutating func combinations(_ depth: Int) -> [(String, String)] {
        var found: [(String, String)] = []
        let odds = isCombining ? 1 : 3
        func list(_ schemas: [String]) -> String { "[\(schemas.joined(separator: ", "))]" }
        if generator.once(in: 2 * odds) { found.append(("allOf", list([schema(depth), schema(depth)]))) }
        if generator.once(in: 2 * odds) { found.append((pick(["anyOf", "oneOf"]), union(depth))) }
        if generator.once(in: 3 * odds) {
            found.append((pick(["anyOf", "oneOf"]), list([schema(depth), schema(depth)])))
        }
        if generator.once(in: 4 * odds) { found.append(("not", schema(depth))) }
        if generator.once(in: 4 * odds) {
            found.append(("if", schema(depth)))
            if !generator.once(in: 3) { found.append(("then", schema(depth))) }
            if generator.once(in: 2) { found.append(("else", schema(depth))) }
        }
        if generator.once(in: 4 * odds) { found.append(("dependentSchemas", "{\(name()): \(schema(depth))}")) }
        if generator.once(in: 3 * odds) {
            found.append(("unevaluatedProperties", generator.once(in: 2) ? "false" : schema(depth)))
        }
        if generator.once(in: 3 * odds) {
            found.append(("unevaluatedItems", generator.once(in: 2) ? "false" : schema(depth)))
        }
        // A keyword that came twice would be another document.
        var names: Set<String> = []
        return found.filter { names.insert($0.0).inserted }
    }

    /// A union whose branches differ by type, or by the value of a member.
    private mutating func union(_ depth: Int) -> String {
        if generator.once(in: 2) {
            let types = ["object", "array", "string", "number", "boolean", "null"].shuffled(using: &generator)
            let branches = types.prefix(Int.random(in: 1...4, using: &generator)).map { type in
                "{\"type\": \"\(type)\", \"minLength\": 1, \"properties\": {\(name()): \(schema(max(depth - 1, 0)))}}"
            }
            return "[\(branches.joined(separator: ", "))]"
        }
        if generator.once(in: 3) {
            let firsts = ["1", "20", "\"buy\"", "\"née\"", "0"].shuffled(using: &generator)
            let place = Int.random(in: 0...1, using: &generator)
            let branches = firsts.prefix(Int.random(in: 2...3, using: &generator)).map { value in
                "{\"type\": \"array\", \"minItems\": \(place + 1), \"prefixItems\": [\(place == 1 ? "true, " : ""){\"const\": \(value)}, "
                    + "\(schema(max(depth - 1, 0)))]}"
            }
            return "[\(branches.joined(separator: ", "))]"
        }
        let tag = pick(["type", "a"])
        let values = ["buy", "sell", "née", "type"].shuffled(using: &generator)
        let branches = values.prefix(Int.random(in: 2...4, using: &generator)).map { value in
            "{\"type\": \"object\", \"required\": [\"\(tag)\"], \"properties\": {\"\(tag)\": {\"const\": \"\(value)\"}, "
                + "\"b\": \(schema(max(depth - 1, 0)))}\(generator.once(in: 4) ? ", \"additionalProperties\": false" : "")}"
        }
        return "[\(branches.joined(separator: ", "))]"
    }

    mutating func value(_ depth: Int = 4) -> String {
        switch Int.random(in: 0..<(depth > 0 ? 12 : 7), using: &generator) {
        case 0, 1: return text()
        case 2, 3: return pick(Self.numbers)
        case 4: return "true"
        case 5: return "false"
        case 6: return "null"
        case 7: return pick(["[1, {\"a\": 2}]", "{\"b\": [], \"a\": 1.0}", "{}", "[]"])
        case 8, 9:
            let items = (0..<Int.random(in: 0...4, using: &generator)).map { _ in value(depth - 1) }
            return "[\(items.joined(separator: generator.once(in: 2) ? "," : " ,\n"))]"
        default:
            let members = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
                "\(generator.once(in: 9) ? "\"\\u0061\"" : name())\(generator.once(in: 5) ? " " : ""):\(value(depth - 1))"
            }
            return "{\(members.joined(separator: ","))}"
        }
    }

    /// The text with one or two bytes changed, left out or added.
    mutating func mutated(_ text: String) -> [UInt8] {
        var bytes = Array(text.utf8)
        let alphabet = Array("{}[]\",:\\ue0129-+.tfn \u{FF}\u{E9}\n".utf8) + [0, 0x1F, 0x80, 0xFF, 0xED, 0xF4]
        for _ in 0..<Int.random(in: 1...2, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes.remove(at: place)
            case 1: bytes.insert(pick(alphabet), at: place)
            case 2: bytes[place] = pick(alphabet)
            default: bytes.removeSubrange(place...)
            }
        }
        return bytes
    }
}
