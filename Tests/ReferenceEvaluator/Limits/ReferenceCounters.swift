import PolicyModel

/// What one bucket of a limit stands for.
enum CounterKey: Hashable {
    case connection(Int)
    /// nil: everybody without an address.
    case address(AddressBytes?)
    case subject([UInt8])
    case claim([UInt8])
    case route(Int)
    case server
}

/// Every counter of a policy, in dictionaries without a bound: one list, one moment, one number a key.
final class ReferenceCounters {
    enum Outcome: Equatable {
        case taken
        /// How long it takes until one more would pass, in nanoseconds; nil where nobody can say.
        case refused(wait: Int128?)
    }

    private struct Place: Hashable {
        let limit: Int
        let key: CounterKey
    }

    private let limits: [LimitCheck]
    /// GCRA: the theoretical arrival time, in nanoseconds times the rate's count, so that it is a whole number.
    private var arrivals: [Place: Int128] = [:]
    /// `atMost`: when each that passed did, oldest first.
    private var passed: [Place: [Int128]] = [:]
    private var open: [Place: Int64] = [:]
    /// When each limit was last asked: time that goes back stands still.
    ///
    /// A connection's own counters see its own clock.
    private var clocks: [Int: Int128] = [:]

    init(_ limits: [LimitCheck]) {
        self.limits = limits
    }

    /// Takes `cost` from a limit, or nothing when it does not fit.
    func take(_ limit: Int, _ key: CounterKey, cost: Int64 = 1, at ticks: UInt64) -> Outcome {
        ask(limit, key, cost: cost, at: ticks, takes: true)
    }

    /// Whether one more would pass.
    func peek(_ limit: Int, _ key: CounterKey, at ticks: UInt64) -> Outcome {
        ask(limit, key, cost: 1, at: ticks, takes: false)
    }

    private func ask(_ limit: Int, _ key: CounterKey, cost: Int64, at ticks: UInt64, takes: Bool) -> Outcome {
        let place = Place(limit: limit, key: key)
        var now = Int128(ticks)
        if case .connection = key {
        } else {
            now = max(clocks[limit] ?? 0, now)
            clocks[limit] = now
        }
        switch limits[limit].quantity {
        case .concurrent(let most):
            guard (open[place] ?? 0) + cost <= most else { return .refused(wait: nil) }
            if takes { open[place, default: 0] += cost }
            return .taken
        case .frequency(.rate(let count, let period, let burst)):
            let scaledNow = now * Int128(count)
            let step = Int128(period.count)
            let start = max(arrivals[place] ?? 0, scaledNow)
            let arrival = start + Int128(cost) * step
            guard arrival - scaledNow <= Int128(burst) * step else {
                let excess = start + step - Int128(burst) * step - scaledNow
                return .refused(wait: (max(excess, 0) + Int128(count) - 1) / Int128(count))
            }
            if takes { arrivals[place] = arrival }
            return .taken
        case .frequency(.atMost(let count, let period)):
            let window = (passed[place] ?? []).filter { $0 > now - Int128(period.count) }
            passed[place] = window
            guard Int64(window.count) + cost <= count else {
                // The one whose leaving makes room for one more.
                let leaving = window.count - Int(count)
                guard leaving >= 0 else { return .refused(wait: 0) }
                return .refused(wait: window[leaving] + Int128(period.count) - now)
            }
            if takes { passed[place] = window + [Int128](repeating: now, count: Int(cost)) }
            return .taken
        }
    }

    /// Gives one back to a limit on how many are open at once.
    func giveBack(_ limit: Int, _ key: CounterKey) {
        let place = Place(limit: limit, key: key)
        open[place] = max(0, (open[place] ?? 0) - 1)
    }
}
