/// How large the tables of limits are: what the runtime allocates, and what `explain` prints.
@usableFromInline package enum LimitMemory {
    /// What a counter holds.
    package enum Counter: Sendable {
        case rate(count: UInt64, period: UInt64, burst: UInt64)
        case window(count: UInt64, period: UInt64)
        case concurrent
    }

    /// Counters that keys share which find no slot in any granularity.
    @inlinable package static var sharedCells: Int { 256 }

    /// Keys of a table per route: the same for most numbers of routes, so that it goes on when one is added.
    @inlinable
    package static func routeKeys(_ routes: Int) -> Int { max(1024, routes) }
    /// Slots that a key may lie in are two groups of these sizes.
    @inlinable package static var atomicGroup: Int { 8 }
    @inlinable package static var lockedGroup: Int { 16 }

    /// Slots of a table without locks: twice as many as keys, so that of a table that holds all of them one key in five
    /// thousand finds both of its groups full.
    package static func atomicSlots(for keys: Int) -> Int {
        (max(1, keys) * 2 + atomicGroup - 1) / atomicGroup * atomicGroup
    }

    /// Parts of a table with locks.
    package static func lockedParts(for keys: Int) -> Int { keys < 1024 ? 1 : 16 }

    /// Groups of each part: an eighth more slots than keys, where the emptier group is taken.
    package static func lockedGroups(for keys: Int) -> Int {
        let parts = lockedParts(for: keys)
        let each = max(1, (keys + parts - 1) / parts)
        guard each > 1 else { return 1 }
        return (each + each / 8 + lockedGroup - 1) / lockedGroup + 1
    }

    /// Keys of a table, then of the coarser blocks that addresses count by when it is full.
    package static func levels(tableSize: Int, countsAddresses: Bool) -> [Int] {
        let blocks = [max(64, min(4096, tableSize / 16)), max(64, min(1024, tableSize / 64))]
        return [tableSize] + (countsAddresses ? blocks : [])
    }

    /// Bits that tell the moments of one window apart, in nanoseconds.
    ///
    /// So many that they are read in one word wherever they begin, and no fewer than leave room for the rest of a moment in a
    /// window's header.
    package static func momentBits(period: UInt64) -> Int {
        let bits = max(32, UInt64.bitWidth - period.leadingZeroBitCount)
        return bits <= 56 ? bits : 64
    }

    /// The unit in which 64 bits hold a rate's times exactly: how many are a nanosecond, how many one hit is.
    ///
    /// Count and period are divided by what they share: three a second is counted in thirds of a nanosecond, a hundred a
    /// second in nanoseconds. Nil where 64 bits are too few: for bursts that take years to come back, and for rates that
    /// make the unit so small that times would run out within a decade.
    package static func unit(count: UInt64, period: UInt64, burst: UInt64) -> (units: UInt64, step: UInt64)? {
        var (shared, rest) = (count, period)
        while rest > 0 { (shared, rest) = (rest, shared % rest) }
        guard shared > 0 else { return nil }
        let (units, step) = (count / shared, period / shared)
        let (tolerance, isTooLong) = step.multipliedReportingOverflow(by: burst)
        return isTooLong || tolerance >= 1 << 61 || units > 29 ? nil : (units, step)
    }

    /// Bytes of one counter, without its key.
    package static func bytes(_ counter: Counter) -> Int {
        switch counter {
        case .rate: 16
        case .window(let count, let period): 8 + (Int(clamping: count) * momentBits(period: period) + 7) / 8
        case .concurrent: 8
        }
    }

    /// Bytes that a table may come to hold.
    package static func bytes(_ counter: Counter, tableSize: Int, countsAddresses: Bool) -> Int {
        let isAtomic =
            if case .rate(let count, let period, let burst) = counter {
                unit(count: count, period: period, burst: burst) != nil
            } else {
                false
            }
        return levels(tableSize: tableSize, countsAddresses: countsAddresses)
            .reduce(sharedCells * (isAtomic ? 40 : bytes(counter))) { sum, keys in
                let slots = lockedParts(for: keys) * lockedGroups(for: keys) * lockedGroup
                return sum + (isAtomic ? 16 * atomicSlots(for: keys) : slots * (8 + bytes(counter)))
            }
    }
}
