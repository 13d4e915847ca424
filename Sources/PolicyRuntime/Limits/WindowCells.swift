import PolicyPlan
import WebSocketProtocol

/// The exact windows of a table's keys: for each place the moments of the hits that lie in its window.
///
/// A hit passes when fewer than `count` others lie in the half-open window that ends with it: those at `now - period` or
/// before no longer count. A moment keeps only the bits that tell it from others within one window, in nanoseconds: 32 for
/// windows up to 4.2 seconds, 36 for a minute, 42 for an hour. All moments of a place lie within a window of its newest one,
/// whose upper part its header holds.
///
/// | header bits | what |
/// |---|---|
/// | 0–15 | place of the oldest moment in the ring |
/// | 16–32 | moments in the ring |
/// | 33–63 | upper part of the newest moment |
struct WindowCells: Sendable {
    private let count: Int
    private let period: UInt64
    /// Bits of a moment.
    private let width: Int
    private let mask: UInt64
    private var headers: [UInt64] = []
    /// `count` moments of `width` bits for each place, one behind the other; behind them eight bytes, so that each is read in
    /// a whole word.
    private var bytes: [UInt8] = []

    init(count: Int, period: UInt64) {
        self.count = count
        self.period = period
        width = LimitMemory.momentBits(period: period)
        mask = .max &>> UInt64(64 &- width)
    }

    /// Makes room for more places, of so many at last.
    mutating func grow(by places: Int, of capacity: Int) {
        let wanted = headers.count + places
        let room = LimitCells.room(wanted, of: capacity, byteCount: byteCount(capacity))
        headers.reserveCapacity(room)
        bytes.reserveCapacity(byteCount(room))
        headers.append(contentsOf: repeatElement(0, count: places))
        bytes.append(contentsOf: repeatElement(0, count: byteCount(headers.count) - bytes.count))
    }

    private func byteCount(_ places: Int) -> Int { (places * count * width + 7) / 8 + 8 }

    private struct Ring {
        var head: Int
        var used: Int
        /// Of no meaning while the ring is empty.
        var newest: UInt64
    }

    /// A place of the ring; at most one round beyond its end.
    @inline(__always)
    private func wrapped(_ index: Int) -> Int { index < count ? index : index &- count }

    /// The lower bits of the moment at a place of the ring; no more than 56 begin inside of a byte.
    @inline(__always)
    private func low(_ place: Int, _ index: Int) -> UInt64 {
        let bit = (place &* count &+ index) &* width
        return (bytes.span.word(at: bit &>> 3) &>> UInt64(bit & 7)) & mask
    }

    @inline(__always)
    private mutating func setLow(_ place: Int, _ index: Int, _ moment: UInt64) {
        let bit = (place &* count &+ index) &* width
        let shift = UInt64(bit & 7)
        let others = bytes.span.word(at: bit &>> 3) & ~(mask &<< shift)
        let merged = (others | (moment & mask) &<< shift).littleEndian
        var span = bytes.mutableSpan
        // Every bit pattern is a byte, and the store itself checks that its eight bytes lie inside.
        var memory = unsafe span.mutableBytes
        memory.storeBytes(of: merged, toByteOffset: bit &>> 3, as: UInt64.self)
    }

    @inline(__always)
    private func ring(_ place: Int) -> Ring {
        let header = headers[place]
        var ring = Ring(head: Int(header & 0xFFFF), used: Int(header >> 16 & 0x1_FFFF), newest: 0)
        guard ring.used > 0 else { return ring }
        let low = low(place, wrapped(ring.head + ring.used - 1))
        ring.newest = (header >> 33) << UInt64(width) | low
        return ring
    }

    private mutating func keep(_ ring: Ring, _ place: Int) {
        headers[place] =
            UInt64(ring.head) | UInt64(ring.used) << 16 | (ring.newest >> UInt64(width)) << 33
    }

    /// The moment at a place of the ring, from its lower bytes and the newest one.
    @inline(__always)
    private func moment(_ ring: Ring, _ place: Int, _ index: Int) -> UInt64 {
        let low = low(place, wrapped(ring.head + index))
        return ring.newest &- ((ring.newest &- low) & mask)
    }

    private func isOver(_ moment: UInt64, at now: UInt64) -> Bool {
        now >= period && moment <= now &- period
    }

    /// A place's ring with what lies in the window, and the time that counts: another thread may have brought a later one while this one
    /// waited for the lock.
    @inline(__always)
    private func live(_ place: Int, at moment: UInt64) -> (ring: Ring, now: UInt64) {
        var ring = ring(place)
        let now = max(moment, ring.newest)
        guard ring.used > 0, !isOver(ring.newest, at: now) else { return (Ring(head: 0, used: 0, newest: 0), now) }
        while ring.used > 0, isOver(self.moment(ring, place, 0), at: now) {
            ring.head = wrapped(ring.head &+ 1)
            ring.used &-= 1
        }
        return (ring, now)
    }

    /// Takes `cost` hits at once, or nothing.
    mutating func take(_ cost: Int, at place: Int, now moment: UInt64) -> LimitAnswer {
        var (ring, now) = live(place, at: moment)
        let answer = answer(cost, ring, place, now)
        if case .taken = answer {
            var left = cost
            while left > 0 {
                setLow(place, wrapped(ring.head &+ ring.used), now)
                ring.used &+= 1
                left &-= 1
            }
            if cost > 0 { ring.newest = now }
        }
        keep(ring, place)
        return answer
    }

    /// What `take` would say of one hit.
    func peek(at place: Int, now moment: UInt64) -> LimitAnswer {
        let (ring, now) = live(place, at: moment)
        return answer(1, ring, place, now)
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
        let ring = live(place, at: now).ring
        return (0..<ring.used).map { moment(ring, place, $0) }
    }

    /// Puts moments in the place of those that are there; of more than the window holds the newest.
    mutating func replace(at place: Int, with moments: [UInt64], now: UInt64) {
        reset(at: place)
        for moment in moments.suffix(count) { _ = take(1, at: place, now: moment) }
    }
}
