import PolicyDocument
import PolicyModel
import PolicyPlan

extension Lowering {
    /// Writes the trie of the routes' paths, and says where its root stands.
    mutating func paths(_ routes: [Pipeline]) throws(PlannerError) -> UInt32 {
        var trie = PathTrie(routes.map(\.pattern))
        guard let states = trie.states() else {
            throw PlannerError(
                "the routes' paths overlap in too many ways",
                at: routes.first?.span ?? Span(file: FileID(index: 0), start: 0, end: 0),
                help: "give routes with parameters a literal segment of their own before the parameter"
            )
        }
        var nodes: [UInt32] = []
        for state in states {
            var record = RecordWords(PathNode.wordCount)
            let literals = state.literals.map { (text: $0.segment, value: nodes[$0.state]) }
            record[PathNode.literals] = literals.isEmpty ? none : writer.textTable(literals)
            record[PathNode.parameter] = state.parameter.map { nodes[$0] } ?? none
            record[PathNode.route] = state.route.map(UInt32.init) ?? none
            record[PathNode.rest] = state.rest.map(UInt32.init) ?? none
            nodes.append(writer.place(record))
        }
        return nodes.last ?? none
    }
}

/// All path patterns walked at once: each state is the set of patterns that a path can still match.
///
/// Following the set instead of the most specific pattern alone means that no segment is ever read twice. The first of the
/// routes that match wins, so a state keeps, of patterns with the same rest, only the first, and behind a `{name...}` that
/// has begun nothing that comes later in the list. That keeps the sets together near the number of segments. Where many
/// literals stand beside a parameter with many routes below it they would multiply, and `states()` gives up.
struct PathTrie {
    /// A state, its children before it in the list.
    struct State: Hashable {
        var literals: [Child] = []
        var parameter: Int?
        var route: Int?
        var rest: Int?

        struct Child: Hashable {
            let segment: [UInt8]
            let state: Int
        }
    }

    /// What is left of a pattern; equal ones have one number.
    private enum Suffix: Hashable {
        case end
        /// A `{name...}` that has taken a segment.
        case anything
        case literal([UInt8], then: Int)
        case parameter(then: Int)
        case rest
    }

    /// A pattern's suffix and the route that it leads to.
    private struct Item: Hashable {
        let suffix: Int
        let route: Int
    }

    private var suffixes: [Suffix] = []
    private var suffixNumbers: [Suffix: Int] = [:]
    private var start: [Item] = []
    private var known: [[Item]: Int] = [:]
    private var result: [State] = []
    /// How many members all sets together may have.
    private var budget = 1 << 16

    /// A trie of the patterns, nil being every path; the first that matches wins.
    init(_ patterns: [PathPattern?]) {
        for (route, pattern) in patterns.enumerated() {
            guard let pattern else {
                start.append(Item(suffix: number(.anything), route: route))
                continue
            }
            budget += 16 * pattern.segments.count
            var suffix = number(.end)
            for segment in pattern.segments.reversed() {
                switch segment {
                case .literal(let text): suffix = number(.literal(Array(text.utf8), then: suffix))
                case .parameter: suffix = number(.parameter(then: suffix))
                case .rest: suffix = number(.rest)
                }
            }
            start.append(Item(suffix: suffix, route: route))
        }
    }

    private mutating func number(_ suffix: Suffix) -> Int {
        if let number = suffixNumbers[suffix] { return number }
        suffixNumbers[suffix] = suffixes.count
        suffixes.append(suffix)
        return suffixes.count - 1
    }

    /// All states, children first, the root last; nil when there would be too many.
    mutating func states() -> [State]? {
        let root = Self.pruned(start, suffixes)
        guard state(of: root) != nil else { return nil }
        return result
    }

    /// The number of the state of a set, made with its children where it is new.
    private mutating func state(of items: [Item]) -> Int? {
        if let number = known[items] { return number }
        budget -= items.count
        guard budget >= 0 else { return nil }
        var state = State()
        var literals: [[UInt8]: [Item]] = [:]
        var others: [Item] = []
        let anything = number(.anything)
        for item in items {
            switch suffixes[item.suffix] {
            case .end: state.route = min(state.route ?? item.route, item.route)
            case .anything:
                state.route = min(state.route ?? item.route, item.route)
                state.rest = min(state.rest ?? item.route, item.route)
                others.append(item)
            case .rest:
                state.rest = min(state.rest ?? item.route, item.route)
                others.append(Item(suffix: anything, route: item.route))
            case .parameter(let then): others.append(Item(suffix: then, route: item.route))
            case .literal(let segment, let then):
                literals[segment, default: []].append(Item(suffix: then, route: item.route))
            }
        }
        let beginnings = others.filter { $0.suffix == anything }
        for segment in literals.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            // A parameter takes no empty segment, a rest does.
            let beside = segment.isEmpty ? beginnings : others
            let next = Self.pruned((literals[segment] ?? []) + beside, suffixes)
            guard let child = self.state(of: next) else { return nil }
            state.literals.append(State.Child(segment: segment, state: child))
        }
        if others.count > beginnings.count {
            guard let child = self.state(of: Self.pruned(others, suffixes)) else { return nil }
            state.parameter = child
        }
        known[items] = result.count
        result.append(state)
        return result.count - 1
    }

    /// The set without what can no longer win, in the order of the routes.
    private static func pruned(_ items: [Item], _ suffixes: [Suffix]) -> [Item] {
        var seen: Set<Int> = []
        var kept: [Item] = []
        for item in items.sorted(by: { ($0.route, $0.suffix) < ($1.route, $1.suffix) })
        where seen.insert(item.suffix).inserted {
            kept.append(item)
            // It takes whatever follows: no later route can win.
            if suffixes[item.suffix] == .anything { break }
        }
        return kept
    }
}
