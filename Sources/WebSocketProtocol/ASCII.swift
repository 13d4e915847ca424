/// Character classes that the grammars of RFC 9110, 3986 and 6454 are made of.
@usableFromInline package enum ASCII {
    /// Eight bytes of 0x01.
    @inlinable @inline(__always)
    package static var ones: UInt64 { 0x0101_0101_0101_0101 }

    /// The top bits of eight bytes.
    @inlinable @inline(__always)
    package static var tops: UInt64 { 0x8080_8080_8080_8080 }

    /// `byte` with an ASCII capital folded; any other byte as it is.
    @inlinable @inline(__always)
    package static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    /// Eight bytes with their ASCII capitals folded; any other byte as it is.
    @inlinable @inline(__always)
    package static func lowercased(_ word: UInt64) -> UInt64 {
        let sevenBits = word & ~tops
        let fromA = sevenBits &+ (ones &* (0x80 - 0x41))
        let beyondZ = sevenBits &+ (ones &* (0x80 - 0x5B))
        let capitals = (fromA ^ beyondZ) & ~word & tops
        return word | (capitals &>> 2)
    }

    /// The top bit of the lowest byte of `word` that is zero; bits above it may be set too, none where no byte is zero.
    @inlinable @inline(__always)
    package static func zeroBytes(_ word: UInt64) -> UInt64 {
        // A borrow runs only upwards from a zero byte, so the lowest mark is never a false one.
        (word &- ones) & ~word & tops
    }

    /// Sixteen times the same byte.
    ///
    /// Its type is written out for the comparisons of the standard library: where the compiler finds it, it takes generic ones,
    /// which go a lane at a time.
    @inlinable @inline(__always)
    package static func lanes(_ byte: Int8) -> SIMD16<Int8> { SIMD16<Int8>(repeating: byte) }

    /// The place of the first lane of sixteen that is marked, 16 where none is.
    @inlinable @inline(__always)
    package static func firstMark(_ marks: SIMDMask<SIMD16<Int8>>) -> Int {
        // Each lane is eight bits, all of them set or none.
        let words = unsafe unsafeBitCast(marks, to: SIMD2<UInt64>.self)
        if words[0] != 0 { return words[0].trailingZeroBitCount &>> 3 }
        return 8 &+ (words[1].trailingZeroBitCount &>> 3)
    }

    /// How many of all bytes are neither printable ASCII nor a space, tabs and bytes from 0x80 on among them.
    package static func unprintableCount(in bytes: Span<UInt8>) -> Int { ByteScan.unprintableCount(bytes) }

    /// Whether the bytes in `range` are printable ASCII without a space and without `#`, as those of a request target are.
    package static func isTarget(_ bytes: Span<UInt8>, in range: Range<Int>) -> Bool {
        ByteScan.isTarget(bytes.extracting(range))
    }

    /// Whether `byte` is a space or a tab.
    @inlinable @inline(__always)
    package static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// Whether `byte` is one of `0` to `9`.
    @inlinable @inline(__always)
    package static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    /// Whether `byte` is one of `A` to `Z` or `a` to `z`.
    @inlinable @inline(__always)
    package static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    /// Whether `byte` may stand in neither a field nor a target: 0x00 to 0x1F but the tab, and 0x7F.
    @inlinable @inline(__always)
    package static func isControl(_ byte: UInt8) -> Bool { (byte < 0x20 && byte != 0x09) || byte == 0x7F }

    /// Whether `byte` is one of the unreserved characters of RFC 3986 §2.3.
    @inlinable @inline(__always)
    package static func isUnreserved(_ byte: UInt8) -> Bool {
        // Bit n of the first word is character n, of the second character 64 + n.
        let low: UInt64 = 0x03FF_6000_0000_0000
        let high: UInt64 = 0x47FF_FFFE_87FF_FFFE
        return byte < 0x80 && (byte < 0x40 ? low : high) &>> UInt64(byte & 0x3F) & 1 == 1
    }

    /// How many of eight bytes, from the lowest on, are letters, digits, `-`, `_` or `~`: what a label of a host has.
    @inlinable @inline(__always)
    package static func labelBytes(_ word: UInt64) -> Int {
        let bits = word & ~tops
        // No byte reaches 0x80, so sums carry into no neighbour: a top bit says "at least".
        let folded = bits | (ones &* 0x20)
        let letters = (folded &+ (ones &* (0x80 - 0x61))) & ~(folded &+ (ones &* (0x80 - 0x7B)))
        let digits = (bits &+ (ones &* (0x80 - 0x30))) & ~(bits &+ (ones &* (0x80 - 0x3A)))
        let others =
            (tops &- (bits ^ (ones &* 0x2D))) | (tops &- (bits ^ (ones &* 0x5F))) | (tops &- (bits ^ (ones &* 0x7E)))
        let wrong = ~(letters | digits | others) & tops | (word & tops)
        return wrong.trailingZeroBitCount &>> 3
    }

    /// Marks the letters of sixteen bytes.
    @inline(__always)
    private static func letters(_ block: SIMD16<Int8>) -> SIMDMask<SIMD16<Int8>> {
        let folded = block | lanes(0x20)
        return (folded .> lanes(0x60)) .& (folded .< lanes(0x7B))
    }

    /// How many of sixteen bytes, from the first on, are unreserved (RFC 3986 §2.3): what a host has, with its dots.
    @inline(__always)
    package static func hostBytes(_ block: SIMD16<Int8>) -> Int {
        // From the hyphen to the nine stand a dot and a slash besides.
        let digits =
            (block .> lanes(0x2C)) .& (block .< lanes(0x3A)) .& (block .!= lanes(0x2F))
        let others = (block .== lanes(0x5F)) .| (block .== lanes(0x7E))
        return firstMark(.!(letters(block) .| digits .| others))
    }

    /// Whether sixteen bytes are all of the alphabet of base64 (RFC 4648 §4), without its padding.
    @inline(__always)
    package static func areBase64(_ block: SIMD16<Int8>) -> Bool {
        // The slash stands before the digits.
        let digits = (block .> lanes(0x2E)) .& (block .< lanes(0x3A))
        return firstMark(.!(letters(block) .| digits .| (block .== lanes(0x2B)))) == 16
    }

    /// Whether `byte` is a `tchar` of RFC 9110 §5.6.2.
    @inlinable
    package static func isTokenCharacter(_ byte: UInt8) -> Bool {
        // Bit n of the first word is character n, of the second character 64 + n.
        let low: UInt64 = 0x03FF_6CFA_0000_0000
        let high: UInt64 = 0x57FF_FFFF_C7FF_FFFE
        guard byte < 0x80 else { return false }
        return (byte < 0x40 ? low : high) &>> UInt64(byte & 0x3F) & 1 == 1
    }

    /// The value of a hexadecimal digit, or nil.
    @inlinable
    package static func hexValue(_ byte: UInt8) -> UInt8? {
        if isDigit(byte) { return byte &- 0x30 }
        let letter = (byte | 0x20) &- 0x61
        return letter < 6 ? letter &+ 10 : nil
    }

    /// Whether the bytes in `range` are a token of RFC 9110 §5.6.2: one or more `tchar`.
    package static func isToken(_ bytes: Span<UInt8>, in range: Range<Int>) -> Bool {
        guard !range.isEmpty else { return false }
        for index in range where !isTokenCharacter(bytes[index]) { return false }
        return true
    }

    /// The first control character but the tab in `range`, looked for eight bytes at a time.
    package static func firstControl(in bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while range.upperBound &- index >= 8 {
            if mayHaveControl(bytes.word(at: index)) {
                for place in index..<(index &+ 8) where isControl(bytes[place]) { return place }
            }
            index &+= 8
        }
        // The rest once more with what stands before it, where there are eight bytes.
        if range.count >= 8, !mayHaveControl(bytes.word(at: range.upperBound &- 8)) { return nil }
        while index < range.upperBound {
            if isControl(bytes[index]) { return index }
            index &+= 1
        }
        return nil
    }

    /// False where none of eight bytes is a control character; a tab, and what stands beside one, may be taken for one.
    @inline(__always)
    private static func mayHaveControl(_ word: UInt64) -> Bool {
        // A byte below 0x20 borrows from its top bit; 0x7F plus one carries into it.
        let below = (word &- (ones &* 0x20)) & ~word
        let delete = ((word & ~tops) &+ ones) & ~word
        return (below | delete) & tops != 0
    }
}
