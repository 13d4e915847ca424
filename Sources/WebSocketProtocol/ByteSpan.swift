extension Span<UInt8> {
    /// The eight bytes from `offset` on, the first of them in the lowest bits; `offset` is at most `count - 8`.
    @inlinable @inline(__always)
    package func word(at offset: Int) -> UInt64 {
        // Every bit pattern is a `UInt64`, and the load itself checks that its eight bytes lie inside the span.
        unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
    }

    /// Whether the bytes in `range` are those of `other`.
    package func equals(_ other: Span<UInt8>, in range: Range<Int>) -> Bool {
        guard range.count == other.count else { return false }
        for index in other.indices where self[range.lowerBound &+ index] != other[index] { return false }
        return true
    }

    /// Whether the bytes in `range`, with ASCII capitals folded, are those of `lowercase`.
    ///
    /// Only ASCII folds: a Kelvin sign is not a `k`. `lowercase` holds no ASCII capital.
    package func equals(lowercase: Span<UInt8>, in range: Range<Int>) -> Bool {
        guard range.count == lowercase.count else { return false }
        for index in lowercase.indices
        where ASCII.lowercased(self[range.lowerBound &+ index]) != lowercase[index] { return false }
        return true
    }

    /// Whether the bytes in `range`, with ASCII capitals folded, are the text `lowercase`, which holds none.
    package func equals(lowercase: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == lowercase.utf8CodeUnitCount else { return false }
        for index in 0..<range.count {
            // A literal's bytes are as many as it says, and never go away.
            guard unsafe ASCII.lowercased(self[range.lowerBound &+ index]) == lowercase.utf8Start[index] else {
                return false
            }
        }
        return true
    }

    /// Whether the bytes in `range` are the text `other`.
    package func equals(_ other: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == other.utf8CodeUnitCount else { return false }
        for index in 0..<range.count {
            // As above.
            guard unsafe self[range.lowerBound &+ index] == other.utf8Start[index] else { return false }
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

    /// The first place of `byte` in `range`, looked for eight bytes at a time.
    package func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        var index = range.lowerBound
        let pattern = ASCII.ones &* UInt64(byte)
        while range.upperBound &- index >= 16 {
            let first = ASCII.zeroBytes(word(at: index) ^ pattern)
            let second = ASCII.zeroBytes(word(at: index &+ 8) ^ pattern)
            if first | second != 0 {
                return first != 0
                    ? index &+ (first.trailingZeroBitCount &>> 3) : index &+ 8 &+ (second.trailingZeroBitCount &>> 3)
            }
            index &+= 16
        }
        while range.upperBound &- index >= 8 {
            let marks = ASCII.zeroBytes(word(at: index) ^ pattern)
            if marks != 0 { return index &+ (marks.trailingZeroBitCount &>> 3) }
            index &+= 8
        }
        while index < range.upperBound {
            if self[index] == byte { return index }
            index &+= 1
        }
        return nil
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
