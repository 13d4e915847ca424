import PolicyDocument

/// Finds where a message says which one it is: members that a schema fixes.
struct AsyncAPIDiscriminator {
    /// How deep a member may lie.
    private static let depth = 4
    /// How many entries of an array are looked at.
    private static let width = 8

    /// What a schema fixes at one place.
    struct Fixed {
        var values: Set<String>
        /// Whether the place must be there.
        var isRequired: Bool
    }

    let document: SchemaDocument

    /// The places at which only certain strings may stand, by their reference tokens.
    var fixed: [[String]: Fixed] {
        var found: [[String]: Fixed] = [:]
        collect(document.root, [], isRequired: true, &found)
        return found
    }

    private func collect(_ root: Int, _ place: [String], isRequired: Bool, _ found: inout [[String]: Fixed]) {
        let schemas = together(root)
        if !place.isEmpty {
            for schema in schemas {
                guard let values = strings(schema) else { continue }
                let known = found[place]
                found[place] = Fixed(
                    values: known.map { $0.values.intersection(values) } ?? values,
                    isRequired: isRequired || known?.isRequired == true
                )
            }
        }
        guard place.count < Self.depth else { return }
        let required = Set(schemas.flatMap { $0.required?.value.map(\.value) ?? [] })
        for property in schemas.flatMap({ $0.properties?.value ?? [] }) {
            let name = property.name.value
            collect(property.schema, place + [name.text], isRequired: isRequired && required.contains(name), &found)
        }
        let least = schemas.compactMap(\.minItems?.value).max() ?? 0
        for schema in schemas {
            for (index, item) in (schema.prefixItems?.value ?? []).prefix(Self.width).enumerated() {
                collect(item, place + ["\(index)"], isRequired: isRequired && index < least, &found)
            }
        }
    }

    /// The schemas that hold together with one.
    private func together(_ root: Int) -> [SchemaNode] {
        var seen: Set<Int> = []
        var open = [root]
        while let next = open.popLast() {
            guard seen.insert(next).inserted else { continue }
            open += document.nodes[next].conjuncts
        }
        return seen.sorted().map { document.nodes[$0] }
    }

    private func strings(_ schema: SchemaNode) -> Set<String>? {
        let constants = schema.constant.map { [$0.value] } ?? schema.enumeration?.value.map(\.value)
        guard let constants else { return nil }
        var texts: Set<String> = []
        for constant in constants {
            guard case .string(let text) = constant else { return nil }
            texts.insert(text.text)
        }
        return texts
    }
}
