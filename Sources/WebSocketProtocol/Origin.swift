/// An origin as a policy lists it: (scheme, host, port), `null`, or `file://`.
package struct Origin: Hashable, Sendable {
    package let kind: OriginParts.Kind
    /// Lower case; `file` for `file://`, empty for `null`.
    package let scheme: String
    /// Lower case; an IPv6 address as RFC 5952, in brackets; empty unless this is a tuple.
    package let host: String
    /// What the host is; `name` for `null` and `file://`.
    package let hostKind: HostAndPort.Kind
    /// The port, the scheme's default where none was written; nil where there is none.
    package let port: UInt16?
    /// `scheme://host:port`, the bytes that a table of origins holds.
    package let canonicalKey: [UInt8]

    /// Parses what an Origin header may hold.
    package init(parsing bytes: Span<UInt8>) throws(OriginSyntaxError) {
        let parts = try OriginParts(parsing: bytes, in: bytes.indices)
        kind = parts.kind
        scheme = Self.lowercase(bytes, parts.scheme)
        host = parts.authority.map { String(decoding: $0.canonicalHost(in: bytes), as: UTF8.self) } ?? ""
        hostKind = parts.authority?.kind ?? .name
        port = parts.port
        var key: [UInt8] = []
        parts.appendCanonicalKey(of: bytes, to: &key)
        canonicalKey = key
    }

    /// Parses what an Origin header may hold; a host beyond ASCII must have become A-labels before.
    package init(parsing text: String) throws(OriginSyntaxError) {
        try self.init(parsing: text.utf8Span.span)
    }

    private static func lowercase(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
        var text = ""
        for index in range { text.unicodeScalars.append(Unicode.Scalar(ASCII.lowercased(bytes[index]))) }
        return text
    }

    /// The hash by which the runtime looks an origin up: `OriginParts.canonicalHash(in:seed:)` of any spelling.
    package func hash(seed: UInt64) -> UInt64 {
        // The key parses to the parts of this origin; if it did not, no header could ever match it.
        OriginParts.parse(canonicalKey.span)?.canonicalHash(in: canonicalKey.span, seed: seed) ?? seed
    }
}

extension Origin: CustomStringConvertible {
    /// The origin as a browser writes it, without a default port.
    package var description: String {
        switch kind {
        case .null: "null"
        case .file: "file://"
        case .tuple: "\(scheme)://\(host)" + (port.flatMap { $0 == defaultPort ? nil : ":\($0)" } ?? "")
        }
    }

    private var defaultPort: UInt16? {
        let bytes = scheme.utf8Span.span
        return OriginParts.defaultPort(bytes, scheme: bytes.indices)
    }
}
