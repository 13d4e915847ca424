import PolicyPlan

/// The exact windows of a table's keys: for each place the moments of the hits that lie in its window.
///
/// A hit passes when fewer than `count` others lie in the half-open window that ends with it: those at `now - period` or
/// before no longer count. A moment keeps only the bytes that tell it from others within one window: 4 for windows up to
/// 4.2 seconds, 5 up to 18 minutes, 6 up to three days, in nanoseconds. All moments of a place lie within a window of its
/// newest one, whose upper part its header holds.
///
/// | header bits | what |
/// |---|---|
/// | 0–15 | place of the oldest moment in the ring |
/// | 16–32 | moments in the ring |
/// | 33–63 | upper part of the newest moment |
struct WindowCells: Sendable {
    private let count: Int
    private let period: UInt64
    private let width: Int
    private var headers: [UInt64] = []
    /// `count` moments of `width` bytes for each place.
    private var bytes: [UInt8] = []

    init(count: Int, period: UInt64) {
        self.count = count
        self.period = period
        width = LimitMemory.momentBytes(period: period)
    }

    mutating func grow(by places: Int) {
        headers.reserveCapacity(headers.count + places)
        headers.append(contentsOf: repeatElement(0, count: places))
        bytes.reserveCapacity(headers.count * count * width)
        bytes.append(contentsOf: repeatElement(0, count: places * count * width))
    }

    private struct Ring {
        var head: Int
        var used: Int
        /// Of no meaning while the ring is empty.
        var newest: UInt64
    }

    /// A place of the ring; at most one round beyond its end.
    private func wrapped(_ index: Int) -> Int { index < count ? index : index - count }

    private func low(_ place: Int, _ index: Int) -> UInt64 {
        let start = (place * count + index) * width
        var value: UInt64 = 0
        for byte in 0..<width { value |= UInt64(bytes[start + byte]) &<< UInt64(8 * byte) }
        return value
    }

    private func ring(_ place: Int) -> Ring {
        let header = headers[place]
        var ring = Ring(head: Int(header & 0xFFFF), used: Int(header >> 16 & 0x1_FFFF), newest: 0)
        guard ring.used > 0 else { return ring }
        let low = low(place, wrapped(ring.head + ring.used - 1))
        ring.newest = (header >> 33) << UInt64(8 * width) | low
        return ring
    }

    private mutating func keep(_ ring: Ring, _ place: Int) {
        headers[place] =
            UInt64(ring.head) | UInt64(ring.used) << 16 | (ring.newest >> UInt64(8 * width)) << 33
    }

    /// The moment at a place of the ring, from its lower bytes and the newest one.
    private func moment(_ ring: Ring, _ place: Int, _ index: Int) -> UInt64 {
        let low = low(place, wrapped(ring.head + index))
        let mask = width == 8 ? UInt64.max : (1 << UInt64(8 * width)) - 1
        return ring.newest &- ((ring.newest &- low) & mask)
    }

    private func isOver(_ moment: UInt64, at now: UInt64) -> Bool {
        now >= period && moment <= now &- period
    }

    private func expired(_ place: Int, at now: UInt64) -> Ring {
        var ring = ring(place)
        guard ring.used > 0, !isOver(ring.newest, at: now) else { return Ring(head: 0, used: 0, newest: 0) }
        while ring.used > 0, isOver(moment(ring, place, 0), at: now) {
            ring.head = wrapped(ring.head + 1)
            ring.used -= 1
        }
        return ring
    }

    /// Takes `cost` hits at once, or nothing.
    mutating func take(_ cost: Int, at place: Int, now: UInt64) -> LimitAnswer {
        var ring = expired(place, at: now)
        let answer = answer(cost, ring, place, now)
        if case .taken = answer {
            for _ in 0..<cost {
                let start = (place * count + wrapped(ring.head + ring.used)) * width
                for byte in 0..<width { bytes[start + byte] = UInt8(truncatingIfNeeded: now >> UInt64(8 * byte)) }
                ring.used += 1
            }
            if cost > 0 { ring.newest = now }
        }
        keep(ring, place)
        return answer
    }

    /// What `take` would say of one hit.
    func peek(at place: Int, now: UInt64) -> LimitAnswer {
        answer(1, expired(place, at: now), place, now)
    }

    private func answer(_ cost: Int, _ ring: Ring, _ place: Int, _ now: UInt64) -> LimitAnswer {
        guard cost > count - ring.used else { return .taken }
        guard cost <= count else { return .refused(retryAfter: nil) }
        // So many of the oldest must leave.
        let leaving = ring.used + cost - count
        return .refused(retryAfter: moment(ring, place, leaving - 1) &+ period &- now)
    }

    /// Whether no moment lies in the window any more.
    func isExpired(at place: Int, now: UInt64) -> Bool {
        let ring = ring(place)
        return ring.used == 0 || isOver(ring.newest, at: now)
    }

    mutating func reset(at place: Int) {
        headers[place] = 0
    }

    /// The moments that lie in a place's window, oldest first.
    func moments(at place: Int, now: UInt64) -> [UInt64] {
        let ring = expired(place, at: now)
        return (0..<ring.used).map { moment(ring, place, $0) }
    }

    /// Puts moments in the place of those that are there; of more than the window holds the newest.
    mutating func replace(at place: Int, with moments: [UInt64], now: UInt64) {
        reset(at: place)
        for moment in moments.suffix(count) { _ = take(1, at: place, now: moment) }
    }
}
