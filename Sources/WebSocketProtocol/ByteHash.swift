/// A 64-bit hash of bytes that the planner and the runtime compute alike.
///
/// It multiplies eight bytes at a time and folds the 128-bit product. It is not keyed against an adversary who can choose
/// entries: use it for tables that a policy fills, and always compare the bytes after a hit.
@usableFromInline package enum ByteHash {

    /// Takes `word` into `hash`.
    @inlinable @inline(__always)
    package static func combine(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        let product = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15 as UInt64)
        return (product.high ^ product.low) &+ 0xD1B5_4A32_D192_ED03
    }

    /// The hash of the bytes in `range`; those of different seeds are unrelated.
    @inlinable
    package static func hash(_ bytes: Span<UInt8>, in range: Range<Int>, seed: UInt64) -> UInt64 {
        walk(bytes, in: range, seed: seed, folds: false)
    }

    /// The hash of the bytes in `range` with ASCII capitals folded: that of their lower-case form.
    @inlinable
    package static func foldedHash(_ bytes: Span<UInt8>, in range: Range<Int>, seed: UInt64) -> UInt64 {
        walk(bytes, in: range, seed: seed, folds: true)
    }

    @inlinable @inline(__always)
    package static func walk(_ bytes: Span<UInt8>, in range: Range<Int>, seed: UInt64, folds: Bool) -> UInt64 {
        let count = range.count
        var hash = combine(seed, UInt64(truncatingIfNeeded: count))
        var index = range.lowerBound
        while range.upperBound &- index > 8 {
            let word = bytes.word(at: index)
            hash = combine(hash, folds ? ASCII.lowercased(word) : word)
            index &+= 8
        }
        if count >= 8 {
            // The last word overlaps the one before it, so that no byte is loaded alone.
            let word = bytes.word(at: range.upperBound &- 8)
            return combine(hash, folds ? ASCII.lowercased(word) : word)
        }
        var word: UInt64 = 0
        while index < range.upperBound {
            word = word &<< 8 | UInt64(bytes[index])
            index &+= 1
        }
        return combine(hash, folds ? ASCII.lowercased(word) : word)
    }
}
