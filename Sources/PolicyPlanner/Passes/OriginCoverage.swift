import PolicyModel
import PolicyPlan

/// A list of origins that can be asked whether it admits all that an entry admits.
struct OriginCoverage {
    private var keys: Set<OriginKeyWords> = []
    private(set) var everySite = false
    private var null = false
    private var file = false

    init(_ patterns: [OriginPattern]) {
        for pattern in patterns {
            switch pattern.form {
            case .everySite: everySite = true
            case .null: null = true
            case .file: file = true
            case .tuple(let scheme, let host, let port):
                keys.insert(OriginKeyWords(scheme: scheme, host: host, port: port))
            }
        }
    }

    /// Whether the list admits all that `pattern` admits.
    func covers(_ pattern: OriginPattern) -> Bool {
        switch pattern.form {
        case .everySite: return everySite
        case .null: return null
        case .file: return file
        case .tuple(let scheme, let host, let port):
            return everySite || covers(OriginKeyWords(scheme: scheme, host: host, port: port), besidesItself: false)
        }
    }

    /// Whether one entry admits all that an entry of a table admits.
    ///
    /// - Parameters:
    ///   - key: the entry.
    ///   - besidesItself: whether the same entry in the list does not count.
    /// - Returns: false too where it takes several entries together.
    func covers(_ key: OriginKeyWords, besidesItself: Bool) -> Bool {
        for port in Set([key.port, OriginSlot.portAny]) {
            for wider in Self.wider(key) {
                let candidate = OriginKeyWords(scheme: key.scheme, host: wider.host, port: port, kind: wider.kind)
                if keys.contains(candidate), !besidesItself || candidate != key { return true }
            }
        }
        return false
    }

    /// The hosts of one scheme and port that admit what a host admits, itself first.
    private static func wider(_ key: OriginKeyWords) -> [(host: String, kind: UInt32)] {
        var wider = [(host: key.host, kind: key.kind)]
        guard key.kind != OriginSlot.Kind.every else { return wider }
        wider.append(("", OriginSlot.Kind.every))
        let isExact = key.kind == OriginSlot.Kind.exact
        // An address has no labels that a wildcard could stand for.
        if isExact, key.host.hasPrefix("[") || key.host.utf8.allSatisfy({ $0 == 0x2E || (0x30...0x39).contains($0) }) {
            return wider
        }
        var isFirst = true
        var rest = Substring(key.host)
        // Of an exact host the suffixes behind its dots; of a wildcard its own suffix too.
        if !isExact { wider.append((key.host, OriginSlot.Kind.labels)) }
        while let dot = rest.firstIndex(of: ".") {
            rest = rest[rest.index(after: dot)...]
            if isExact, isFirst { wider.append((String(rest), OriginSlot.Kind.oneLabel)) }
            wider.append((String(rest), OriginSlot.Kind.labels))
            isFirst = false
        }
        return wider
    }
}
