/// Which paths patterns have in common, and which pattern is nearer to a path.
extension PathPattern {
    /// The pattern of the paths that both match; nil where there are none.
    func meet(_ other: PathPattern) -> PathPattern? {
        guard let segments = Self.meet(segments[...], other.segments[...]) else { return nil }
        if segments == self.segments { return self }
        if segments == other.segments { return other }
        return PathPattern(segments: segments, written: Self.text(of: segments))
    }

    private static func meet(_ left: ArraySlice<Segment>, _ right: ArraySlice<Segment>) -> [Segment]? {
        guard let first = left.first, let second = right.first else {
            return left.isEmpty && right.isEmpty ? [] : nil
        }
        switch (first, second) {
        case (.rest, _): return Array(right)
        case (_, .rest): return Array(left)
        case (.literal(let one), .literal(let two)):
            guard one == two else { return nil }
            return meet(left.dropFirst(), right.dropFirst()).map { [first] + $0 }
        case (.literal(let text), .parameter):
            guard !text.isEmpty else { return nil }
            return meet(left.dropFirst(), right.dropFirst()).map { [first] + $0 }
        case (.parameter, .literal(let text)):
            guard !text.isEmpty else { return nil }
            return meet(left.dropFirst(), right.dropFirst()).map { [second] + $0 }
        case (.parameter, .parameter):
            return meet(left.dropFirst(), right.dropFirst()).map { [first] + $0 }
        }
    }

    /// Whether this pattern matches every path that `other` matches.
    func covers(_ other: PathPattern) -> Bool {
        meet(other).map { $0.isEquivalent(to: other) } ?? false
    }

    /// Whether this pattern wins where both match: the first difference decides, literal before parameter before rest.
    func isMoreSpecific(than other: PathPattern) -> Bool {
        for (mine, its) in zip(segments, other.segments) {
            let (left, right) = (Self.rank(mine), Self.rank(its))
            if left != right { return left < right }
        }
        return segments.count > other.segments.count
    }

    private static func rank(_ segment: Segment) -> Int {
        switch segment {
        case .literal: 0
        case .parameter: 1
        case .rest: 2
        }
    }

    private static func text(of segments: [Segment]) -> String {
        segments.map { segment in
            switch segment {
            case .literal(let text): "/\(text)"
            case .parameter(let name): "/{\(name)}"
            case .rest(let name): "/{\(name)...}"
            }
        }.joined()
    }
}
