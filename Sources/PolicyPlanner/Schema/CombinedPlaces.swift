package import PolicyDocument
package import PolicyModel
import PolicyPlan

/// Where schemas ask for more than one pass: several of them have to be compared with a value at the same time.
package enum CombinedPlaces {
    /// The keywords of a document that have no short way; none where its program would be too large to be made.
    package static func find(in document: SchemaDocument) -> [Span] {
        let book = SpanBook()
        var merge = SchemaMerge(sourceIndex: { book.number($0) })
        let root = merge.add(document)
        guard (try? merge.merge([root])) != nil else { return [] }
        var found: Set<UInt32> = []
        for node in merge.nodes where node.isCombined && node.dispatch == nil {
            for source in node.sources where isCombination(source.keyword) { found.insert(source.source) }
        }
        return found.sorted().map { book.spans[Int($0)] }
    }

    private static func isCombination(_ keyword: ContentKeyword) -> Bool {
        switch keyword {
        case .anyOf, .oneOf, .not, .conditional, .dependentSchema, .contains, .unevaluatedItems,
            .unevaluatedProperties:
            true
        default: false
        }
    }

    private final class SpanBook {
        private(set) var spans: [Span] = []
        private var known: [Span: UInt32] = [:]

        func number(_ span: Span) -> UInt32 {
            if let number = known[span] { return number }
            spans.append(span)
            known[span] = UInt32(spans.count - 1)
            return UInt32(spans.count - 1)
        }
    }
}
