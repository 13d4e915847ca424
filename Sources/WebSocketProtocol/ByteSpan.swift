extension Span<UInt8> {
    /// The eight bytes from `offset` on, the first of them in the lowest bits; `offset` is at most `count - 8`.
    @inlinable @inline(__always)
    package func word(at offset: Int) -> UInt64 {
        // Every bit pattern is a `UInt64`, and the load itself checks that its eight bytes lie inside the span.
        unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
    }

    /// The four bytes from `offset` on, the first of them in the lowest bits; `offset` is at most `count - 4`.
    @inlinable @inline(__always)
    package func halfWord(at offset: Int) -> UInt32 {
        // As above.
        unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self).littleEndian
    }

    /// The sixteen bytes from `offset` on; `offset` is at most `count - 16`.
    @inlinable @inline(__always)
    package func block(at offset: Int) -> SIMD16<Int8> {
        // As above.
        unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: SIMD16<Int8>.self)
    }

    /// Whether the bytes in `range` are those of `other`.
    @inlinable
    package func equals(_ other: Span<UInt8>, in range: Range<Int>) -> Bool {
        guard range.count == other.count else { return false }
        return areEqual(range.lowerBound, other, range.count, folds: false)
    }

    /// Whether the bytes in `range`, with ASCII capitals folded, are those of `lowercase`.
    ///
    /// Only ASCII folds: a Kelvin sign is not a `k`. `lowercase` holds no ASCII capital.
    @inlinable
    package func equals(lowercase: Span<UInt8>, in range: Range<Int>) -> Bool {
        guard range.count == lowercase.count else { return false }
        return areEqual(range.lowerBound, lowercase, range.count, folds: true)
    }

    /// Whether the bytes in `range`, with ASCII capitals folded, are the text `lowercase`, which holds none.
    @inlinable @inline(__always)
    package func equals(lowercase: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == lowercase.utf8CodeUnitCount else { return false }
        // A literal's bytes are as many as it says, and never go away.
        let text = unsafe Span(_unsafeStart: lowercase.utf8Start, count: lowercase.utf8CodeUnitCount)
        return areEqual(range.lowerBound, text, lowercase.utf8CodeUnitCount, folds: true)
    }

    /// Whether the bytes in `range` are the text `other`.
    @inlinable @inline(__always)
    package func equals(_ other: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == other.utf8CodeUnitCount else { return false }
        // As above.
        let text = unsafe Span(_unsafeStart: other.utf8Start, count: other.utf8CodeUnitCount)
        return areEqual(range.lowerBound, text, other.utf8CodeUnitCount, folds: false)
    }

    /// Whether `count` bytes from `start` on are the first of `other`, eight at a time; the last eight overlap those before.
    @inlinable @inline(__always)
    func areEqual(_ start: Int, _ other: Span<UInt8>, _ count: Int, folds: Bool) -> Bool {
        @inline(__always)
        func folded(_ word: UInt64) -> UInt64 { folds ? ASCII.lowercased(word) : word }
        if count >= 8 {
            var index = 0
            while index &+ 8 < count {
                guard folded(word(at: start &+ index)) == other.word(at: index) else { return false }
                index &+= 8
            }
            return folded(word(at: start &+ count &- 8)) == other.word(at: count &- 8)
        }
        if count >= 4 {
            let own = UInt64(halfWord(at: start)) | UInt64(halfWord(at: start &+ count &- 4)) &<< 32
            let others = UInt64(other.halfWord(at: 0)) | UInt64(other.halfWord(at: count &- 4)) &<< 32
            return folded(own) == others
        }
        var index = 0
        while index < count {
            let byte = self[start &+ index]
            guard (folds ? ASCII.lowercased(byte) : byte) == other[index] else { return false }
            index &+= 1
        }
        return true
    }

    /// `range` without the spaces and tabs at its ends (OWS of RFC 9110 §5.6.3).
    package func trimmed(_ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, ASCII.isBlank(self[start]) { start &+= 1 }
        while start < end, ASCII.isBlank(self[end &- 1]) { end &-= 1 }
        return start..<end
    }

    /// The first place of `byte` in `range`, looked for as the C library does it best on this machine.
    package func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        let place = ByteScan.first(byte, in: extracting(range))
        return place < range.count ? range.lowerBound &+ place : nil
    }

    /// The first carriage return or line feed from `start` on, looked for eight bytes at a time.
    package func firstLineEnd(from start: Int) -> Int? {
        var index = start
        while count &- index >= 8 {
            let bytes = word(at: index)
            let marks = ASCII.zeroBytes(bytes ^ (ASCII.ones &* 0x0D)) | ASCII.zeroBytes(bytes ^ (ASCII.ones &* 0x0A))
            if marks != 0 { return index &+ (marks.trailingZeroBitCount &>> 3) }
            index &+= 8
        }
        while index < count {
            if self[index] == 0x0D || self[index] == 0x0A { return index }
            index &+= 1
        }
        return nil
    }
}
