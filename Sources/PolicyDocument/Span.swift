/// Which file of a `SourceSet` a span lies in.
package struct FileID: Hashable, Sendable, Comparable {
    /// The file's place in its source set, from zero.
    package let index: Int

    package init(index: Int) {
        self.index = index
    }

    package static func < (left: FileID, right: FileID) -> Bool {
        left.index < right.index
    }
}

/// A half-open range of bytes in one source file.
///
/// Lines and columns are computed from it by `SourceFile.position(at:)`, never stored.
package struct Span: Hashable, Sendable {
    package let file: FileID
    /// First byte, from zero.
    package let start: Int
    /// One past the last byte; never below `start`.
    package let end: Int

    package init(file: FileID, start: Int, end: Int) {
        self.file = file
        self.start = start
        self.end = max(start, end)
    }
}

/// A value together with the place where it was written.
package struct Located<Value> {
    package let value: Value
    package let span: Span

    package init(_ value: Value, at span: Span) {
        self.value = value
        self.span = span
    }
}

extension Located: Sendable where Value: Sendable {}
extension Located: Equatable where Value: Equatable {}
