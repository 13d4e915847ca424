/// An `https:` address of something that a server fetches (RFC 9110 §4.2.2): whom to ask, and for what.
package struct HTTPSAddress: Equatable, Hashable, Sendable {
    /// No longer address is taken, in bytes.
    package static let maximumByteCount = 2048

    /// As it was written.
    package let text: String
    /// A name or an IP address, an IPv6 one without brackets.
    package let host: String
    package let port: UInt16
    /// What the Host field says: the host, and the port where it is not 443.
    package let authority: String
    /// Path and query, `/` at least.
    package let target: String

    /// Why a text is no such address, as the end of a sentence that begins with it.
    package enum Problem: String, Error, Equatable {
        case notHTTPS = "does not begin with `https://`"
        case tooLong = "is longer than 2048 bytes"
        case wrongCharacter = "has a blank, a control character or one beyond ASCII"
        case userInformation = "has a user or a password in it"
        case fragment = "has a fragment, which no server sees"
        case wrongHost = "has no host that can be reached"
    }

    /// Parses `https://host[:port][/path][?query]`; the scheme in any case.
    package init(parsing text: String) throws(Problem) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 8, text.prefix(8).lowercased() == "https://" else { throw .notHTTPS }
        guard bytes.count <= Self.maximumByteCount else { throw .tooLong }
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .wrongCharacter }
        guard !bytes.contains(0x23) else { throw .fragment }
        // A backslash is a slash to browsers and none to others.
        guard !bytes.contains(0x5C) else { throw .wrongCharacter }
        let end = bytes[8...].firstIndex { $0 == 0x2F || $0 == 0x3F } ?? bytes.count
        guard !bytes[8..<end].contains(0x40) else { throw .userInformation }
        let parsed: HostAndPort
        do throws(HostSyntaxError) { parsed = try HostAndPort(parsing: bytes.span, in: 8..<end) } catch {
            throw .wrongHost
        }
        self.text = text
        port = parsed.port ?? 443
        let canonical = String(decoding: parsed.canonicalHost(in: bytes.span), as: UTF8.self)
        host = parsed.kind == .ipv6 ? String(canonical.dropFirst().dropLast()) : canonical
        authority = port == 443 ? canonical : "\(canonical):\(port)"
        let rest = String(decoding: bytes[end...], as: UTF8.self)
        target = rest.hasPrefix("/") ? rest : "/" + rest
    }

    /// Whether the host is an address, for which no name is sent in a TLS handshake.
    package var isIPAddress: Bool {
        let bytes = Array(host.utf8)
        return IPAddressText.v4(bytes.span, in: bytes.indices) != nil || host.contains(":")
    }

    /// Where a `Location` leads (RFC 3986 §4.2): an `https:` address, or another path of the same host.
    package func resolving(_ location: String) throws(Problem) -> HTTPSAddress {
        if location.hasPrefix("//") { return try HTTPSAddress(parsing: "https:" + location) }
        if location.hasPrefix("/") { return try HTTPSAddress(parsing: "https://\(authority)" + location) }
        return try HTTPSAddress(parsing: location)
    }
}
