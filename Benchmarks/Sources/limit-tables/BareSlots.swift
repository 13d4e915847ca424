import CLimitMemory
import Synchronization
import WebSocketProtocol

/// The least that a limit without locks could do: slots of a hash and a time, a key's found by its hash alone, four to a cache line,
/// in memory of the same kind. No time that goes back, no key that has no slot, no rule but one.
struct BareSlots: @unchecked Sendable {
    private static let slotCount = 1 << 21
    /// Nanoseconds of one hit, and how many may come at once.
    private static let step: UInt64 = 10_000_000
    private static let burst: UInt64 = 100

    // @unchecked: what it leads to are atomics, and it never changes. The process ends with it.
    private let words: UnsafeMutablePointer<Atomic<UInt64>>

    struct NoMemory: Error {}

    init(keys: Int, _ address: (Int) -> IPAddress) throws {
        guard let memory = limit_memory_create(Self.slotCount * 16) else { throw NoMemory() }
        words = memory.bindMemory(to: Atomic<UInt64>.self, capacity: Self.slotCount * 2)
        for number in 0..<keys {
            let hash = Self.hash(address(number))
            let free = (0..<4).map { Self.group(hash) + $0 }.first { words[2 * $0].load(ordering: .relaxed) == 0 }
            // A key whose group is full is never found, as if it were another.
            if let free { words[2 * free].store(hash, ordering: .relaxed) }
        }
    }

    /// Whether one hit passes.
    @inline(__always)
    func take(_ address: IPAddress, at now: UInt64) -> Bool {
        let hash = Self.hash(address)
        let group = Self.group(hash)
        for slot in group..<(group &+ 4) where words[2 &* slot].load(ordering: .acquiring) == hash {
            let arrival = words[2 &* slot &+ 1].load(ordering: .acquiring)
            let next = max(arrival, now) &+ Self.step
            guard next &- now <= Self.step &* Self.burst else { return false }
            return words[2 &* slot &+ 1]
                .compareExchange(expected: arrival, desired: next, ordering: .acquiringAndReleasing).exchanged
        }
        return false
    }

    private static func group(_ hash: UInt64) -> Int { Int(hash >> 43) & ~3 }

    @inline(__always)
    private static func hash(_ address: IPAddress) -> UInt64 {
        fold(fold(address.high ^ 0x9E37_79B9_7F4A_7C15, address.low ^ 0xD6E8_FEB8_6659_FD93), 0xA076_1D64_78BD_642F)
    }

    @inline(__always)
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
