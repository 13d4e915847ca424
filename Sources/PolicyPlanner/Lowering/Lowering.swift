package import PolicyDocument
package import PolicyPlan

/// A graph on its way into a plan; each kind of set or record is lowered in a file of its own.
package struct Lowering {
    package var writer = PlanWriter()
    private let sources: SourceSet

    package init(sources: SourceSet) {
        self.sources = sources
    }

    /// The plan's name for a place in the sources.
    mutating func source(_ span: Span) -> UInt32 {
        let file = sources[span.file]
        let position = file.position(at: span.start)
        return writer.sources.index(path: file.path, line: position.line, column: position.column)
    }

    /// Keeps what the author silenced, in the order of files and lines.
    mutating func silence(_ suppressions: [Suppression]) {
        let ordered = suppressions.sorted { left, right in
            let leftPath = sources[left.span.file].path
            let rightPath = sources[right.span.file].path
            return leftPath == rightPath ? left.span.start < right.span.start : leftPath < rightPath
        }
        for suppression in ordered {
            let entry = source(suppression.span)
            writer.sources.silence(rule: suppression.ruleID, reason: suppression.reason, entry: entry)
        }
    }
}
