import CLimitMemory
import Synchronization
import WebSocketProtocol

/// The least that a limit without locks could do.
///
/// Slots of a hash and a time, a key's found by its hash alone, four to a cache line,
/// in memory of the same kind. No time that goes back, no key that has no slot, no rule but one.
@safe
// @unchecked: what the pointer leads to are atomics, and it never changes. The process ends with it.
struct BareSlots: @unchecked Sendable {
    private static let slotCount = 1 << 21
    /// Nanoseconds of one hit, and how many may come at once.
    private static let step: UInt64 = 10_000_000
    private static let burst: UInt64 = 100

    private let words: UnsafeMutablePointer<Atomic<UInt64>>

    struct NoMemory: Error {}

    init(keys: Int, _ address: (Int) -> IPAddress) throws {
        guard let memory = unsafe limit_memory_create(Self.slotCount * 16) else { throw NoMemory() }
        // Zero words, two for each slot.
        unsafe words = memory.bindMemory(to: Atomic<UInt64>.self, capacity: Self.slotCount * 2)
        for number in 0..<keys {
            let hash = Self.hash(address(number))
            let group = Self.group(hash)
            let free = (group..<(group + 4)).first { word(2 * $0).load() == 0 }
            // A key whose group is full is never found, as if it were another.
            if let free { word(2 * free).store(hash) }
        }
    }

    /// A word, lent: places lie below the count that was created.
    @inline(__always)
    private func word(_ place: Int) -> TableWord { unsafe TableWord(pointer: words + place) }

    /// Whether one hit passes.
    @inline(__always)
    func take(_ address: IPAddress, at now: UInt64) -> Bool {
        let hash = Self.hash(address)
        let group = Self.group(hash)
        for slot in group..<(group &+ 4) where word(2 &* slot).load() == hash {
            let arrival = word(2 &* slot &+ 1).load()
            let next = max(arrival, now) &+ Self.step
            guard next &- now <= Self.step &* Self.burst else { return false }
            return word(2 &* slot &+ 1).exchange(arrival, next)
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

/// A word of a table that is there as long as the process.
@safe
private struct TableWord {
    let pointer: UnsafeMutablePointer<Atomic<UInt64>>

    // Each: whoever makes one says where it lies.
    @inline(__always)
    func load() -> UInt64 { unsafe pointer.pointee.load(ordering: .acquiring) }

    @inline(__always)
    func store(_ value: UInt64) { unsafe pointer.pointee.store(value, ordering: .relaxed) }

    @inline(__always)
    func exchange(_ old: UInt64, _ new: UInt64) -> Bool {
        unsafe pointer.pointee.compareExchange(expected: old, desired: new, ordering: .acquiringAndReleasing).exchanged
    }
}
