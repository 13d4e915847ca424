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
    @inline(__always)
    package func equals(lowercase: String, in range: Range<Int>) -> Bool {
        equals(lowercase: lowercase.utf8Span.span, in: range)
    }

    /// Whether the bytes in `range` are the text `other`.
    @inline(__always)
    package func equals(_ other: String, in range: Range<Int>) -> Bool {
        equals(other.utf8Span.span, in: range)
    }

    /// `range` without the spaces and tabs at its ends (OWS of RFC 9110 §5.6.3).
    package func trimmed(_ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, ASCII.isBlank(self[start]) { start &+= 1 }
        while start < end, ASCII.isBlank(self[end &- 1]) { end &-= 1 }
        return start..<end
    }

    /// The first place of `byte` in `range`.
    package func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        for index in range where self[index] == byte { return index }
        return nil
    }
}
