package import PolicyModel

/// Matches a pattern by its parts: every place where each of them may end, code point by code point.
package struct PatternMatch {
    private let scalars: [UInt32]

    /// Whether a pattern matches anywhere in a text of well-formed UTF-8.
    package static func matches(_ pattern: Pattern, _ text: [UInt8]) -> Bool {
        let match = PatternMatch(scalars: String(decoding: text, as: UTF8.self).unicodeScalars.map(\.value))
        return (0...match.scalars.count).contains { !match.ends(of: pattern.root, from: [$0]).isEmpty }
    }

    static func matches(_ pattern: SchemaPattern, _ text: [UInt8]) -> Bool {
        // What the reader took is a pattern.
        guard let read = try? Pattern(pattern.text) else { return false }
        return matches(read, text)
    }

    private func ends(of node: PatternNode, from places: Set<Int>) -> Set<Int> {
        switch node {
        case .scalar(let set):
            return Set(places.filter { $0 < scalars.count && set.contains(scalars[$0]) }.map { $0 + 1 })
        case .sequence(let nodes): return nodes.reduce(places) { ends(of: $1, from: $0) }
        case .alternatives(let nodes): return nodes.reduce(into: []) { $0.formUnion(ends(of: $1, from: places)) }
        case .repetition(let inner, let minimum, let maximum, _):
            var current = places
            for _ in 0..<minimum { current = ends(of: inner, from: current) }
            var found = current
            var count = minimum
            while count < maximum ?? .max {
                current = ends(of: inner, from: current).subtracting(found)
                if current.isEmpty { break }
                found.formUnion(current)
                count += 1
            }
            return found
        case .textStart: return places.filter { $0 == 0 }
        case .textEnd: return places.filter { $0 == scalars.count }
        case .wordBoundary(let wanted):
            return places.filter { place in
                let before = place > 0 && ScalarSet.words.contains(scalars[place - 1])
                let after = place < scalars.count && ScalarSet.words.contains(scalars[place])
                return (before != after) == wanted
            }
        }
    }
}
