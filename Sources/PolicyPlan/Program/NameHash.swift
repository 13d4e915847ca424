/// The hash by which a member name or a listed string finds its slot in a name table.
///
/// Words of eight bytes, the last one overlapping, so that a name of up to sixteen bytes takes one step; one of up to eight bytes
/// takes half of it, since whoever waits for a slot waits for each multiplication. Seeds are found by the planner; a name table is small and the runtime compares the bytes, so the hash need not resist an attacker.
@usableFromInline package enum NameHash {
    /// Of a name of up to eight bytes, zeros behind its end.
    @inlinable
    package static func short(_ word: UInt64, seed: UInt64) -> UInt64 {
        // Both halves: names that differ in their last bytes alone differ in the upper one.
        let (high, low) = (word ^ seed).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return high ^ low
    }

    /// The start for a longer name of `length` bytes.
    @inlinable
    package static func start(length: Int, seed: UInt64) -> UInt64 {
        seed ^ (UInt64(truncatingIfNeeded: length) &* 0x9E37_79B9_7F4A_7C15)
    }

    /// Takes in the next two words.
    @inlinable
    package static func mix(_ hash: UInt64, _ low: UInt64, _ high: UInt64) -> UInt64 {
        let left = (hash ^ low) &* 0xD6E8_FEB8_6659_FD93
        let right = (left ^ (left >> 32) ^ high) &* 0xA076_1D64_78BD_642F
        return right ^ (right >> 29)
    }

    /// Of bytes in an array, for the planner; the runtime does the same on pointers.
    package static func hash(_ bytes: [UInt8], seed: UInt64) -> UInt64 {
        guard bytes.count > 8 else { return short(word(bytes, 0), seed: seed) }
        var hash = start(length: bytes.count, seed: seed)
        var index = 0
        while bytes.count - index > 16 {
            hash = mix(hash, word(bytes, index), word(bytes, index + 8))
            index += 16
        }
        // The last two words overlap where the rest is shorter.
        return mix(hash, word(bytes, max(0, bytes.count - 16)), word(bytes, bytes.count - 8))
    }

    /// Eight bytes in little-endian order, zeros behind the end.
    private static func word(_ bytes: [UInt8], _ index: Int) -> UInt64 {
        var word: UInt64 = 0
        for offset in 0..<8 where index + offset < bytes.count {
            word |= UInt64(bytes[index + offset]) << UInt64(8 * offset)
        }
        return word
    }
}
