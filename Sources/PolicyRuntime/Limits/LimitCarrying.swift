/// What a changed limit begins with: the state that the old one implies.
enum LimitCarrying {
    /// The state of a counter under new numbers.
    ///
    /// Hits that the old rate still remembers are remembered by the new one, each at its new price; a window keeps the hits that
    /// it has, the newest first where it now holds fewer. Between a rate, which knows no moments, and a window, the hits count
    /// as of now. Rounded against the client.
    static func state(
        _ state: CounterState,
        from old: LimitRule.Quantity,
        to new: LimitRule.Quantity,
        now: UInt64
    ) -> CounterState {
        switch (state, old, new) {
        case (.arrival(let arrival), .rate(let count, let step, _), .rate(let newCount, let newStep, let burst)):
            let (hits, rest) = remembered(arrival, count, step, now)
            // Below 2^126: the rest of a step and a period.
            let part = (rest &* UInt128(newStep) &+ UInt128(step) &- 1) / UInt128(step)
            let whole = min(hits, UInt128(burst)) &* UInt128(newStep)
            return .arrival(
                UInt128(now) &* UInt128(newCount) &+ min(whole &+ part, UInt128(burst) &* UInt128(newStep))
            )
        case (.arrival(let arrival), .rate(let count, let step, _), .atMost(let newCount, _)):
            let (hits, rest) = remembered(arrival, count, step, now)
            let number = min(hits &+ (rest > 0 ? 1 : 0), UInt128(newCount))
            return .moments(Array(repeating: now, count: Int(number)))
        case (.moments(let moments), _, .rate(let newCount, let newStep, let burst)):
            var arrival: UInt128 = 0
            for moment in moments {
                arrival = max(arrival, UInt128(moment) &* UInt128(newCount)) &+ UInt128(newStep)
            }
            let latest = UInt128(now) &* UInt128(newCount) &+ UInt128(burst) &* UInt128(newStep)
            return .arrival(min(arrival, latest))
        case (.moments, _, .atMost): return state
        case (.none, _, _), (.count, _, _), (.arrival, _, _), (.moments, _, .concurrent): return .none
        }
    }

    /// Whole hits that a rate remembers, and what is left of one more.
    private static func remembered(
        _ arrival: UInt128,
        _ count: UInt64,
        _ step: UInt64,
        _ now: UInt64
    ) -> (hits: UInt128, rest: UInt128) {
        let present = UInt128(now) &* UInt128(count)
        guard arrival > present else { return (0, 0) }
        let (hits, rest) = (arrival &- present).quotientAndRemainder(dividingBy: UInt128(step))
        return (hits, rest)
    }
}

/// The state of one counter, and where it lies.
struct CarriedCounter {
    /// A granularity, or `shared` for the fixed set, whose counters have places instead of fingerprints.
    static let shared = Int.max

    let level: Int
    let key: UInt64
    let state: CounterState
}
