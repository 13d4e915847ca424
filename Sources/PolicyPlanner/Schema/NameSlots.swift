import PolicyModel
import PolicyPlan

/// The slots of a name table, by a seed that keeps names apart.
struct NameSlots {
    /// Indices of names, or `none`: at most half are taken, of a large table an eighth; a power of two altogether.
    private(set) var slots: [UInt32]
    private(set) var seed: UInt64

    /// Tables up to this size are searched for a seed without any collision.
    private static let perfectLimit = 64
    private static let seedsTried: UInt64 = 64
    /// Of larger tables, so that few names stand behind another one.
    private static let slotsPerName = 8

    init(_ names: [ExactText]) {
        var size = 4
        while size < (names.count <= Self.perfectLimit ? 2 : Self.slotsPerName) * names.count { size *= 2 }
        (slots, seed) = Self.fill(names, size, seed: 1).placed
        guard names.count <= Self.perfectLimit else { return }
        for size in [size, 2 * size, 4 * size] {
            for seed in 1...Self.seedsTried {
                let filled = Self.fill(names, size, seed: seed &* 0x9E37_79B9_7F4A_7C15)
                guard filled.collisions == 0 else { continue }
                (slots, self.seed) = filled.placed
                return
            }
        }
    }

    private static func fill(
        _ names: [ExactText],
        _ size: Int,
        seed: UInt64
    ) -> (placed: ([UInt32], UInt64), collisions: Int) {
        var slots = [UInt32](repeating: ProgramLayout.none, count: size)
        var collisions = 0
        for (index, name) in names.enumerated() {
            var slot = Int(truncatingIfNeeded: NameHash.hash(name.bytes, seed: seed)) & (size - 1)
            while slots[slot] != ProgramLayout.none {
                collisions += 1
                slot = (slot + 1) & (size - 1)
            }
            slots[slot] = UInt32(index)
        }
        return ((slots, seed), collisions)
    }
}
