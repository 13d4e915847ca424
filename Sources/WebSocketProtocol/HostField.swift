/// The value of a Host field (RFC 9110 §7.2).
package enum HostField {
    /// Parses the Host value in `range`, the blanks around it cut off; nil where it is empty or malformed.
    package static func parse(_ bytes: Span<UInt8>, in range: Range<Int>) -> HostAndPort? {
        do throws(HostSyntaxError) {
            return try HostAndPort(parsing: bytes, in: range)
        } catch {
            return nil
        }
    }

    /// Parses a Host value that fills `bytes`; nil where it is empty or malformed.
    package static func parse(_ bytes: Span<UInt8>) -> HostAndPort? {
        parse(bytes, in: bytes.indices)
    }
}
