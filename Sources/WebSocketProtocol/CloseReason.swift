/// The reason in a close frame: at most 123 bytes of UTF-8, so that code and reason fit a control frame.
package enum CloseReason {
    /// The most bytes a reason may have (RFC 6455 §5.5).
    package static let maxBytes = 123

    /// The reason, cut between code points to at most 123 bytes.
    package static func truncated(_ reason: String) -> String {
        let count = truncatedCount(reason.utf8Span.span)
        guard count < reason.utf8.count else { return reason }
        return String(reason.unicodeScalars[..<reason.utf8.index(reason.startIndex, offsetBy: count)])
    }

    /// How many of the bytes stay when UTF-8 is cut between code points to at most 123 bytes.
    ///
    /// Of bytes that are not well-formed, too, no more than 123 stay.
    package static func truncatedCount(_ utf8: Span<UInt8>) -> Int {
        guard utf8.count > maxBytes else { return utf8.count }
        var count = maxBytes
        while count > 0, utf8[count] & 0xC0 == 0x80 { count -= 1 }
        return count
    }

    /// The bytes, cut between code points to at most 123.
    package static func truncated(_ utf8: [UInt8]) -> [UInt8] {
        Array(utf8.prefix(truncatedCount(utf8.span)))
    }
}
