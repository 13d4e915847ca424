import PolicyDocument
import PolicyPlan

/// Gives places in the sources the numbers by which the plan knows them.
///
/// A class, because the builder of the content program asks it too.
final class SourceRegistry {
    private let sources: SourceSet
    private var known: [Span: UInt32] = [:]
    private(set) var writer = SourcesWriter()

    init(_ sources: SourceSet) {
        self.sources = sources
    }

    /// The number of the place where a span begins.
    func index(_ span: Span) -> UInt32 {
        if let index = known[span] { return index }
        let file = sources[span.file]
        let position = file.position(at: span.start)
        let index = writer.index(path: file.path, line: position.line, column: position.column)
        known[span] = index
        return index
    }

    /// Keeps what the author silenced, in the order of files and lines.
    func silence(_ suppressions: [Suppression]) {
        let ordered = suppressions.sorted { left, right in
            let leftPath = sources[left.span.file].path
            let rightPath = sources[right.span.file].path
            return leftPath == rightPath ? left.span.start < right.span.start : leftPath < rightPath
        }
        for suppression in ordered {
            writer.silence(rule: suppression.ruleID, reason: suppression.reason, entry: index(suppression.span))
        }
    }
}
