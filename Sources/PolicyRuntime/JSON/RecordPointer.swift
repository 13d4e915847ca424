import PolicyPlan

/// A record of a verified content program.
///
/// Reads test nothing: `ProgramVerifier` has shown that every record that can be reached lies in the section.
@safe
struct RecordPointer {
    private let raw: UnsafeRawPointer

    @inline(__always)
    init(_ view: ProgramView) {
        unsafe self.raw = view.base
    }

    private init(raw: UnsafeRawPointer) {
        unsafe self.raw = raw
    }

    @inline(__always)
    static func + (record: RecordPointer, offset: Int) -> RecordPointer {
        // See the type.
        unsafe RecordPointer(raw: record.raw + offset)
    }

    @inline(__always)
    static func + (record: RecordPointer, offset: UInt32) -> RecordPointer {
        record + Int(offset)
    }

    @inline(__always)
    func byte(_ offset: Int) -> UInt8 {
        // See the type.
        unsafe raw.load(fromByteOffset: offset, as: UInt8.self)
    }

    @inline(__always)
    func half(_ offset: Int) -> UInt16 {
        // See the type; fields are aligned.
        unsafe UInt16(littleEndian: raw.load(fromByteOffset: offset, as: UInt16.self))
    }

    @inline(__always)
    func word(_ offset: Int) -> UInt32 {
        // See the type; fields are aligned.
        unsafe UInt32(littleEndian: raw.load(fromByteOffset: offset, as: UInt32.self))
    }

    @inline(__always)
    func long(_ offset: Int) -> UInt64 {
        // As above.
        unsafe UInt64(littleEndian: raw.load(fromByteOffset: offset, as: UInt64.self))
    }

    /// Sixteen bytes.
    @inline(__always)
    func block(_ offset: Int) -> SIMD16<Int8> {
        // See the type.
        unsafe raw.loadUnaligned(fromByteOffset: offset, as: SIMD16<Int8>.self)
    }

    /// Eight bytes of a text, at any offset; texts have eight zero bytes behind them.
    @inline(__always)
    func textWord(_ offset: Int) -> UInt64 {
        // As above.
        unsafe UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Bytes from the beginning of a program to this record.
    static func - (record: RecordPointer, program: RecordPointer) -> Int {
        // Both lie in one section.
        unsafe record.raw - program.raw
    }

    static func == (left: RecordPointer, right: RecordPointer) -> Bool {
        unsafe left.raw == right.raw
    }
}
