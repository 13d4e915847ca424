import PolicyDocument

/// One route of the combined policy: the paths that a route of every file with routes matches.
struct RouteCombination {
    let pattern: PathPattern
    /// Where the innermost of its routes is written.
    let span: Span
    /// Outermost first.
    let levels: [Level]

    /// The routes of all files together, most specific first; nil where no file has routes.
    ///
    /// For every distinct meeting of two patterns the most specific pattern of each side that covers it holds: it is the
    /// one that each file alone would choose for those paths.
    static func combine(_ lists: [Located<[Route]>]) -> [RouteCombination]? {
        guard let first = lists.first else { return nil }
        var combined = first.value.map(single)
        for list in lists.dropFirst() { combined = meet(combined, list.value.map(single)) }
        return combined.enumerated().sorted { left, right in
            if left.element.pattern.isMoreSpecific(than: right.element.pattern) { return true }
            if right.element.pattern.isMoreSpecific(than: left.element.pattern) { return false }
            return left.offset < right.offset
        }.map(\.element)
    }

    private static func single(_ route: Route) -> RouteCombination {
        RouteCombination(pattern: route.pattern.value, span: route.pattern.span, levels: [route.level])
    }

    private static func meet(_ outer: [RouteCombination], _ inner: [RouteCombination]) -> [RouteCombination] {
        var combined: [RouteCombination] = []
        for one in outer {
            for two in inner {
                guard let pattern = two.pattern.meet(one.pattern),
                    !combined.contains(where: { $0.pattern.isEquivalent(to: pattern) }),
                    let left = nearest(outer, to: pattern), let right = nearest(inner, to: pattern)
                else { continue }
                combined.append(
                    RouteCombination(pattern: pattern, span: right.span, levels: left.levels + right.levels)
                )
            }
        }
        return combined
    }

    private static func nearest(_ routes: [RouteCombination], to pattern: PathPattern) -> RouteCombination? {
        routes.filter { $0.pattern.covers(pattern) }.min { $0.pattern.isMoreSpecific(than: $1.pattern) }
    }
}
