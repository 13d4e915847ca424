import PolicyModel

/// Where a handshake carries its token.
enum CredentialReading {
    enum Result: Equatable {
        case missing
        case token([UInt8])
        /// Twice, in two places, or written in a way that nothing can be.
        case invalid
    }

    /// Reads every place that a policy names.
    static func read(_ request: RequestText, _ sources: [TokenSection.Source]) -> Result {
        var tokens: [[UInt8]] = []
        for source in sources {
            guard let found = occurrences(request, source), found.count <= 1 else { return .invalid }
            tokens += found.filter { !$0.isEmpty }
        }
        guard let token = tokens.first else { return .missing }
        return tokens.count == 1 ? .token(token) : .invalid
    }

    /// What stands in one place, empty texts too; nil where something stands there that cannot be read.
    private static func occurrences(_ request: RequestText, _ source: TokenSection.Source) -> [[UInt8]]? {
        switch source {
        case .query(let name):
            let values = pairs(request.query ?? []).filter { ByteText.percentDecoded($0.name) == Array(name.utf8) }
            var decoded: [[UInt8]] = []
            for value in values.map(\.value) {
                guard let text = ByteText.percentDecoded(value) else { return nil }
                decoded.append(text)
            }
            return decoded
        case .header("authorization"):
            let values = request.values("authorization")
            guard values.count == 1 else { return values }
            return bearer(values[0])
        case .header(let name):
            return request.values(name)
        case .cookie(let name):
            return cookies(request).filter { $0.name == Array(name.utf8) }.map(\.value)
        case .message: return []
        case .subprotocol(let prefix):
            return request.elements("sec-websocket-protocol").filter { $0.starts(with: prefix.utf8) }
                .map { Array($0.dropFirst(prefix.utf8.count)) }
        }
    }

    private static func pairs(_ query: [UInt8]) -> [(name: [UInt8], value: [UInt8])] {
        ByteText.split(query, at: "&").filter { !$0.isEmpty }.map { pair in
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { return (pair, []) }
            return (Array(pair[..<equals]), Array(pair[(equals + 1)...]))
        }
    }

    private static func cookies(_ request: RequestText) -> [(name: [UInt8], value: [UInt8])] {
        request.values("cookie").flatMap { ByteText.split($0, at: ";") }.map(ByteText.trimmed)
            .filter { !$0.isEmpty }
            .map { pair in
                guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { return ([], pair) }
                return (ByteText.trimmed(Array(pair[..<equals])), ByteText.trimmed(Array(pair[(equals + 1)...])))
            }
    }

    /// The credential behind `Bearer`; nothing for another scheme, nil for what is no token68.
    private static func bearer(_ value: [UInt8]) -> [[UInt8]]? {
        let scheme = Array(value.prefix { ByteText.isToken([$0]) })
        guard ByteText.lowercased(scheme) == Array("bearer".utf8) else { return [] }
        let rest = Array(value.dropFirst(scheme.count))
        let token = Array(rest.drop { $0 == 0x20 })
        if token.isEmpty { return rest.allSatisfy({ $0 == 0x20 }) ? [[]] : nil }
        guard rest.first == 0x20 else { return nil }
        let body = token.prefix { ByteText.isUnreserved($0) || ByteText.isOne(of: "+/", $0) }
        guard !body.isEmpty, token.dropFirst(body.count).allSatisfy({ $0 == UInt8(ascii: "=") }) else { return nil }
        return [token]
    }
}
