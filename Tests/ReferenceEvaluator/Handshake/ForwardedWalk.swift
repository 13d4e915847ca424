import PolicyDocument
import PolicyModel
import WebSocketProtocol

/// Who the client is, by walking from the connection's other end over the hops that may be believed.
struct ForwardedWalk {
    /// nil: unknown.
    let client: AddressBytes?
    /// What limits count under; nil where the connection has no address.
    let countedAs: AddressBytes?
    /// Whether the connection's other end is trusted, so that its forwarded scheme counts.
    let isPeerTrusted: Bool
    /// What the trusted hop says of TLS; nil where it says nothing that is known.
    let isForwardedSecure: Bool?

    private enum Hop {
        case address(AddressBytes)
        case unreadable
    }

    init(_ request: RequestText, _ addressing: ResolvedPolicy.Addressing) {
        guard let peer = request.peer else {
            client = nil
            countedAs = nil
            isPeerTrusted = false
            isForwardedSecure = nil
            return
        }
        func isTrusted(_ address: AddressBytes) -> Bool {
            !addressing.trustedProxies.isEmpty
                && addressing.trustedProxies.allSatisfy { list in list.value.contains { address.isIn($0.value) } }
        }
        isPeerTrusted = isTrusted(peer)
        isForwardedSecure = Self.isSecure(request, addressing.source.value)
        var hops: [Hop]
        switch addressing.source.value {
        case .peer, .proxyProtocol: hops = []
        case .forwardedFor: hops = Self.forwardedFor(request)
        case .forwarded: hops = Self.forwarded(request).map(\.hop)
        }
        var current = peer
        var isKnown = true
        // The nearest hop wrote the last entry.
        while isTrusted(current), let hop = hops.popLast() {
            guard case .address(let address) = hop else {
                isKnown = false
                break
            }
            current = address
        }
        client = isKnown ? current : nil
        countedAs = current
    }

    /// The last entry of X-Forwarded-Proto, or `proto` of the last Forwarded element.
    private static func isSecure(_ request: RequestText, _ source: TransportSection.ClientAddressSource) -> Bool? {
        func known(_ word: [UInt8]) -> Bool? {
            switch String(decoding: ByteText.lowercased(word), as: UTF8.self) {
            case "https", "wss": true
            case "http", "ws": false
            default: nil
            }
        }
        let entries = request.values("x-forwarded-proto").flatMap { ByteText.split($0, at: ",") }
        if let last = entries.last, let isSecure = known(ByteText.trimmed(last)) { return isSecure }
        guard source == .forwarded, let proto = forwarded(request).last?.proto else { return nil }
        return known(proto)
    }

    // MARK: X-Forwarded-For

    private static func forwardedFor(_ request: RequestText) -> [Hop] {
        request.values("x-forwarded-for").flatMap { ByteText.split($0, at: ",") }.map { hop(ByteText.trimmed($0)) }
    }

    private static func hop(_ entry: [UInt8]) -> Hop {
        var node = entry
        // RFC 7239 §6.3 lets a port be a name that says nothing.
        if let colon = node.lastIndex(of: UInt8(ascii: ":")), isObfuscated(Array(node[(colon + 1)...])) {
            node = Array(node[..<colon])
        }
        guard let address = AddressText.addressAndPort(node) else { return .unreadable }
        return .address(address)
    }

    private static func isObfuscated(_ text: [UInt8]) -> Bool {
        text.count >= 2 && text[0] == UInt8(ascii: "_")
            && text.dropFirst().allSatisfy {
                ByteText.isLetter($0) || ByteText.isDigit($0) || ByteText.isOne(of: "._-", $0)
            }
    }

    // MARK: Forwarded

    private struct Element {
        let hop: Hop
        let proto: [UInt8]?
    }

    private static func forwarded(_ request: RequestText) -> [Element] {
        request.values("forwarded").flatMap { elements($0) }.map { element($0) }
    }

    /// Splits a line at its commas, from the right, so that an open quote in front spoils only what stands in front.
    private static func elements(_ line: [UInt8]) -> [[UInt8]] {
        var elements: [[UInt8]] = []
        var piece: [UInt8] = []
        var isQuoted = false
        for (index, byte) in line.enumerated().reversed() {
            if byte == UInt8(ascii: ",") && !isQuoted {
                elements.insert(piece, at: 0)
                piece = []
                continue
            }
            piece.insert(byte, at: 0)
            guard byte == UInt8(ascii: "\"") else { continue }
            let backslashes = line[..<index].reversed().prefix { $0 == UInt8(ascii: "\\") }.count
            if isQuoted && backslashes % 2 == 1 { continue }
            isQuoted.toggle()
        }
        elements.insert(piece, at: 0)
        return elements
    }

    private static func element(_ text: [UInt8]) -> Element {
        let bad = Element(hop: .unreadable, proto: nil)
        guard let pairs = pairs(text) else { return bad }
        let nodes = pairs.filter { $0.name == "for" }
        let schemes = pairs.filter { $0.name == "proto" }
        guard nodes.count <= 1, schemes.count <= 1 else { return bad }
        return Element(hop: nodes.first.map { hop($0.value) } ?? .unreadable, proto: schemes.first?.value)
    }

    /// The pairs between semicolons; nil where one of them is no `name=value`.
    private static func pairs(_ text: [UInt8]) -> [(name: String, value: [UInt8])]? {
        var pairs: [(name: String, value: [UInt8])] = []
        var rest = text[...]
        func skipBlanks() {
            rest = rest.drop { $0 == 0x20 || $0 == 0x09 }
        }
        while !rest.isEmpty {
            skipBlanks()
            guard let first = rest.first else { break }
            if first == UInt8(ascii: ";") {
                rest = rest.dropFirst()
                continue
            }
            let name = Array(rest.prefix { ByteText.isToken([$0]) })
            rest = rest.dropFirst(name.count)
            guard !name.isEmpty, rest.first == UInt8(ascii: "=") else { return nil }
            rest = rest.dropFirst()
            var value: [UInt8] = []
            if rest.first == UInt8(ascii: "\"") {
                rest = rest.dropFirst()
                var isClosed = false
                while let byte = rest.first, !isClosed {
                    rest = rest.dropFirst()
                    if byte == UInt8(ascii: "\"") {
                        isClosed = true
                    } else {
                        // What is escaped stays as it is written: no address and no scheme has a backslash.
                        value.append(byte)
                        if byte == UInt8(ascii: "\\"), let escaped = rest.first {
                            value.append(escaped)
                            rest = rest.dropFirst()
                        }
                    }
                }
                guard isClosed else { return nil }
            } else {
                value = Array(rest.prefix { ByteText.isToken([$0]) || ByteText.isOne(of: ":[]/", $0) })
                rest = rest.dropFirst(value.count)
                guard !value.isEmpty else { return nil }
            }
            pairs.append((String(decoding: ByteText.lowercased(name), as: UTF8.self), value))
            skipBlanks()
            guard let next = rest.first else { break }
            guard next == UInt8(ascii: ";") else { return nil }
            rest = rest.dropFirst()
        }
        return pairs
    }

    // MARK: Scheme

    /// Whether the client came by TLS; nil where nobody who is trusted says so.
    static func isSecure(_ request: RequestText, _ addressing: ResolvedPolicy.Addressing, isPeerTrusted: Bool) -> Bool?
    {
        let word: [UInt8]?
        if isPeerTrusted {
            switch addressing.source.value {
            case .forwarded: word = forwarded(request).last?.proto
            case .peer, .forwardedFor, .proxyProtocol:
                word = request.values("x-forwarded-proto").last
                    .flatMap { ByteText.split($0, at: ",").last }.map { ByteText.trimmed($0) }
            }
        } else {
            word = nil
        }
        switch word.map({ String(decoding: ByteText.lowercased($0), as: UTF8.self) }) {
        case "https", "wss": return true
        case "http", "ws": return false
        default: return request.isSecure ? true : isPeerTrusted ? nil : false
        }
    }
}
