/// UTF-8 that arrives in pieces, a code point perhaps in two of them: the payloads of a fragmented text message.
///
///     var text = UTF8Stream()
///     text.append(first)     // nil: nothing wrong so far
///     text.append(second)    // an offset: the message is ill-formed there
///     text.finish()          // an offset where the end cuts a sequence short
package struct UTF8Stream: Equatable, Sendable {
    /// How many bytes have been appended.
    package private(set) var byteCount = 0
    /// The bytes of a sequence that is not whole yet, the first in the highest bits that are used.
    private var pending: UInt32 = 0
    private var pendingCount = 0

    /// Text without a byte so far.
    package init() {}

    /// Takes the next piece; gives the offset, in the whole text, of the first ill-formed sequence as soon as it is known.
    ///
    /// Append nothing after an offset was given.
    package mutating func append(_ bytes: Span<UInt8>) -> Int? {
        let start = byteCount
        byteCount &+= bytes.count
        var index = 0
        if pendingCount > 0 {
            let first = start &- pendingCount
            while pendingCount > 0, index < bytes.count {
                guard take(bytes[index]) else { return first }
                index &+= 1
            }
            if pendingCount > 0 { return nil }
        }
        index = UTF8Validator.firstUnfinished(in: bytes, from: index)
        let first = start &+ index
        while index < bytes.count {
            guard bytes.count &- index <= 3, take(bytes[index]), pendingCount > 0 else { return first }
            index &+= 1
        }
        return nil
    }

    /// Ends the text; gives the offset of a sequence that the end cuts short.
    package func finish() -> Int? {
        pendingCount > 0 ? byteCount &- pendingCount : nil
    }

    /// Takes one byte of a sequence, false where it cannot stand there; a whole sequence leaves nothing pending.
    private mutating func take(_ byte: UInt8) -> Bool {
        guard pendingCount > 0 else {
            guard byte >= 0xC2, byte <= 0xF4 else { return false }
            pending = UInt32(byte)
            pendingCount = 1
            return true
        }
        let lead = UInt8(truncatingIfNeeded: pending &>> UInt32((pendingCount &- 1) &* 8))
        let isAllowed = pendingCount == 1 ? UTF8Validator.isSecond(byte, after: lead) : byte & 0xC0 == 0x80
        guard isAllowed else { return false }
        pending = pending &<< 8 | UInt32(byte)
        pendingCount &+= 1
        if pendingCount == (lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4) { pendingCount = 0 }
        return true
    }
}
