/// The digits of a number, sixteen bytes at once: numbers of one kind have many lengths, and a loop over their digits ends where
/// the processor does not expect it.
enum DigitRun {
    /// How a short number is written.
    struct Short {
        /// Digits before the point, 1…15.
        let whole: Int
        /// Behind the last digit.
        let end: BytePointer
        let hasFraction: Bool
    }

    /// The index of the lowest bit that is set among sixteen; 16 where none is.
    @inline(__always)
    static func firstBit(_ bits: UInt32) -> Int {
        (bits | 0x1_0000).trailingZeroBitCount
    }

    /// The number whose first digit is at `first`, where all of it stands within sixteen bytes and has no exponent.
    ///
    /// nil where it is longer, has one, or is no number: `NumberText` tells them apart.
    @inline(__always)
    static func short(at first: BytePointer) -> Short? {
        let others = first.nonDigits
        let whole = firstBit(others)
        // A zero that other digits follow is none.
        guard whole &- 1 < 15, whole != 0, first.byte != 0x30 || whole == 1 else { return nil }
        var length = whole
        let hasFraction = first.byte(at: whole) == 0x2E
        if hasFraction {
            length = firstBit(others & (others &- 1))
            guard length > whole &+ 1, length < 16 else { return nil }
        }
        let end = first + length
        guard end.byte | 0x20 != 0x65 else { return nil }
        return Short(whole: whole, end: end, hasFraction: hasFraction)
    }

    /// The value of 1…15 digits.
    @inline(__always)
    static func value(_ first: BytePointer, _ count: Int) -> Int64 {
        guard count > 8 else { return Int64(truncatingIfNeeded: eight(first.word(at: 0), count)) }
        let high = eight(first.word(at: 0), count &- 8)
        let low = eight(first.word(at: count &- 8), 8)
        return Int64(truncatingIfNeeded: high &* 100_000_000 &+ low)
    }

    /// The value of the first `count` (1…8) digits of a word.
    @inline(__always)
    private static func eight(_ word: UInt64, _ count: Int) -> UInt64 {
        // Zeros in front of the digits; then pairs, fours and all eight are joined at once.
        var digits = (word & 0x0F0F_0F0F_0F0F_0F0F) &<< UInt64(truncatingIfNeeded: 64 &- 8 &* count)
        digits = (digits &* 10 &+ (digits &>> 8)) & 0x00FF_00FF_00FF_00FF
        digits = (digits &* 100 &+ (digits &>> 16)) & 0x0000_FFFF_0000_FFFF
        return (digits &* 10_000 &+ (digits &>> 32)) & 0xFFFF_FFFF
    }
}
