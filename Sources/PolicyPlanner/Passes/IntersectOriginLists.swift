import PolicyDocument
import PolicyModel

/// Makes one check of enforcing origin lists that follow each other, where all of them list whole origins only.
///
/// Why: an origin is then looked up once, however many levels there are. What all lists hold is admitted. An origin that
/// an earlier list holds and a later one does not is kept as refused, with the place of the later list, so that a refusal
/// still names the level that it comes from. Everything else is refused by the first list.
package enum IntersectOriginLists: GraphPass {
    package static let name = "intersect-origin-lists"

    package static func run(_ graph: inout DecisionGraph) {
        for route in graph.routes.indices {
            var merged: [GraphStep] = []
            for step in graph.routes[route].steps {
                if let last = merged.last, let both = intersection(last, step) {
                    merged[merged.count - 1] = both
                } else {
                    merged.append(step)
                }
            }
            graph.routes[route].steps = merged
        }
    }

    /// One step for two; nil where they have to stay apart.
    private static func intersection(_ first: GraphStep, _ second: GraphStep) -> GraphStep? {
        guard first.mode == .enforce, second.mode == .enforce, case .origins(var check, var refused) = first.check,
            case .origins(let other, let refusedByOther) = second.check, refusedByOther.isEmpty,
            wholeOrigins(check) != nil, let otherListed = wholeOrigins(other)
        else { return nil }
        switch (check.absent.value, other.absent.value) {
        case (.deny, _), (.allowWithoutCookies, .allowWithoutCookies), (.allowWithoutCookies, .allow): break
        case (.allow, _): check.absent = other.absent
        // With a cookie the first would refuse, without one the second.
        case (.allowWithoutCookies, .deny): return nil
        }
        let dropped = check.allow.filter { !isListed($0.value, otherListed) }
        // These are flags of a table, which have no place of their own.
        guard dropped.allSatisfy({ key($0.value) != nil }) else { return nil }
        refused += dropped.map { Located($0.value, at: second.span) }
        check.allow = check.allow.filter { isListed($0.value, otherListed) }
        return GraphStep(check: .origins(check, refused: refused), mode: .enforce, span: first.span)
    }

    private struct WholeOrigins {
        var keys: Set<OriginKeyWords> = []
        var null = false
        var file = false
    }

    /// The origins of a check that lists nothing but whole origins; nil for any other.
    private static func wholeOrigins(_ check: OriginsCheck) -> WholeOrigins? {
        guard !check.everySite, !check.sameOrigin else { return nil }
        var origins = WholeOrigins()
        for entry in check.allow {
            switch entry.value.form {
            case .everySite: return nil
            case .null: origins.null = true
            case .file: origins.file = true
            case .tuple(_, .exact, .standard), .tuple(_, .exact, .exact):
                guard let key = key(entry.value) else { return nil }
                origins.keys.insert(key)
            case .tuple: return nil
            }
        }
        return origins
    }

    private static func isListed(_ pattern: OriginPattern, _ origins: WholeOrigins) -> Bool {
        switch pattern.form {
        case .everySite: false
        case .null: origins.null
        case .file: origins.file
        case .tuple: key(pattern).map { origins.keys.contains($0) } ?? false
        }
    }

    private static func key(_ pattern: OriginPattern) -> OriginKeyWords? {
        guard case .tuple(let scheme, let host, let port) = pattern.form else { return nil }
        return OriginKeyWords(scheme: scheme, host: host, port: port)
    }
}
