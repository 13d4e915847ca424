import PolicyDocument
import WebSocketProtocol

/// Reads `routes`.
enum RoutesReading {
    static func routes(_ node: Node, _ context: ReadingContext) -> Located<[Route]>? {
        guard node.kind == .sequence else {
            context.expected("a list of routes", at: node)
            return nil
        }
        if node.elements.isEmpty {
            context.error("no-routes", "`routes` lists no route, so that every path would be refused", at: node.span)
        }
        context.isInRoute = true
        defer { context.isInRoute = false }
        var routes: [Route] = []
        for element in node.elements {
            guard let route = route(element, context) else { continue }
            if let first = routes.first(where: { $0.pattern.value.isEquivalent(to: route.pattern.value) }) {
                context.error(
                    "duplicate-route",
                    "`\(route.pattern.value.written)` matches the same paths as another route",
                    at: route.pattern.span,
                    labels: [.init("the first one", at: first.pattern.span)]
                )
                continue
            }
            routes.append(route)
        }
        return Located(routes, at: node.span)
    }

    private static func route(_ node: Node, _ context: ReadingContext) -> Route? {
        guard let reader = MappingReader(node, PolicyKeys.route, context) else { return nil }
        let level = LevelReading.level(node, context)
        guard let path = reader["path"] else {
            context.error("route-path", "a route states its `path`", at: node.span)
            return nil
        }
        guard let pattern = pattern(path, context) else { return nil }
        return Route(pattern: Located(pattern, at: path.span), level: level)
    }

    static func pattern(_ node: Node, _ context: ReadingContext) -> PathPattern? {
        guard let text = Words.text(node, context) else { return nil }
        func wrong(_ message: String, help: String? = nil) -> PathPattern? {
            context.error("wrong-path", message, at: node.span, help: help)
            return nil
        }
        guard text.hasPrefix("/") else {
            return wrong("a path begins with `/`", help: "did you mean `/\(text)`?")
        }
        var segments: [PathPattern.Segment] = []
        var names: Set<String> = []
        let parts = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for (place, part) in parts.enumerated() {
            let isLast = place == parts.count - 1
            if part.isEmpty, !isLast { return wrong("`\(text)` has an empty segment") }
            guard part.hasPrefix("{"), part.hasSuffix("}"), part.count > 2 else {
                guard let literal = literal(String(part)) else {
                    return wrong(
                        "`\(part)` is no segment of a path",
                        help: "a parameter is a whole segment, as `{symbol}`; other characters are percent-encoded"
                    )
                }
                segments.append(.literal(literal))
                continue
            }
            var name = String(part.dropFirst().dropLast())
            let isRest = name.hasSuffix("...")
            if isRest { name = String(name.dropLast(3)) }
            let isName = name.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F
            }
            guard isName, !name.isEmpty else { return wrong("`\(part)` is no parameter: letters, digits and `_`") }
            guard names.insert(name).inserted else { return wrong("`{\(name)}` stands twice in one path") }
            if isRest, !isLast { return wrong("`\(part)` takes the rest of a path and stands last") }
            segments.append(isRest ? .rest(name) : .parameter(name))
        }
        return PathPattern(segments: segments, written: text)
    }

    /// A segment as it is after percent-decoding; nil where no request could bring it.
    private static func literal(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        var decoded: [UInt8] = []
        guard PercentReader.decode(bytes.indices, in: bytes.span, into: &decoded) else { return nil }
        let isPath = bytes.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            default: "-._~!$&'()*+,;=:@%".utf8.contains(byte)
            }
        }
        guard isPath, decoded != [0x2E], decoded != [0x2E, 0x2E],
            !decoded.contains(where: { $0 == 0x2F || $0 == 0x5C || $0 < 0x20 })
        else { return nil }
        return String(validating: decoded, as: UTF8.self)
    }
}

extension PathPattern {
    /// Whether both match the same paths: alike but for the names of parameters.
    package func isEquivalent(to other: PathPattern) -> Bool {
        segments.count == other.segments.count
            && zip(segments, other.segments).allSatisfy { pair in
                switch pair {
                case (.literal(let left), .literal(let right)): left == right
                case (.parameter, .parameter), (.rest, .rest): true
                case (.literal, _), (.parameter, _), (.rest, _): false
                }
            }
    }
}
