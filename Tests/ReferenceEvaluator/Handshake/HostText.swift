/// A host and perhaps a port, as a Host field, an origin or an absolute target has them.
struct HostText: Equatable {
    enum Name: Hashable {
        /// In lower case: a name, or an IPv4 address.
        case text(String)
        case v6([UInt8])
    }

    let name: Name
    let port: Int?

    /// nil for anything else than `host [":" port]`.
    init?(_ text: [UInt8]) {
        let rest: [UInt8]
        if text.first == UInt8(ascii: "[") {
            guard let close = text.firstIndex(of: UInt8(ascii: "]")),
                let bytes = AddressText.v6(Array(text[1..<close]))
            else { return nil }
            name = .v6(bytes)
            rest = Array(text[(close + 1)...])
        } else {
            let end = text.firstIndex(of: UInt8(ascii: ":")) ?? text.count
            let host = Array(text[..<end])
            guard Self.isName(host) else { return nil }
            name = .text(String(decoding: ByteText.lowercased(host), as: UTF8.self))
            rest = Array(text[end...])
        }
        if rest.isEmpty {
            port = nil
        } else {
            guard rest[0] == UInt8(ascii: ":"), let number = ByteText.number(Array(rest.dropFirst()), digits: 5),
                rest[1] != UInt8(ascii: "0"), number <= 65_535
            else { return nil }
            port = number
        }
    }

    /// Labels of unreserved characters, none of them empty but the last, which a trailing dot leaves.
    private static func isName(_ host: [UInt8]) -> Bool {
        guard !host.isEmpty, host.allSatisfy(ByteText.isUnreserved) else { return false }
        let labels = ByteText.split(host, at: ".")
        return labels.dropLast().allSatisfy { !$0.isEmpty }
    }

    /// The port that a scheme means where none is written.
    static func standardPort(_ scheme: String) -> Int? {
        switch scheme {
        case "http", "ws": 80
        case "https", "wss": 443
        default: nil
        }
    }
}
