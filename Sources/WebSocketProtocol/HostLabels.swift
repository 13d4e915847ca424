/// The labels of a host from the right: `app.example.com` gives `com`, `example`, `app`.
///
/// This is the order in which a trie of wildcard origins is walked. A trailing dot gives an empty first label, which no
/// entry has. Do not use it for addresses: `kind` of the host says what it is.
package struct HostLabels {
    private let start: Int
    private var end: Int

    /// Walks the labels of a host.
    ///
    /// - Parameter host: `HostAndPort.host`.
    package init(_ host: Range<Int>) {
        start = host.lowerBound
        end = host.isEmpty ? start &- 1 : host.upperBound
    }

    /// What is left of the last label given, without the dot between; empty when that was the left-most.
    ///
    /// `**` matches when this is not empty, `*` when it has no dot either.
    package var remainder: Range<Int> { start..<max(start, end) }

    /// The next label to the left in `bytes`, nil at the end.
    package mutating func next(in bytes: Span<UInt8>) -> Range<Int>? {
        guard end >= start else { return nil }
        var index = end
        while index > start, bytes[index &- 1] != 0x2E { index &-= 1 }
        let label = index..<end
        end = index &- 1
        return label
    }
}
