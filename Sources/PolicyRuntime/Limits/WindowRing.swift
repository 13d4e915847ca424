/// The moments of the last hits of an exact window, in a ring that someone else stores.
///
/// A hit passes when fewer than `count` others lie in the half-open window that ends with it: those at `now - period` or
/// before no longer count.
struct WindowRing: Sendable, Equatable {
    /// Place of the oldest moment.
    private(set) var head: UInt32 = 0
    private(set) var used: UInt32 = 0

    /// Takes `cost` hits at once, or nothing.
    ///
    /// `moments` holds `count` places.
    mutating func take(
        _ cost: Int,
        at now: UInt64,
        count: Int,
        period: UInt64,
        moments: inout [UInt64],
        from base: Int
    ) -> LimitAnswer {
        expire(at: now, count: count, period: period, moments: moments, from: base)
        guard Int(used) + cost <= count else {
            guard cost <= count else { return .refused(retryAfter: nil) }
            // So many of the oldest must leave.
            let leaving = Int(used) + cost - count
            let moment = moments[base + (Int(head) + leaving - 1) % count]
            return .refused(retryAfter: moment &+ period &- now)
        }
        for _ in 0..<cost {
            moments[base + (Int(head) + Int(used)) % count] = now
            used &+= 1
        }
        return .taken
    }

    mutating func expire(at now: UInt64, count: Int, period: UInt64, moments: [UInt64], from base: Int) {
        while used > 0, now >= period, moments[base + Int(head)] <= now &- period {
            head = UInt32((Int(head) + 1) % count)
            used &-= 1
        }
    }

    /// Whether no moment lies in the window any more.
    func isExpired(at now: UInt64, count: Int, period: UInt64, moments: [UInt64], from base: Int) -> Bool {
        guard used > 0 else { return true }
        let newest = moments[base + (Int(head) + Int(used) - 1) % count]
        return now >= period && newest <= now &- period
    }
}
