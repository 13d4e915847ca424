/// How often something stands in a request, and where first.
///
/// A token that stands there twice is refused, so that no two readers can pick different ones.
package struct Occurrences: Equatable, Sendable {
    /// How many there are.
    package private(set) var count = 0
    /// The value of the first, a range of the request's bytes; empty while there is none.
    package private(set) var first = 0..<0

    /// None so far.
    package init() {}

    /// Counts one more.
    package mutating func note(_ value: Range<Int>) {
        if count == 0 { first = value }
        count &+= 1
    }

    /// The value of the only one; nil when there is none, or more than one.
    package var single: Range<Int>? { count == 1 ? first : nil }
}
