import PolicyDocument

/// How values of several levels become one, and what an author should know about it.
struct Combining {
    var diagnostics = Diagnostics()
    var loosenings: [Loosening] = []

    /// The entries that every list holds, in the order of the innermost; nil where no level has a list.
    mutating func intersection<Value: Sendable>(
        _ lists: [Located<[Located<Value>]>],
        named what: String,
        key: (Value) -> String
    ) -> Located<[Located<Value>]>? {
        guard var kept = lists.first else { return nil }
        for list in lists.dropFirst() {
            let outer = Set(kept.value.map { key($0.value) })
            for entry in list.value where !outer.contains(key(entry.value)) {
                loosenings.append(
                    Loosening(kind: .withoutEffect, inner: entry.span, outer: kept.span, what: "`\(key(entry.value))`")
                )
            }
            let both = list.value.filter { outer.contains(key($0.value)) }
            if both.isEmpty, !list.value.isEmpty, !kept.value.isEmpty {
                diagnostics.error(
                    "empty-intersection",
                    .init("no entry of `\(what)` is one that the outer level allows"),
                    at: list.span,
                    labels: [.init("the outer level's list", at: kept.span)]
                )
            }
            kept = Located(both, at: list.span)
        }
        return kept
    }

    /// The smallest bound that a level names; nil where none does.
    ///
    /// `unlimited` lifts no other level's bound.
    mutating func smallest<Value: Comparable & Sendable>(
        _ bounds: [Located<Bound<Value>>],
        named what: String
    ) -> Located<Bound<Value>>? {
        guard var kept = bounds.first else { return nil }
        for bound in bounds.dropFirst() {
            switch (kept.value, bound.value) {
            case (.unlimited, _): kept = bound
            case (.atMost, .unlimited):
                loosenings.append(
                    Loosening(kind: .withoutEffect, inner: bound.span, outer: kept.span, what: "`\(what)`")
                )
            case (.atMost(let outer), .atMost(let inner)):
                if inner > outer {
                    loosenings.append(
                        Loosening(kind: .withoutEffect, inner: bound.span, outer: kept.span, what: "`\(what)`")
                    )
                } else {
                    kept = bound
                }
            }
        }
        return kept
    }

    mutating func smallest<Value: Comparable & Sendable>(
        _ values: [Located<Value>],
        named what: String
    ) -> Located<Value>? {
        let bounds = values.map { Located(Bound.atMost($0.value), at: $0.span) }
        guard let kept = smallest(bounds, named: what), case .atMost(let value) = kept.value else { return nil }
        return Located(value, at: kept.span)
    }

    /// The strictest word; a section that leaves the word out states its default, at the section's key.
    ///
    /// `order` lists the words from strict to lax.
    mutating func strictest<Word: Equatable & Sendable>(
        _ words: [(written: Located<Word>?, head: SectionHead)],
        default word: Word,
        order: [Word],
        named what: String
    ) -> Located<Word>? {
        var kept: Located<Word>?
        for (written, head) in words {
            let stated = written ?? Located(word, at: head.key)
            guard let outer = kept else {
                kept = stated
                continue
            }
            let rank = order.firstIndex(of: stated.value) ?? 0
            let outerRank = order.firstIndex(of: outer.value) ?? 0
            if rank <= outerRank {
                if rank < outerRank { kept = stated }
            } else if written != nil {
                loosenings.append(
                    Loosening(kind: .withoutEffect, inner: stated.span, outer: outer.span, what: "`\(what)`")
                )
            }
        }
        return kept
    }

    /// What all levels say alike; a difference is an error.
    mutating func equal<Value: Equatable & Sendable>(_ values: [Located<Value>], named what: String) -> Located<Value>?
    {
        guard let first = values.first else { return nil }
        for value in values.dropFirst() where value.value != first.value {
            diagnostics.error(
                "levels-differ",
                .init("`\(what)` differs from that of an outer level"),
                at: value.span,
                labels: [.init("the outer level's", at: first.span)],
                help: "who someone is must mean the same at every level"
            )
        }
        return values.last
    }
}
