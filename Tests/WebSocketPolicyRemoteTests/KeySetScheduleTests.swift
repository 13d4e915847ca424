import Testing

@testable import WebSocketPolicyRemote

/// When a key set is fetched, as transcripts.
struct KeySetScheduleTests {
    private static let second: UInt64 = 1_000_000_000

    private static func schedule() -> KeySetSchedule {
        KeySetSchedule(every: 300 * second, coolDown: 30 * second)
    }

    @Test func `it is fetched at once, and again after nine to eleven tenths of the interval`() {
        for (jitter, seconds) in [(0.0, 270), (0.5, 300), (1.0, 330), (-1, 270), (7, 330), (.infinity, 330)] {
            var schedule = Self.schedule()
            let begun1 = schedule.begin(at: 5)
            #expect(begun1)
            schedule.succeeded(at: 1000 * Self.second, jitter: jitter)
            let next = (1000 + UInt64(seconds)) * Self.second
            #expect(schedule.next == next, "\(jitter)")
            let begun2 = schedule.begin(at: next - 1)
            #expect(!begun2)
            let begun3 = schedule.begin(at: next)
            #expect(begun3)
        }
    }

    @Test func `nothing is fetched twice at once`() {
        var schedule = Self.schedule()
        let begun4 = schedule.begin(at: 0)
        #expect(begun4)
        let begun5 = schedule.begin(at: 1000 * Self.second)
        #expect(!begun5)
        let moved = schedule.wanted(at: 1000 * Self.second)
        #expect(!moved)
    }

    @Test func `an unknown key leads to a fetch, at most one in a cool-down`() {
        var schedule = Self.schedule()
        _ = schedule.begin(at: 100 * Self.second)
        schedule.succeeded(at: 101 * Self.second, jitter: 0.5)
        // Measured from the beginning of the one before.
        let first = schedule.wanted(at: 110 * Self.second)
        #expect(first && schedule.next == 130 * Self.second)
        // A flood moves nothing.
        for tick in 111...129 {
            let moved = schedule.wanted(at: UInt64(tick) * Self.second)
            let begun = schedule.begin(at: UInt64(tick) * Self.second)
            #expect(!moved && !begun)
        }
        let begun6 = schedule.begin(at: 130 * Self.second)
        #expect(begun6)
        schedule.succeeded(at: 131 * Self.second, jitter: 0.5)
        // Long after the cool-down it is fetched at once.
        let later = schedule.wanted(at: 200 * Self.second)
        #expect(later && schedule.next == 200 * Self.second)
    }

    @Test func `after failures it is fetched sooner, but later each time`() {
        var schedule = Self.schedule()
        var waits: [UInt64] = []
        for _ in 0..<7 {
            let now = schedule.next
            let begun7 = schedule.begin(at: now)
            #expect(begun7)
            schedule.failed(at: now, jitter: 0.5)
            waits.append((schedule.next - now) / Self.second)
        }
        #expect(waits == [30, 60, 120, 240, 300, 300, 300])
        let now = schedule.next
        let begun8 = schedule.begin(at: now)
        #expect(begun8)
        schedule.succeeded(at: now, jitter: 0.5)
        #expect(schedule.next == now + 300 * Self.second)
        let begun9 = schedule.begin(at: schedule.next)
        #expect(begun9)
        schedule.failed(at: schedule.next, jitter: 0.5)
        #expect(schedule.next == now + 330 * Self.second)
    }

    @Test func `hostile numbers neither trap nor let it be fetched without pause`() {
        for (every, coolDown) in [(0, 0), (1, UInt64.max), (UInt64.max, 1), (UInt64.max, UInt64.max)]
            as [(UInt64, UInt64)]
        {
            var schedule = KeySetSchedule(every: every, coolDown: coolDown)
            for now in [0, 1, UInt64.max - 1, UInt64.max] {
                _ = schedule.begin(at: now)
                schedule.failed(at: now, jitter: .nan)
                _ = schedule.wanted(at: now)
                _ = schedule.begin(at: now)
                schedule.succeeded(at: now, jitter: -.infinity)
            }
        }
        var schedule = KeySetSchedule(every: 0, coolDown: 0)
        for _ in 0..<100 {
            _ = schedule.begin(at: 0)
            schedule.failed(at: 0, jitter: 0)
        }
        #expect(schedule.next >= 1)
    }
}
