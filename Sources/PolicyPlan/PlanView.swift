/// A verified plan, read where it lies.
///
/// The pointers are valid as long as the `Plan` that gave the view out is alive; indices come from the plan itself and
/// were checked when it was verified, so reads here check nothing.
@safe
// @unchecked: no lock guards the memory behind the pointers, and none is needed: it is written before another thread can see the
// plan, and never again, and the plan that owns it lives as long as a view is used; threads only read, so that no two meet in a write.
@usableFromInline package struct PlanView: @unchecked Sendable {
    @usableFromInline let words: UnsafePointer<UInt32>
    @usableFromInline let bytes: UnsafePointer<UInt8>
    /// Start of the program section, 8-byte aligned.
    package let programBase: UnsafeRawPointer
    package let programByteCount: Int
    /// Word index of the `PolicyRecord`.
    package let policy: Int

    @unsafe
    package init(
        words: UnsafePointer<UInt32>,
        bytes: UnsafePointer<UInt8>,
        programBase: UnsafeRawPointer,
        programByteCount: Int,
        policy: Int
    ) {
        unsafe self.words = words
        unsafe self.bytes = bytes
        unsafe self.programBase = programBase
        self.programByteCount = programByteCount
        self.policy = policy
    }

    /// The program section.
    package var program: ProgramView {
        // The section was verified with the plan, and lives as long as it.
        unsafe ProgramView(base: programBase, byteCount: programByteCount)
    }

    /// The word at an index.
    @inlinable
    package func word(_ index: Int) -> UInt32 {
        // Every index that a verified plan leads to lies in the section.
        unsafe words[index]
    }

    /// The word at an index, as an index or a count.
    @inlinable
    package func index(_ index: Int) -> Int {
        Int(word(index))
    }

    /// The 64-bit number in two words, low first.
    @inlinable
    package func wide(_ index: Int) -> UInt64 {
        UInt64(word(index)) | (UInt64(word(index &+ 1)) &<< 32)
    }

    /// A byte of the bytes section.
    @inlinable
    package func byte(_ offset: Int) -> UInt8 {
        // Offsets of a verified plan lie in the section.
        unsafe bytes[offset]
    }

    /// A text of the bytes section, where it lies.
    @_lifetime(borrow self)
    package func span(offset: Int, length: Int) -> Span<UInt8> {
        // A verified plan's texts lie in the section; the view must not outlive the plan.
        let span = unsafe Span(_unsafeStart: bytes + offset, count: length)
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// A text of the bytes section, copied: for reports, not for hot paths.
    package func text(offset: Int, length: Int) -> String {
        var copy: [UInt8] = []
        copy.reserveCapacity(length)
        for index in 0..<length { copy.append(byte(offset &+ index)) }
        return String(decoding: copy, as: UTF8.self)
    }
}
