/// The pairs of a query, in order: split on `&` only, each at its first `=` only.
///
/// Names and values stay encoded; a plus sign is a plus sign, not a space. Empty pairs (`a&&b`) are passed over.
package struct QueryPairs {
    /// One pair, ranges of the request's bytes.
    package struct Pair: Equatable, Sendable {
        /// What stands before the first `=`, encoded.
        package let name: Range<Int>
        /// What stands behind it, encoded; empty where there is no `=`.
        package let value: Range<Int>
    }

    private var rest: Range<Int>

    /// Walks the pairs of a query.
    ///
    /// - Parameter query: `RequestTarget.query`.
    package init(_ query: Range<Int>) {
        rest = query
    }

    /// The next pair, nil at the end.
    package mutating func next(in bytes: Span<UInt8>) -> Pair? {
        while !rest.isEmpty {
            let end = bytes.firstIndex(of: 0x26, in: rest) ?? rest.upperBound
            let pair = rest.lowerBound..<end
            rest = min(end &+ 1, rest.upperBound)..<rest.upperBound
            guard !pair.isEmpty else { continue }
            guard let equals = bytes.firstIndex(of: 0x3D, in: pair) else {
                return Pair(name: pair, value: end..<end)
            }
            return Pair(name: pair.lowerBound..<equals, value: (equals &+ 1)..<end)
        }
        return nil
    }

    /// The values of one name in a query, still encoded.
    ///
    /// - Parameters:
    ///   - name: the decoded name, compared with case after decoding.
    ///   - query: `RequestTarget.query`; nil has none.
    ///   - bytes: the buffer of the request.
    /// - Returns: how many there are, and the first value.
    package static func occurrences(
        of name: Span<UInt8>,
        in query: Range<Int>?,
        of bytes: Span<UInt8>
    ) -> Occurrences {
        var found = Occurrences()
        guard let query else { return found }
        var pairs = QueryPairs(query)
        while let pair = pairs.next(in: bytes) {
            if PercentReader.equals(pair.name, decoded: name, in: bytes) { found.note(pair.value) }
        }
        return found
    }
}
