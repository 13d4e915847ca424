/// An Origin value in a byte buffer, taken apart without a copy (RFC 6454 §6.2, RFC 6455 §4.1).
///
/// Two values are the same origin when scheme, host and port are: scheme and host in ASCII lower case, IPv6 by address, the
/// default port equal to none. Ranges lie in the buffer that was parsed; pass the same one to every method.
///
/// The canonical key of an origin is `scheme://host:port`: lower case, IPv6 as RFC 5952 in brackets, the port always there
/// when the scheme has a default. `null` and `file://` are their own keys.
///
///     HTTPS://App.Example          https://app.example:443
///     http://[0:0::1]:3000         http://[::1]:3000
///     capacitor://localhost        capacitor://localhost
package struct OriginParts: Equatable, Sendable {
    /// The form of an Origin value.
    package enum Kind: UInt8, Sendable {
        /// `null`: sandboxed frames, documents from `data:`; any site can make one.
        case null
        /// `scheme://host[:port]`.
        case tuple
        /// `file://`: pages from a disk, and web views of apps.
        case file
    }

    package let kind: Kind
    /// The scheme as it was sent, in any case; empty for `null`.
    package let scheme: Range<Int>
    /// Host and port as they were sent; nil unless this is a tuple.
    package let authority: HostAndPort?
    /// The port as it counts: the one that was sent, else the scheme's default, else nil.
    package let port: UInt16?

    /// Parses the Origin value in `range`, the blanks around it cut off; nil where it is empty or malformed.
    package static func parse(_ bytes: Span<UInt8>, in range: Range<Int>) -> OriginParts? {
        do throws(OriginSyntaxError) {
            return try OriginParts(parsing: bytes, in: range)
        } catch {
            return nil
        }
    }

    /// Parses an Origin value that fills `bytes`; nil where it is empty or malformed.
    package static func parse(_ bytes: Span<UInt8>) -> OriginParts? {
        parse(bytes, in: bytes.indices)
    }

    /// Parses an Origin value: `scheme "://" host [":" port]` with nothing after it, `null`, or `file://`.
    package init(parsing bytes: Span<UInt8>, in range: Range<Int>) throws(OriginSyntaxError) {
        // In lower case only: that is the one form a browser sends.
        if bytes.equals("null", in: range) {
            kind = .null
            scheme = range.lowerBound..<range.lowerBound
            authority = nil
            port = nil
            return
        }
        if range.count > 8, bytes.equals("https://", in: range.lowerBound..<(range.lowerBound &+ 8)) {
            // What most browsers send.
            scheme = range.lowerBound..<(range.lowerBound &+ 5)
            let authority: HostAndPort
            do throws(HostSyntaxError) {
                authority = try HostAndPort(parsing: bytes, in: (range.lowerBound &+ 8)..<range.upperBound)
            } catch {
                throw .host(error)
            }
            kind = .tuple
            self.authority = authority
            port = authority.port ?? 443
            return
        }
        var index = range.lowerBound
        while index < range.upperBound, Self.isSchemeCharacter(bytes[index], isFirst: index == range.lowerBound) {
            index &+= 1
        }
        scheme = range.lowerBound..<index
        guard !scheme.isEmpty, range.upperBound &- index >= 3, bytes[index] == 0x3A, bytes[index &+ 1] == 0x2F,
            bytes[index &+ 2] == 0x2F
        else { throw .missingScheme(offset: index) }
        let rest = (index &+ 3)..<range.upperBound
        if rest.isEmpty, bytes.equals(lowercase: "file", in: scheme) {
            kind = .file
            authority = nil
            port = nil
            return
        }
        guard !bytes.equals(lowercase: "file", in: scheme) else { throw .fileWithHost(offset: rest.lowerBound) }
        let authority: HostAndPort
        do throws(HostSyntaxError) {
            authority = try HostAndPort(parsing: bytes, in: rest)
        } catch {
            throw .host(error)
        }
        kind = .tuple
        self.authority = authority
        port = authority.port ?? Self.defaultPort(bytes, scheme: scheme)
    }

    private static func isSchemeCharacter(_ byte: UInt8, isFirst: Bool) -> Bool {
        if ASCII.isLetter(byte) { return true }
        return !isFirst && (ASCII.isDigit(byte) || byte == 0x2B || byte == 0x2D || byte == 0x2E)
    }

    /// The default port of a scheme: 80 for http and ws, 443 for https and wss, none for others.
    package static func defaultPort(_ bytes: Span<UInt8>, scheme: Range<Int>) -> UInt16? {
        switch scheme.count {
        case 2: bytes.equals(lowercase: "ws", in: scheme) ? 80 : nil
        case 3: bytes.equals(lowercase: "wss", in: scheme) ? 443 : nil
        case 4: bytes.equals(lowercase: "http", in: scheme) ? 80 : nil
        case 5: bytes.equals(lowercase: "https", in: scheme) ? 443 : nil
        default: nil
        }
    }
}

/// Why an Origin value is malformed; offsets are those of the buffer.
package enum OriginSyntaxError: Error, Equatable {
    /// It does not begin with a scheme and `://`, nor is it `null`; an empty value is this too.
    case missingScheme(offset: Int)
    /// Something follows `file://`.
    case fileWithHost(offset: Int)
    /// The host, the port, or something behind them.
    case host(HostSyntaxError)

    /// Where it was noticed.
    package var offset: Int {
        switch self {
        case .missingScheme(let offset), .fileWithHost(let offset): offset
        case .host(let error): error.offset
        }
    }
}
