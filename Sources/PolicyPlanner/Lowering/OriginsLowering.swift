import PolicyDocument
import PolicyModel
import PolicyPlan

extension Lowering {
    /// Writes an `OriginsRecord`: one hash table of exact origins and wildcard suffixes.
    mutating func origins(_ check: OriginsCheck, refused: [Located<OriginPattern>]) -> UInt32 {
        var flags: UInt32 = check.everySite ? OriginsRecord.everySite : 0
        if check.sameOrigin { flags |= OriginsRecord.sameOrigin }
        var keys: [(key: OriginKeyWords, span: Span)] = []
        var known: Set<OriginKeyWords> = []
        for entry in check.allow {
            switch entry.value.form {
            case .null: flags |= OriginsRecord.null
            case .file: flags |= OriginsRecord.file
            case .everySite: flags |= OriginsRecord.everySite
            case .tuple(let scheme, let host, let port):
                let key = OriginKeyWords(scheme: scheme, host: host, port: port)
                if key.kind != OriginSlot.Kind.exact { flags |= OriginsRecord.wildcards }
                if known.insert(key).inserted { keys.append((key, entry.span)) }
            }
        }
        for entry in refused {
            guard case .tuple(let scheme, let host, let port) = entry.value.form else { continue }
            var key = OriginKeyWords(scheme: scheme, host: host, port: port)
            key.kind = OriginSlot.Kind.refused
            if known.insert(key).inserted { keys.append((key, entry.span)) }
        }
        let slots = HashSlots(keys.map(\.key.hash))
        var words: [UInt32] = []
        for place in slots.places {
            var slot = RecordWords(OriginSlot.wordCount)
            if let place {
                let (key, span) = keys[place]
                slot[OriginSlot.hash] = key.hash
                slot.setText(OriginSlot.schemeOffset, writer.text(key.scheme))
                slot.setText(OriginSlot.hostOffset, writer.text(key.host))
                slot[OriginSlot.port] = key.port
                slot[OriginSlot.kind] = key.kind
                slot[OriginSlot.source] = source(span)
            }
            words += slot.words
        }
        var record = RecordWords(OriginsRecord.wordCount)
        record[OriginsRecord.flags] = flags
        record[OriginsRecord.absent] = Self.code(check.absent.value)
        record[OriginsRecord.absentSource] = source(check.absent.span)
        record[OriginsRecord.slotList] = writer.run(words)
        record[OriginsRecord.slotCount] = UInt32(slots.places.count)
        let index = writer.record(record)
        addVectors(check, refused: refused, index)
        return index
    }

    private static func code(_ absent: OriginsSection.Absent) -> UInt32 {
        switch absent {
        case .deny: 0
        case .allowWithoutCookies: 1
        case .allow: 2
        }
    }
}

/// What identifies an entry of an origin table.
struct OriginKeyWords: Hashable {
    let scheme: String
    /// Of a wildcard the suffix after its dot; empty for every host.
    let host: String
    /// A port, or `OriginSlot.portNone` or `portAny`.
    let port: UInt32
    /// `OriginSlot.Kind`.
    var kind: UInt32

    init(scheme: String, host: String, port: UInt32, kind: UInt32) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.kind = kind
    }

    init(scheme: String, host: OriginPattern.Host, port: OriginPattern.Port) {
        self.scheme = scheme
        switch host {
        case .exact(let name): (self.host, kind) = (name, OriginSlot.Kind.exact)
        case .oneLabel(let suffix): (self.host, kind) = (suffix, OriginSlot.Kind.oneLabel)
        case .labels(let suffix): (self.host, kind) = (suffix, OriginSlot.Kind.labels)
        case .every: (self.host, kind) = ("", OriginSlot.Kind.every)
        }
        switch port {
        case .every: self.port = OriginSlot.portAny
        case .exact(let number): self.port = UInt32(number)
        case .standard: self.port = Self.standardPort(scheme)
        }
    }

    /// The default port of a scheme (RFC 6454 §4).
    static func standardPort(_ scheme: String) -> UInt32 {
        switch scheme {
        case "http", "ws": 80
        case "https", "wss": 443
        default: OriginSlot.portNone
        }
    }

    /// What `OriginSlot.hash` holds.
    var hash: UInt32 {
        var schemeHash = TextHash.seed
        for byte in scheme.utf8 { schemeHash = TextHash.adding(byte, to: schemeHash) }
        var hostHash = TextHash.seed
        for byte in host.utf8.reversed() { hostHash = TextHash.adding(byte, to: hostHash) }
        return OriginHash.slot(reversedHost: hostHash, scheme: schemeHash, port: port)
    }
}
