/// A content program in aligned memory of its own, for tests and for plans that are not mapped.
@safe
package final class ProgramBuffer: Sendable {
    // No lock guards it, and none is needed: the bytes are written in `init` alone, before another thread can see the object, and
    // freed in `deinit`, when no thread has it any more; in between all threads only read.
    private nonisolated(unsafe) let memory: UnsafeMutableRawBufferPointer

    /// Copies `bytes`.
    package init(_ bytes: [UInt8]) {
        unsafe memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 8), alignment: 8)
        unsafe memory.copyBytes(from: bytes)
        self.byteCount = bytes.count
    }

    private let byteCount: Int

    deinit {
        unsafe memory.deallocate()
    }

    /// The program; valid as long as the buffer lives.
    package var view: ProgramView {
        // A buffer of at least eight bytes has a base address.
        guard let base = unsafe memory.baseAddress else { preconditionFailure("an allocation without address") }
        return unsafe ProgramView(base: UnsafeRawPointer(base), byteCount: byteCount)
    }
}
