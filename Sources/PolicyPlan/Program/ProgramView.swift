/// A content program where it lies: in a mapped plan, or in memory of its own.
///
/// Reads only; the memory stays as it is while the view is used. Accessors take offsets from the section's first byte and
/// test nothing: they are for programs that `ProgramVerifier` has walked, and for the verifier itself, which tests first.
@safe
// @unchecked: no lock guards the bytes behind the pointer, and none is needed: they are written before a view of them is made, and
// stay as they are while one is used; threads only read, so that no two meet in a write.
@usableFromInline package struct ProgramView: @unchecked Sendable {
    @usableFromInline package let base: UnsafeRawPointer
    package let byteCount: Int

    /// A program at `base`, a multiple of 8.
    ///
    /// Whoever makes it keeps the memory alive and unchanged as long as the view is used.
    @unsafe
    package init(base: UnsafeRawPointer, byteCount: Int) {
        unsafe self.base = base
        self.byteCount = byteCount
    }

    @inlinable @inline(__always)
    package func byte(at offset: Int) -> UInt8 {
        // The verifier has shown that the offset lies in the section.
        unsafe base.load(fromByteOffset: offset, as: UInt8.self)
    }

    @inlinable @inline(__always)
    package func word(at offset: Int) -> UInt32 {
        // As above; records are aligned to their largest field.
        unsafe UInt32(littleEndian: base.load(fromByteOffset: offset, as: UInt32.self))
    }

    @inlinable @inline(__always)
    package func longWord(at offset: Int) -> UInt64 {
        // As above.
        unsafe UInt64(littleEndian: base.load(fromByteOffset: offset, as: UInt64.self))
    }

    /// A copy of `count` bytes at `offset`.
    package func bytes(at offset: Int, count: Int) -> [UInt8] {
        (0..<count).map { byte(at: offset + $0) }
    }

    /// Whether a content check may start at `offset`, for the verifier of whatever refers to roots.
    package func hasRoot(_ offset: UInt32) -> Bool {
        roots.contains(offset)
    }

    /// The offsets of all roots.
    package var roots: [UInt32] {
        let table = Int(word(at: 16))
        return (0..<Int(word(at: 12))).map { word(at: table + 4 * $0) }
    }
}
