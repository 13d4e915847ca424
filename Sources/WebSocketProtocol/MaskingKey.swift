/// The four bytes with which a client's payload is masked (RFC 6455 §5.3).
@frozen
@usableFromInline package struct MaskingKey: Hashable, Sendable {
    /// The four bytes, the first in the lowest bits.
    @usableFromInline package let bits: UInt32

    /// Makes a key of its bits, the first byte in the lowest.
    @inlinable
    package init(bits: UInt32) {
        self.bits = bits
    }

    /// The key twice over, as it falls on eight bytes whose first has that place in the payload.
    private func word(phase: Int) -> UInt64 {
        let turn = UInt32(truncatingIfNeeded: (phase & 3) &* 8)
        let turned = turn == 0 ? bits : bits &>> turn | bits &<< (32 &- turn)
        return UInt64(turned) | UInt64(turned) &<< 32
    }

    /// Masks, or unmasks, bytes where they lie.
    ///
    /// - Parameters:
    ///   - payload: the bytes.
    ///   - phase: the place of the first of them in the frame's payload; only its remainder by 4 counts.
    package func apply(to payload: inout MutableSpan<UInt8>, phase: Int) {
        let key = word(phase: phase)
        let count = payload.count
        // Bytes of bytes: any value that is stored through the raw view is a valid `UInt8`, and each access checks bounds.
        var raw = unsafe payload.mutableBytes
        var index = 0
        while count &- index >= 8 {
            // As above: eight bytes that lie inside, of any value.
            let word = unsafe raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            raw.storeBytes(of: word ^ key.littleEndian, toByteOffset: index, as: UInt64.self)
            index &+= 8
        }
        while index < count {
            // As above, one byte.
            let byte = unsafe raw.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            let mask = UInt8(truncatingIfNeeded: key &>> UInt64((index & 7) &* 8))
            raw.storeBytes(of: byte ^ mask, toByteOffset: index, as: UInt8.self)
            index &+= 1
        }
    }

    /// Masks, or unmasks, bytes on their way from one buffer to another.
    ///
    /// - Parameters:
    ///   - payload: the bytes.
    ///   - target: where they go; it has room for all of them from `offset` on.
    ///   - offset: the place of the first of them in `target`.
    ///   - phase: the place of the first of them in the frame's payload; only its remainder by 4 counts.
    package func copy(
        _ payload: Span<UInt8>,
        to target: inout MutableSpan<UInt8>,
        at offset: Int,
        phase: Int
    ) {
        let key = word(phase: phase)
        let count = payload.count
        precondition(offset >= 0 && count <= target.count - offset, "no room for the payload")
        // Bytes of bytes: any value that is stored through the raw view is a valid `UInt8`, and each access checks bounds.
        var raw = unsafe target.mutableBytes
        var index = 0
        while count &- index >= 8 {
            let word = payload.word(at: index) ^ key
            raw.storeBytes(of: word.littleEndian, toByteOffset: offset &+ index, as: UInt64.self)
            index &+= 8
        }
        while index < count {
            let mask = UInt8(truncatingIfNeeded: key &>> UInt64((index & 7) &* 8))
            raw.storeBytes(of: payload[index] ^ mask, toByteOffset: offset &+ index, as: UInt8.self)
            index &+= 1
        }
    }
}
