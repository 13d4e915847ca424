import CByteScan

/// A place in a message that has at least 32 zero bytes behind it.
///
/// Loops need no test against the end: a zero byte is part of no JSON text, so each of them stops there, and no load reaches
/// further than 32 bytes beyond the place at which it stopped. All reads of message bytes go through this type.
@safe
struct BytePointer: Equatable {
    private let raw: UnsafePointer<UInt8>

    @inline(__always)
    init(_ raw: UnsafePointer<UInt8>) {
        unsafe self.raw = raw
    }

    @inline(__always)
    var byte: UInt8 {
        // Not beyond the padding; see the type.
        unsafe raw.pointee
    }

    @inline(__always)
    func byte(at offset: Int) -> UInt8 {
        // As above.
        unsafe raw[offset]
    }

    /// The eight bytes at `offset`, the first one lowest.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        // As above.
        unsafe UInt64(
            littleEndian: UnsafeRawPointer(raw).loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        )
    }

    /// The sixteen bytes here.
    @inline(__always)
    var block: SIMD16<Int8> {
        // As above.
        unsafe UnsafeRawPointer(raw).loadUnaligned(as: SIMD16<Int8>.self)
    }

    /// A bit for each of the sixteen bytes here, the first one's lowest: set where a string of plain ASCII stops.
    @inline(__always)
    var stringStops: UInt32 {
        // As above.
        unsafe byte_scan_string_stops(raw)
    }

    /// A bit for each of the sixteen bytes here, the first one's lowest: set where it is no decimal digit.
    @inline(__always)
    var nonDigits: UInt32 {
        // As above.
        unsafe byte_scan_non_digits(raw)
    }

    @inline(__always)
    static func + (pointer: BytePointer, count: Int) -> BytePointer {
        // As above.
        unsafe BytePointer(pointer.raw + count)
    }

    /// The first quote, backslash or control character from the first byte of a character on.
    ///
    /// nil where what stands before it is not UTF-8. Only where `hasStringStop`.
    @inline(__always)
    var stringStop: BytePointer? {
        // The scan stops at the first zero behind the message, and reads 32 bytes from there at most.
        unsafe utf8_scan_string(raw).map { unsafe BytePointer($0) }
    }

    /// Whether this machine scans UTF-8 by wide instructions.
    static let hasStringStop = utf8_scan_is_supported()

    /// Bytes from `start` up to `end`.
    @inline(__always)
    static func - (end: BytePointer, start: BytePointer) -> Int {
        // Both lie in one buffer.
        unsafe end.raw - start.raw
    }

    @inline(__always)
    static func == (left: BytePointer, right: BytePointer) -> Bool {
        unsafe left.raw == right.raw
    }

    /// A copy of `count` bytes.
    func copy(_ count: Int) -> [UInt8] {
        // The caller has scanned them.
        unsafe Array(UnsafeBufferPointer(start: raw, count: count))
    }
}

/// Sixteen times the same byte.
///
/// Comparing with a single byte instead would run the generic code of the standard library, a lane at a time: a hundred
/// instructions where two do.
enum Lanes {
    @inline(__always)
    static func all(_ byte: Int8) -> SIMD16<Int8> { SIMD16(repeating: byte) }
}

extension SIMDMask where Storage == SIMD16<Int8> {
    /// Whether every lane is set.
    @inline(__always)
    var isFull: Bool {
        let words = unsafe unsafeBitCast(self, to: SIMD2<UInt64>.self)
        return words[0] & words[1] == .max
    }

    /// Index of the first lane that is set; 16 when none is.
    @inline(__always)
    var firstIndex: Int {
        // A mask of sixteen bytes is two words whose bytes are all ones or all zeros.
        let words = unsafe unsafeBitCast(self, to: SIMD2<UInt64>.self)
        if words[0] != 0 { return words[0].trailingZeroBitCount &>> 3 }
        if words[1] != 0 { return 8 &+ (words[1].trailingZeroBitCount &>> 3) }
        return 16
    }
}
