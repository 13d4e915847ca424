/// Bytes in memory of their own, aligned to 8, written once.
@safe
package final class PlanMemory: Sendable {
    // No lock guards it, and none is needed: the bytes are written in `init` alone, before another thread can see the object, and
    // freed in `deinit`, when no thread has it any more; in between all threads only read, so that no two meet in a write.
    private nonisolated(unsafe) let memory: UnsafeMutableRawBufferPointer
    /// How many bytes were copied; behind them stand at least eight zeros.
    package let byteCount: Int

    /// Copies `bytes`.
    package init(_ bytes: [UInt8]) {
        byteCount = bytes.count
        let size = bytes.count + 8
        unsafe memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 8)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0)
        unsafe memory.copyBytes(from: bytes)
    }

    deinit {
        unsafe memory.deallocate()
    }

    /// The first byte.
    ///
    /// Valid as long as the object lives.
    @unsafe package var base: UnsafeRawPointer {
        // An allocation of at least eight bytes has an address.
        guard let base = unsafe memory.baseAddress else { preconditionFailure("an allocation without address") }
        return UnsafeRawPointer(base)
    }

    /// All bytes that were copied.
    package var bytes: [UInt8] {
        unsafe [UInt8](UnsafeRawBufferPointer(start: base, count: byteCount))
    }

    /// A copy of the bytes in `range`, which lies in those that were copied.
    package func bytes(in range: Range<Int>) -> [UInt8] {
        precondition(range.lowerBound >= 0 && range.upperBound <= byteCount)
        // Tested above.
        return unsafe [UInt8](UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
    }

    /// The byte at `offset`, below `byteCount`.
    package func byte(at offset: Int) -> UInt8 {
        precondition(offset >= 0 && offset < byteCount)
        // Tested above.
        return unsafe base.load(fromByteOffset: offset, as: UInt8.self)
    }

    /// The word whose four bytes begin at `offset`, little-endian.
    package func word(at offset: Int) -> UInt32 {
        precondition(offset >= 0 && offset &+ 4 <= byteCount)
        // Tested above.
        return unsafe UInt32(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// The number whose eight bytes begin at `offset`, little-endian.
    package func wide(at offset: Int) -> UInt64 {
        UInt64(word(at: offset)) | UInt64(word(at: offset &+ 4)) &<< 32
    }

    /// The checksum that the bytes have as a plan.
    package var checksum: UInt64 {
        unsafe PlanChecksum.of(UnsafeRawBufferPointer(start: base, count: byteCount))
    }

    /// A text of the bytes, ill-formed UTF-8 repaired: for reports.
    package func text(at offset: Int, count: Int) -> String {
        String(decoding: (offset..<(offset + count)).map { byte(at: $0) }, as: UTF8.self)
    }
}
