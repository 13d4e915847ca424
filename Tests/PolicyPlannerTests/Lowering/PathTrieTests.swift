import PolicyModel
import SeededNumbers
import Testing

@testable import PolicyPlanner

struct PathTrieTests {
    /// The first pattern that matches, tried one by one.
    private func slow(_ patterns: [PathPattern], _ segments: [String]) -> Int? {
        patterns.firstIndex { pattern in
            var rest = segments[...]
            for segment in pattern.segments {
                guard let first = rest.first else { return false }
                switch segment {
                case .literal(let text): guard text == first else { return false }
                case .parameter: guard !first.isEmpty else { return false }
                case .rest: return true
                }
                rest = rest.dropFirst()
            }
            return rest.isEmpty
        }
    }

    /// The walk that `PathNode` describes.
    private func walk(_ states: [PathTrie.State], _ segments: [String]) -> Int? {
        guard var state = states.last else { return nil }
        for segment in segments {
            if let child = state.literals.first(where: { $0.segment == Array(segment.utf8) }) {
                state = states[child.state]
            } else if !segment.isEmpty, let child = state.parameter {
                state = states[child]
            } else {
                return state.rest
            }
        }
        return state.route
    }

    @Test func `the walk finds the first pattern that matches`() throws {
        var generator = SeededGenerator(seed: 7)
        var matches = 0
        for _ in 0..<2_000 {
            let patterns = (0..<Int.random(in: 1...7, using: &generator)).map { _ in
                randomPattern(using: &generator)
            }
            var trie = PathTrie(patterns)
            let made = trie.states()
            let states = try #require(made)
            for _ in 0..<20 {
                let segments = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
                    ["a", "b", "c", "", "d"].randomElement(using: &generator) ?? ""
                }
                let expected = slow(patterns, segments)
                if expected != nil { matches += 1 }
                #expect(walk(states, segments) == expected, "\(patterns.map(\.written)) \(segments)")
            }
        }
        #expect(matches > 2_000)
    }

    private func randomPattern(using generator: inout SeededGenerator) -> PathPattern {
        var segments: [String] = []
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            segments.append(["a", "b", "c", "{x}", "{y}", ""].randomElement(using: &generator) ?? "")
        }
        if Int.random(in: 0..<4, using: &generator) == 0 { segments.append("{rest...}") }
        return PolicyFixture.path("/" + segments.joined(separator: "/"))
    }

    @Test func `children stand before their parents`() throws {
        var trie = PathTrie(["/a/{x}", "/{x}/b", "/a/b/{rest...}", "/{rest...}"].map { PolicyFixture.path($0) })
        let made = trie.states()
        let states = try #require(made)
        for (index, state) in states.enumerated() {
            #expect(state.literals.allSatisfy { $0.state < index })
            #expect(state.parameter ?? -1 < index)
        }
    }

    @Test func `ten thousand routes take a number of states near their segments`() throws {
        var patterns = (0..<5_000).map { PolicyFixture.path("/ws/room\($0)/events") }
        patterns += (0..<5_000).map { PolicyFixture.path("/topics/{room}/topic\($0)") }
        patterns += ["/ws/{room}/events", "/{rest...}"].map { PolicyFixture.path($0) }
        var trie = PathTrie(patterns)
        let made = trie.states()
        let states = try #require(made)
        #expect(states.count < 20_000)
        #expect(walk(states, ["ws", "room7", "events"]) == 7)
        #expect(walk(states, ["ws", "other", "events"]) == 10_000)
        #expect(walk(states, ["topics", "room7", "topic8"]) == 5_008)
        #expect(walk(states, ["topics", "room7", "other"]) == 10_001)
    }

    @Test func `paths whose sets would multiply are refused`() {
        var patterns = (0..<2_000).map { PolicyFixture.path("/room\($0)/events") }
        patterns += (0..<2_000).map { PolicyFixture.path("/{room}/topic\($0)") }
        var trie = PathTrie(patterns)
        let isRefused = trie.states() == nil
        #expect(isRefused)
    }
}
