/// The path of a route: segments that stand for themselves, for any one segment, or for the rest.
package struct PathPattern: Sendable, Hashable {
    package enum Segment: Sendable, Hashable {
        /// After percent-decoding.
        case literal(String)
        /// `{name}`: one segment, never empty.
        case parameter(String)
        /// `{name...}`: one or more segments; only the last may be it.
        case rest(String)
    }

    package let segments: [Segment]
    /// As the author wrote it: `/ws/prices/{symbol}`.
    package let written: String

    package init(segments: [Segment], written: String) {
        self.segments = segments
        self.written = written
    }
}
