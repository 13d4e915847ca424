import PolicyDocument
import PolicyModel
import PolicyPlan
import WebSocketProtocol

extension Lowering {
    /// Tests the trie of paths: a path of each route, one segment more, one less, and one changed.
    mutating func addPathVectors(_ routes: [Pipeline]) {
        let patterns = routes.map(\.pattern)
        for route in VectorCollector.sample(Array(routes.indices)) {
            guard let pattern = patterns[route] else { continue }
            let segments = pattern.segments.flatMap { segment -> [String] in
                switch segment {
                case .literal(let text): [text]
                case .parameter: ["p0"]
                case .rest: ["r0", "r1"]
                }
            }
            var paths = [segments, segments + ["m0"], Array(segments.dropLast())]
            for place in segments.indices.prefix(8) {
                var changed = segments
                changed[place] += "x"
                paths.append(changed)
            }
            for path in paths where !path.isEmpty {
                let expected = patterns.firstIndex { $0?.matches(path) ?? true }
                // An empty segment before the last makes a path suspicious, whatever the trie says.
                guard !path.dropLast().contains(""), !path.contains(where: Self.isDots) else { continue }
                vectors.add(
                    PlanVector(
                        .path,
                        input: Array(("/" + path.map(Self.encoded).joined(separator: "/")).utf8),
                        number: expected.map { UInt64($0) } ?? .max,
                        .refused(expected == nil, with: .pathForbidden),
                        source: source(routes[route].span)
                    )
                )
            }
        }
    }

    private static func isDots(_ segment: String) -> Bool {
        segment == "." || segment == ".."
    }

    /// A segment with everything but unreserved characters percent-encoded (RFC 3986 §2.3).
    private static func encoded(_ segment: String) -> String {
        var text = ""
        for byte in segment.utf8 {
            if ASCII.isUnreserved(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text +=
                    "%" + String(byte >> 4, radix: 16, uppercase: true) + String(byte & 15, radix: 16, uppercase: true)
            }
        }
        return text
    }
}

extension PathPattern {
    /// Whether the pattern matches a path's decoded segments; one segment after the other, for tests of the trie.
    package func matches(_ path: [String]) -> Bool {
        var rest = path[...]
        for segment in segments {
            guard let first = rest.popFirst() else { return false }
            switch segment {
            case .literal(let text): guard text == first else { return false }
            case .parameter: guard !first.isEmpty else { return false }
            case .rest: return true
            }
        }
        return rest.isEmpty
    }
}
