import PolicyRuntime

/// What runs in Redis: one script a decision, atomic, by the time of the Redis server.
///
/// | script | arguments | reply |
/// |---|---|---|
/// | `takeRate` | units a microsecond, units a hit, units of the burst, hits | hits taken, microseconds to wait |
/// | `leaseRate` | the same, then hits owed | hits granted, microseconds to wait |
/// | `takeWindow` | microseconds, count, hits | hits taken, microseconds to wait |
/// | `leaseWindow` | the same, then hits owed | hits granted, microseconds to wait |
///
/// A rate's state is `MICROSECOND AHEAD`: how many units the arrival time was ahead when it was written. All numbers stay below
/// 2^53, and are exact. A window is a list of moments, oldest first. A key expires when it says no more than none would.
enum StoreScript: String, CaseIterable {
    case takeRate, leaseRate, takeWindow, leaseWindow

    private static let clock = """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        """

    private static let rate = """
        local units, step, most, hits = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
        local ahead = 0
        local state = redis.call('GET', KEYS[1])
        if state then
            local written, was = string.match(state, '^(%d+) (%d+)$')
            local passed = math.max(0, now - written)
            now = math.max(now, written + 0)
            ahead = math.max(0, was - passed * units)
        end
        local function keep()
            redis.call('SET', KEYS[1], string.format('%.0f %.0f', now, ahead), 'PX', math.ceil(ahead / units / 1000) + 1000)
        end
        local function wait(hits)
            return math.max(0, math.ceil((ahead + hits * step - most) / units))
        end
        """

    private static let window = """
        local period, most, hits = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
        local newest = redis.call('LINDEX', KEYS[1], -1)
        if newest then now = math.max(now, newest + 0) end
        while true do
            local oldest = redis.call('LINDEX', KEYS[1], 0)
            if not oldest or oldest + 0 > now - period then break end
            redis.call('LPOP', KEYS[1])
        end
        local held = redis.call('LLEN', KEYS[1])
        local function keep(hits)
            for _ = 1, hits do redis.call('RPUSH', KEYS[1], string.format('%.0f', now)) end
            held = held + hits
            redis.call('PEXPIRE', KEYS[1], math.ceil(period / 1000) + 1000)
        end
        local function wait(hits)
            local moment = redis.call('LINDEX', KEYS[1], held + hits - most - 1)
            return moment and moment + period - now or period
        end
        """

    var text: String {
        switch self {
        case .takeRate:
            Self.clock + "\n" + Self.rate + """

                if ahead + hits * step > most then return { 0, wait(hits) } end
                ahead = ahead + hits * step
                keep()
                return { hits, 0 }
                """
        case .leaseRate:
            Self.clock + "\n" + Self.rate + """

                ahead = ahead + tonumber(ARGV[5]) * step
                local granted = math.max(0, math.min(hits, math.floor((most - ahead) / step)))
                ahead = ahead + granted * step
                keep()
                return { granted, granted == 0 and wait(1) or 0 }
                """
        case .takeWindow:
            Self.clock + "\n" + Self.window + """

                if hits > most then return { 0, period } end
                if held + hits > most then return { 0, wait(hits) } end
                keep(hits)
                return { hits, 0 }
                """
        case .leaseWindow:
            Self.clock + "\n" + Self.window + """

                keep(tonumber(ARGV[4]))
                local granted = math.max(0, math.min(hits, most - held))
                keep(granted)
                return { granted, granted == 0 and wait(1) or 0 }
                """
        }
    }

    /// The script of one hit, with its arguments but for the number of hits.
    static func taking(_ quantity: LimitRule.Quantity) -> (script: StoreScript, arguments: [UInt64]) {
        switch quantity {
        case .rate(let count, let period, let burst): (.takeRate, rateArguments(count, period, burst))
        case .atMost(let count, let period): (.takeWindow, [microseconds(period), UInt64(count)])
        case .concurrent(let count): (.takeWindow, [.max >> 12, count])
        }
    }

    /// The script of a lease, with its arguments but for the number of hits and of those owed.
    static func leasing(_ quantity: LimitRule.Quantity) -> (script: StoreScript, arguments: [UInt64]) {
        let (script, arguments) = taking(quantity)
        return (script == .takeRate ? .leaseRate : .leaseWindow, arguments)
    }

    /// Units in which a rate is a whole number where 53 bits hold it; else a little less than the rate.
    private static func rateArguments(_ count: UInt64, _ period: UInt64, _ burst: UInt64) -> [UInt64] {
        let period = microseconds(period)
        var (shared, rest) = (count, period)
        while rest > 0 { (shared, rest) = (rest, shared % rest) }
        let (units, step) = (count / shared, period / shared)
        let (most, isTooLarge) = step.multipliedReportingOverflow(by: burst)
        // A second more than the burst takes, in units, is what a script multiplies at most.
        if !isTooLarge, most < 1 << 51, units < 1 << 30 { return [units, step, most] }
        let coarse = max(1, (period &+ count &- 1) / count)
        return [1, coarse, coarse &* min(burst, (1 << 51) / coarse)]
    }

    private static func microseconds(_ nanoseconds: UInt64) -> UInt64 { max(1, (nanoseconds &+ 999) / 1000) }
}
