import PolicyModel

/// The value of an Origin field, compared with what a policy lists.
enum OriginText: Equatable {
    case malformed
    case null
    case file
    case tuple(scheme: String, host: HostText.Name, port: Int?)

    init(_ value: [UInt8]) {
        if value == Array("null".utf8) {
            self = .null
            return
        }
        guard let colon = value.firstIndex(of: UInt8(ascii: ":")), value[colon...].starts(with: Array("://".utf8))
        else {
            self = .malformed
            return
        }
        let scheme = ByteText.lowercased(Array(value[..<colon]))
        guard let first = scheme.first, ByteText.isLetter(first),
            scheme.allSatisfy({ ByteText.isLetter($0) || ByteText.isDigit($0) || ByteText.isOne(of: "+-.", $0) })
        else {
            self = .malformed
            return
        }
        let rest = Array(value[(colon + 3)...])
        if scheme == Array("file".utf8) {
            self = rest.isEmpty ? .file : .malformed
            return
        }
        guard let host = HostText(rest) else {
            self = .malformed
            return
        }
        let name = String(decoding: scheme, as: UTF8.self)
        self = .tuple(scheme: name, host: host.name, port: host.port ?? HostText.standardPort(name))
    }

    /// Whether a policy's entry means this origin.
    func matches(_ pattern: OriginPattern) -> Bool {
        switch (pattern.form, self) {
        case (.null, .null), (.file, .file): true
        case (.everySite, .tuple): true
        case (.tuple(let wantedScheme, let wantedHost, let wantedPort), .tuple(let scheme, let host, let port)):
            scheme == wantedScheme && Self.matches(host, wantedHost) && Self.matches(port, wantedPort, scheme)
        default: false
        }
    }

    private static func matches(_ port: Int?, _ wanted: OriginPattern.Port, _ scheme: String) -> Bool {
        switch wanted {
        case .every: true
        case .exact(let number): port == Int(number)
        case .standard: port == HostText.standardPort(scheme)
        }
    }

    private static func matches(_ host: HostText.Name, _ wanted: OriginPattern.Host) -> Bool {
        switch wanted {
        case .every: return true
        case .exact(let text): return HostText(Array(text.utf8))?.name == host
        case .oneLabel(let suffix):
            guard let front = labels(of: host, before: suffix) else { return false }
            return front.count == 1
        case .labels(let suffix):
            guard let front = labels(of: host, before: suffix) else { return false }
            return !front.isEmpty
        }
    }

    /// The labels in front of a suffix; nil where the host does not end in its labels.
    private static func labels(of host: HostText.Name, before suffix: String) -> [String]? {
        guard case .text(let name) = host, AddressText.v4(Array(name.utf8)) == nil else { return nil }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let wanted = suffix.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard labels.count >= wanted.count, Array(labels.suffix(wanted.count)) == wanted else { return nil }
        return Array(labels.dropLast(wanted.count))
    }
}
