/// Finding an origin in a table: the hash that planner and runtime share, and the comparison that decides.
extension OriginParts {
    /// The hash of the canonical origin: equal for every spelling of one origin.
    ///
    /// `Origin.hash(seed:)` is the same function. A hit must be confirmed by `equals(canonicalKey:in:)`.
    package func canonicalHash(in bytes: Span<UInt8>, seed: UInt64) -> UInt64 {
        var hash = ByteHash.combine(seed, UInt64(kind.rawValue) | UInt64(port ?? 0) &<< 8)
        guard let authority else { return hash }
        hash = ByteHash.foldedHash(bytes, in: scheme, seed: hash)
        return authority.hostHash(in: bytes, seed: hash)
    }

    /// Whether this origin's canonical key is `key`, byte for byte; nothing is written to compare them.
    package func equals(canonicalKey key: Span<UInt8>, in bytes: Span<UInt8>) -> Bool {
        guard let authority else {
            return key.equals(lowercase: kind == .null ? "null" : "file://", in: key.indices)
        }
        let hostStart = scheme.count &+ 3
        guard key.count > hostStart, key[scheme.count] == 0x3A, key[scheme.count &+ 1] == 0x2F,
            key[scheme.count &+ 2] == 0x2F,
            bytes.equals(lowercase: key.extracting(0..<scheme.count), in: scheme)
        else { return false }
        let portCount = port.map { 1 &+ Self.digitCount($0) } ?? 0
        let hostEnd = key.count &- portCount
        guard hostEnd > hostStart else { return false }
        if let port {
            guard key[hostEnd] == 0x3A else { return false }
            var rest = port
            var index = key.count &- 1
            while index > hostEnd {
                guard key[index] == UInt8(truncatingIfNeeded: 0x30 &+ rest % 10) else { return false }
                rest /= 10
                index &-= 1
            }
        }
        return authority.hostEquals(key.extracting(hostStart..<hostEnd), in: bytes)
    }

    /// The canonical key, appended to `key`.
    package func appendCanonicalKey(of bytes: Span<UInt8>, to key: inout [UInt8]) {
        guard let authority else {
            key.append(contentsOf: (kind == .null ? "null" : "file://").utf8)
            return
        }
        for index in scheme { key.append(ASCII.lowercased(bytes[index])) }
        key.append(contentsOf: "://".utf8)
        key.append(contentsOf: authority.canonicalHost(in: bytes))
        if let port { key.append(contentsOf: ":\(port)".utf8) }
    }

    private static func digitCount(_ port: UInt16) -> Int {
        port < 10 ? 1 : port < 100 ? 2 : port < 1000 ? 3 : port < 10000 ? 4 : 5
    }
}
