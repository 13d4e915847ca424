import PolicyRuntime

/// What runs in Redis: one script a decision, atomic, by the time of the Redis server.
///
/// | script | arguments | reply |
/// |---|---|---|
/// | `takeRate` | units a microsecond, units a hit, units of the burst, hits | hits taken, microseconds to wait |
/// | `leaseRate` | the same, then hits owed | hits granted, microseconds to wait where nothing more passes |
/// | `takeWindow` | microseconds, count, hits | hits taken, microseconds to wait |
/// | `leaseWindow` | the same, then hits owed | hits granted, microseconds to wait where nothing more passes |
/// | `readRevoked` | number of a change, changes at most | as `RevocationPage` reads it |
/// | `writeRevoked` | `+` or `-`, name, milliseconds since 1970 or 0, entries at most | 1 or 0, 0 |
/// | `keepRevoked` | entries at most; then of each: name, milliseconds since 1970 or 0, number of its change | entries kept, 0 |
///
/// A rate's state is `MICROSECOND AHEAD`: how many units the arrival time was ahead when it was written. All numbers stay below
/// 2^53, and are exact. A window is a list of moments, oldest first. A key expires when it says no more than none would.
///
/// Who is revoked stands in two sorted sets. In the first each entry, `+` or `-` and a name, has the number of its last change:
/// microseconds since 1970, each greater than the one before; `=` has the greatest. In the second it has the end of its time in
/// milliseconds since 1970, where it has one; `-` says that it was lifted, and stands for a day, so that who was away hears of it.
enum StoreScript: String, CaseIterable {
    case takeRate, leaseRate, takeWindow, leaseWindow
    case readRevoked, writeRevoked, keepRevoked

    /// What connections need that count.
    static let counting: [StoreScript] = [.takeRate, .leaseRate, .takeWindow, .leaseWindow]
    /// What the connection needs that lists of who is revoked go over.
    static let listing: [StoreScript] = [.readRevoked, .writeRevoked, .keepRevoked]

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
            if held + hits <= most then return 0 end
            local moment = redis.call('LINDEX', KEYS[1], held + hits - most - 1)
            return moment and moment + period - now or period
        end
        """

    /// What both sets' scripts begin with: whose time is over goes, a hundred at a time.
    private static let revoked = """
        local changes, ends = KEYS[1], KEYS[2]
        local milliseconds = math.floor(now / 1000)
        local over = redis.call('ZRANGEBYSCORE', ends, '-inf', string.format('%.0f', milliseconds), 'LIMIT', 0, 100)
        for _, entry in ipairs(over) do
            redis.call('ZREM', changes, entry)
            redis.call('ZREM', ends, entry)
        end
        local last = tonumber(redis.call('ZSCORE', changes, '=') or 0)
        local function put(sign, name, finish)
            last = math.max(now, last + 1)
            local entry, other = sign .. name, (sign == '+' and '-' or '+') .. name
            redis.call('ZREM', changes, other)
            redis.call('ZREM', ends, other)
            redis.call('ZADD', changes, string.format('%.0f', last), entry)
            redis.call('ZADD', changes, string.format('%.0f', last), '=')
            if finish > 0 then
                redis.call('ZADD', ends, string.format('%.0f', finish), entry)
            else
                redis.call('ZREM', ends, entry)
            end
        end
        local function written(name)
            return redis.call('ZSCORE', changes, '+' .. name) or redis.call('ZSCORE', changes, '-' .. name)
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
        case .readRevoked:
            Self.clock + "\n" + Self.revoked + """

                local most = tonumber(ARGV[2])
                local found =
                    redis.call('ZRANGEBYSCORE', changes, '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, most)
                local isFull = #found == 2 * most
                local page = {
                    last, math.max(0, redis.call('ZCARD', changes) - 1), isFull and 1 or 0,
                    isFull and tonumber(found[#found]) or last
                }
                for place = 1, #found, 2 do
                    if found[place] ~= '=' then
                        table.insert(page, found[place])
                        table.insert(page, tonumber(found[place + 1]))
                        table.insert(page, tonumber(redis.call('ZSCORE', ends, found[place]) or 0))
                    end
                end
                return page
                """
        case .writeRevoked:
            Self.clock + "\n" + Self.revoked + """

                local sign, name, finish, most = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
                if finish > 0 and finish <= milliseconds then return { 1, 0 } end
                -- The list's own `=` is one of them.
                if not written(name) and redis.call('ZCARD', changes) > most then
                    return { sign == '-' and 1 or 0, 0 }
                end
                if sign == '-' then
                    finish = milliseconds + 86400000
                elseif redis.call('ZSCORE', changes, '+' .. name) then
                    -- Revoking once more makes nothing shorter.
                    local was = redis.call('ZSCORE', ends, '+' .. name)
                    finish = was and finish > 0 and math.max(finish, tonumber(was)) or 0
                end
                put(sign, name, finish)
                return { 1, 0 }
                """
        case .keepRevoked:
            Self.clock + "\n" + Self.revoked + """

                local most, kept = tonumber(ARGV[1]), 0
                for place = 2, #ARGV, 3 do
                    local name, finish, version = ARGV[place], tonumber(ARGV[place + 1]), tonumber(ARGV[place + 2])
                    local known = written(name)
                    local isWanted
                    if known then
                        isWanted = tonumber(known) < version
                    else
                        isWanted = redis.call('ZCARD', changes) <= most
                    end
                    if isWanted and (finish == 0 or finish > milliseconds) then
                        put('+', name, finish)
                        kept = kept + 1
                    end
                end
                return { kept, 0 }
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
