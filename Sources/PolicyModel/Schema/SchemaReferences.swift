import PolicyDocument

/// Reads `$ref` and its kin, and finds references that lead nowhere.
extension SchemaReading {
    /// The schema that a reference names.
    mutating func readReference(_ node: Node, in resource: Int) -> Located<Int>? {
        guard let text = string(node, .reference), let target = target(of: text, in: resource) else { return nil }
        let index = read(target.node, in: target.resource)
        return isSchema(index) ? Located(index, at: node.span) : nil
    }

    mutating func readDynamicReference(_ node: Node, in resource: Int) -> Located<SchemaNode.DynamicReference>? {
        guard let text = string(node, .dynamicReference), let target = target(of: text, in: resource) else {
            return nil
        }
        let index = read(target.node, in: target.resource)
        guard isSchema(index) else { return nil }
        // Only a target that is a dynamic anchor of that name itself may be replaced by an outer one.
        let fragment = text.value.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).last ?? ""
        let name = PercentText.decoded(fragment) ?? ""
        let isDynamic = library.resources[target.resource].dynamicAnchors[name].map {
            SchemaLibrary.Place($0) == SchemaLibrary.Place(target.node)
        }
        let anchor = isDynamic == true ? name : nil
        if let anchor { dynamicNames.insert(anchor) }
        return Located(.init(target: index, anchor: anchor), at: node.span)
    }

    mutating func readRecursiveReference(_ node: Node, in resource: Int) -> Located<SchemaNode.DynamicReference>? {
        guard let text = string(node, .recursiveReference), let target = target(of: text, in: resource) else {
            return nil
        }
        let index = read(target.node, in: target.resource)
        guard isSchema(index) else { return nil }
        let name = SchemaLibrary.recursiveAnchor
        let isDynamic = library.resources[target.resource].dynamicAnchors[name] != nil
        if isDynamic { dynamicNames.insert(name) }
        return Located(.init(target: index, anchor: isDynamic ? name : nil), at: node.span)
    }

    /// Reads what dynamic references may lead to: the anchors of that name of all resources that have nodes here.
    mutating func readDynamicAnchors() -> [Int: [String: Int]] {
        var anchors: [Int: [String: Int]] = [:]
        guard !dynamicNames.isEmpty else { return anchors }
        var count = -1
        while count != nodes.count {
            count = nodes.count
            for resource in Set(nodes.map(\.resource)).sorted() {
                for (name, node) in library.resources[resource].dynamicAnchors where dynamicNames.contains(name) {
                    anchors[resource, default: [:]][name] = read(node, in: resource)
                }
            }
        }
        return anchors
    }

    private struct Target {
        let node: Node
        let resource: Int
    }

    /// Where a reference leads; nil after an error.
    private mutating func target(of reference: Located<String>, in resource: Int) -> Target? {
        let from = library.resources[resource]
        let (address, fragment) = from.address.resolve(reference.value)
        let found = find(address, reference, from)
        guard let start = found else { return nil }
        guard let fragment, !fragment.isEmpty else {
            return Target(node: library.resources[start].root, resource: start)
        }
        guard let decoded = PercentText.decoded(fragment[...]) else {
            report(SchemaWording.notAPointer(reference.value), reference, help: "write `#/$defs/NAME`")
            return nil
        }
        guard decoded.hasPrefix("/") else {
            if let node = library.resources[start].anchors[decoded] { return Target(node: node, resource: start) }
            let near = NearestName.of(decoded, among: library.resources[start].anchors.keys.sorted())
            report(
                SchemaWording.noAnchor(decoded),
                reference,
                help: near.map { "did you mean `#\($0)`?" } ?? "name a place as `#/$defs/NAME`"
            )
            return nil
        }
        return walk(Self.tokens(decoded), reference, from: start)
    }

    private mutating func find(
        _ address: SchemaAddress,
        _ reference: Located<String>,
        _ from: SchemaLibrary.Resource
    ) -> Int? {
        let (resource, error) = library.find(address, draft: from.dialect.draft)
        if let resource { return resource }
        if let error {
            report(SchemaWording.unreadable(error.message.text), reference, help: nil)
            return nil
        }
        // What is wrong with the file itself is reported there.
        if library.isBroken(address) { return nil }
        // Published sets of schemas refer to each other by name; the files lie side by side.
        if let path = from.path, URIReference(reference.value).scheme == nil {
            let name = reference.value.split(separator: "#", omittingEmptySubsequences: false).first.map(String.init)
            let beside = SchemaAddress.file(path).resolve(name ?? "").address
            if let resource = library.find(beside, draft: from.dialect.draft).resource { return resource }
        }
        report(
            SchemaWording.overTheNetwork(reference.value),
            reference,
            help: "put the schema in a file beside the policy, and refer to it by its path"
        )
        return nil
    }

    private mutating func report(_ message: Diagnostic.Message, _ reference: Located<String>, help: String?) {
        diagnostics.error("schema-reference", message, at: reference.span, help: help)
    }

    /// Follows a JSON Pointer (RFC 6901) from a resource's root.
    private mutating func walk(_ tokens: [String], _ reference: Located<String>, from start: Int) -> Target? {
        var target = library.resources[start].root
        var resource = start
        for (index, token) in tokens.enumerated() {
            guard let next = target.member(token) else {
                let near = NearestName.of(token, among: target.entries.compactMap { $0.key.text })
                let prefix = tokens[..<index].map { Self.escaped($0) + "/" }.joined()
                report(
                    SchemaWording.nothingThere(reference.value),
                    reference,
                    help: near.map { "did you mean `#/\(prefix)\(Self.escaped($0))`?" }
                )
                return nil
            }
            target = next
            resource = library.resource(at: SchemaLibrary.Place(target)) ?? resource
        }
        return Target(node: target, resource: resource)
    }

    /// The reference tokens of a JSON Pointer that begins with a slash.
    static func tokens(_ pointer: String) -> [String] {
        pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { token in
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

    /// Reports schemas that hold in place of themselves: no value could ever be decided.
    mutating func checkReferences() {
        var state = [UInt8](repeating: 0, count: nodes.count)
        for start in nodes.indices where state[start] == 0 {
            // Depth first with a stack of its own: 1 is open, 2 is settled.
            var stack: [(node: Int, next: Int)] = [(start, 0)]
            state[start] = 1
            while let (node, next) = stack.last {
                let inner = nodes[node].schemasInPlace
                guard next < inner.count else {
                    state[node] = 2
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let target = inner[next]
                if state[target] == 0 {
                    state[target] = 1
                    stack.append((target, 0))
                } else if state[target] == 1 {
                    let span = nodes[node].reference?.span ?? nodes[node].dynamicReference?.span ?? nodes[node].span
                    diagnostics.error(
                        "schema-reference",
                        SchemaWording.circle,
                        at: span,
                        help: "a schema may contain itself in its members or items, not in place of itself"
                    )
                }
            }
        }
    }
}

extension Node {
    /// What one reference token of a JSON Pointer (RFC 6901) leads to.
    func member(_ token: String) -> Node? {
        switch kind {
        case .mapping: return self[token]
        case .sequence:
            guard let index = Int(token), String(index) == token, elements.indices.contains(index) else { return nil }
            return elements[index]
        case .scalar: return nil
        }
    }
}
