extension StoreOptions {
    /// The store at an address as it is written: `redis://host`, `redis://host:6379/0`.
    ///
    /// - Parameters:
    ///   - address: scheme, host, port (6379 unless written) and number of the database (0 unless written); nothing else.
    ///   - secret: what names are hashed with, at least 16 bytes.
    /// - Throws: `StoreError.wrongAddress`.
    public init(address: String, secret: [UInt8]) throws(StoreError) {
        guard let colon = address.firstRange(of: "://"), address[..<colon.lowerBound] == "redis" else {
            throw .wrongAddress("does not begin with `redis://`")
        }
        var rest = address[colon.upperBound...]
        // Whatever is written on a command line is read by others.
        guard !rest.contains("@") else { throw .wrongAddress("names a user or a password, which it must not") }
        var options = StoreOptions(secret: secret)
        if let slash = rest.firstIndex(of: "/") {
            let number = rest[rest.index(after: slash)...]
            guard let database = Self.number(number, most: 1 << 16) else {
                throw .wrongAddress("does not end with the number of a database")
            }
            options.database = database
            rest = rest[..<slash]
        }
        let (host, port) = try Self.hostAndPort(rest)
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"?#[]".utf8.contains($0) }) else {
            throw .wrongAddress("names no host")
        }
        options.host = String(host)
        if let port {
            guard let number = Self.number(port, most: 0xFFFF), number > 0 else { throw .wrongAddress("names no port") }
            options.port = number
        }
        self = options
    }

    /// An address of IPv6 stands in brackets.
    private static func hostAndPort(_ text: Substring) throws(StoreError) -> (host: Substring, port: Substring?) {
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { throw .wrongAddress("names no host") }
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else { throw .wrongAddress("names no port") }
            return (text[text.index(after: text.startIndex)..<end], rest.isEmpty ? nil : rest.dropFirst())
        }
        guard let colon = text.firstIndex(of: ":") else { return (text, nil) }
        return (text[..<colon], text[text.index(after: colon)...])
    }

    private static func number(_ text: Substring, most: Int) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text) else {
            return nil
        }
        return number <= most ? number : nil
    }
}
