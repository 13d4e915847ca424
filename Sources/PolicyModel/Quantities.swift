/// A length of time in whole nanoseconds, never negative.
package struct Nanoseconds: Sendable, Hashable, Comparable {
    package let count: Int64

    package init(_ count: Int64) {
        self.count = count
    }

    package static func < (left: Nanoseconds, right: Nanoseconds) -> Bool {
        left.count < right.count
    }

    package static func milliseconds(_ count: Int64) -> Nanoseconds { Nanoseconds(count * 1_000_000) }
    package static func seconds(_ count: Int64) -> Nanoseconds { Nanoseconds(count * 1_000_000_000) }
}

/// A bound that may be lifted: `1MiB` or `unlimited`.
package enum Bound<Value: Sendable & Comparable>: Sendable {
    case atMost(Value)
    case unlimited
}

extension Bound: Equatable where Value: Equatable {}

/// How often something may happen.
package enum RateLimit: Sendable, Equatable {
    /// GCRA: `count` in each `period` sustained, with a tolerance of `burst`.
    case rate(count: Int64, period: Nanoseconds, burst: Int64)
    /// Exact: in no half-open window of `period` do more than `count` pass.
    case atMost(count: Int64, period: Nanoseconds)
}
