/// Well-formedness of UTF-8 exactly as RFC 3629 has it: no overlong form, no surrogate, nothing beyond U+10FFFF.
package enum UTF8Validator {
    /// The first byte of the first ill-formed sequence, nil where there is none.
    ///
    /// A sequence that the end cuts short is ill-formed at its first byte.
    package static func firstInvalidOffset(in bytes: Span<UInt8>) -> Int? {
        let end = firstUnfinished(in: bytes, from: 0)
        return end < bytes.count ? end : nil
    }

    /// The first byte, from `start` on, of a sequence that is ill-formed or not whole; the count where there is none.
    static func firstUnfinished(in bytes: Span<UInt8>, from start: Int) -> Int {
        let count = bytes.count
        var index = start
        while true {
            while count &- index >= 16 {
                guard (bytes.word(at: index) | bytes.word(at: index &+ 8)) & ASCII.tops == 0 else { break }
                index &+= 16
            }
            if count &- index >= 8 {
                // Some of the eight bytes may be ASCII: step over those in front.
                let marks = bytes.word(at: index) & ASCII.tops
                guard marks != 0 else {
                    index &+= 8
                    continue
                }
                index &+= (marks.trailingZeroBitCount &>> 3)
            } else {
                while index < count, bytes[index] < 0x80 { index &+= 1 }
                guard index < count else { return count }
            }
            // Text that is not ASCII rarely goes back to it after one character.
            while index < count, bytes[index] >= 0x80 {
                let length = sequenceLength(bytes, at: index)
                guard length > 0 else { return index }
                index &+= length
            }
        }
    }

    /// The length of the well-formed sequence at `index`, which begins with a byte from 0x80 on; 0 where it is none.
    @inline(__always)
    private static func sequenceLength(_ bytes: Span<UInt8>, at index: Int) -> Int {
        let count = bytes.count
        let lead = bytes[index]
        if lead < 0xE0 {
            guard lead >= 0xC2, index &+ 1 < count, bytes[index &+ 1] & 0xC0 == 0x80 else { return 0 }
            return 2
        }
        if lead < 0xF0 {
            guard index &+ 2 < count, bytes[index &+ 2] & 0xC0 == 0x80,
                isSecond(bytes[index &+ 1], after: lead)
            else { return 0 }
            return 3
        }
        guard lead <= 0xF4, index &+ 3 < count, bytes[index &+ 2] & 0xC0 == 0x80, bytes[index &+ 3] & 0xC0 == 0x80,
            isSecond(bytes[index &+ 1], after: lead)
        else { return 0 }
        return 4
    }

    /// Whether `byte` may follow a lead byte from 0xC2 to 0xF4: this is where overlong forms, surrogates and what lies
    /// beyond U+10FFFF are kept out.
    @inline(__always)
    static func isSecond(_ byte: UInt8, after lead: UInt8) -> Bool {
        guard byte & 0xC0 == 0x80 else { return false }
        return switch lead {
        case 0xE0: byte >= 0xA0
        case 0xED: byte < 0xA0
        case 0xF0: byte >= 0x90
        case 0xF4: byte < 0x90
        default: true
        }
    }
}
