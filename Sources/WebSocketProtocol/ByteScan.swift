import CByteScan

/// Scans in C, over the bytes of spans: as many bytes at a time as the machine can.
enum ByteScan {
    /// The first place of `byte`; the number of bytes where none is.
    static func first(_ byte: UInt8, in bytes: Span<UInt8>) -> Int {
        // The bytes are as many as the span says; so below.
        unsafe bytes.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return 0 }
            return Int(unsafe byte_scan_first(start, bytes.count, byte))
        }
    }

    /// How many bytes are neither printable ASCII nor a space.
    static func unprintableCount(_ bytes: Span<UInt8>) -> Int {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return 0 }
            return Int(unsafe byte_scan_unprintable_count(start, bytes.count))
        }
    }

    /// Whether all bytes are printable ASCII, and none is a space or `#`.
    static func isTarget(_ bytes: Span<UInt8>) -> Bool {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return true }
            return unsafe byte_scan_is_target(start, bytes.count)
        }
    }

    /// Appends `count` bytes, which is what a text of base64url decodes to; appends nothing and is false where the text is not canonical.
    static func decodeBase64URL(_ text: Span<UInt8>, count: Int, into output: inout [UInt8]) -> Bool {
        var isCanonical = false
        unsafe text.withUnsafeBufferPointer { text in
            output.append(addingCapacity: count) { room in
                // There is room for all of them.
                unsafe room.withUnsafeMutableBufferPointer { room, used in
                    guard let characters = text.baseAddress, let bytes = room.baseAddress else { return }
                    isCanonical = unsafe base64_decode_url(characters, text.count, bytes + used)
                    if isCanonical { used &+= count }
                }
            }
        }
        return isCanonical
    }
}
