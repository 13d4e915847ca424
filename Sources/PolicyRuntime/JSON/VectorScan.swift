import CUTF8Scan

/// UTF-8 by the processor's wide instructions, where it has them.
enum VectorScan {
    static let isSupported = utf8_scan_is_supported()

    /// The quote, backslash or control character that ends a run of UTF-8; nil where the run is ill-formed.
    @inline(__always)
    static func stop(from start: BytePointer) -> BytePointer? {
        start.stringStop
    }
}
