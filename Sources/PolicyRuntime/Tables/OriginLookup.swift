import PolicyPlan
import WebSocketProtocol

/// Looks an Origin header up in a level's table; nothing is allocated, stored bytes are always compared.
enum OriginLookup {
    /// What a table says of an origin.
    enum Answer {
        case listed
        /// Not listed here; the source of a whole origin that a later level's list does not hold.
        case foreign(source: UInt32?)
    }

    static func answer(record: Int, _ origin: OriginParts, in bytes: Span<UInt8>, _ plan: PlanView) -> Answer {
        let flags = plan.word(record + OriginsRecord.flags)
        switch origin.kind {
        case .null: return flags & OriginsRecord.null != 0 ? .listed : .foreign(source: nil)
        case .file: return flags & OriginsRecord.file != 0 ? .listed : .foreign(source: nil)
        case .tuple: break
        }
        guard let authority = origin.authority, plan.word(record + OriginsRecord.slotCount) > 0 else {
            return .foreign(source: nil)
        }
        var probe = OriginProbe(record: record, scheme: origin.scheme, port: origin.port, bytes: bytes, plan)
        switch authority.kind {
        case .ipv6:
            // Addresses compare by value, whatever their spelling.
            return probe.v6(authority, bytes, plan)
        case .name, .ipv4:
            return probe.name(authority.host, flags & OriginsRecord.wildcards != 0, bytes, plan)
        }
    }
}

/// One origin's walk through a table.
private struct OriginProbe {
    let list: Int
    let mask: Int
    let scheme: Range<Int>
    let schemeHash: UInt64
    let port: UInt32
    var refused: UInt32?

    init(record: Int, scheme: Range<Int>, port: UInt16?, bytes: Span<UInt8>, _ plan: PlanView) {
        list = plan.index(record + OriginsRecord.slotList)
        mask = plan.index(record + OriginsRecord.slotCount) &- 1
        self.scheme = scheme
        self.port = port.map(UInt32.init) ?? OriginSlot.portNone
        if bytes.equals(lowercase: "https", in: scheme) {
            schemeHash = OriginHash.https
            return
        }
        var hash = TextHash.seed
        for index in scheme { hash = TextHash.adding(TextLookup.lower(bytes[index]), to: hash) }
        schemeHash = hash
    }

    /// A name or an IPv4 address: from its last byte to its first, with a look at each label's start.
    mutating func name(
        _ host: Range<Int>,
        _ hasWildcards: Bool,
        _ bytes: Span<UInt8>,
        _ plan: PlanView
    ) -> OriginLookup.Answer {
        guard hasWildcards else {
            if matches(wholeHash(host, bytes), host, bytes, plan, { $0 == OriginSlot.Kind.exact }) { return .listed }
            return every(bytes, plan)
        }
        var hash = TextHash.seed
        var index = host.upperBound
        while index > host.lowerBound {
            index &-= 1
            if bytes[index] == 0x2E {
                // The suffix behind this dot; before it stand one label or more.
                let isOneLabel = !hasDot(host.lowerBound..<index, bytes)
                let suffix = (index &+ 1)..<host.upperBound
                if matches(
                    hash,
                    suffix,
                    bytes,
                    plan,
                    { kind in
                        kind == OriginSlot.Kind.labels || (kind == OriginSlot.Kind.oneLabel && isOneLabel)
                    }
                ) {
                    return .listed
                }
            }
            hash = TextHash.adding(TextLookup.lower(bytes[index]), to: hash)
        }
        if matches(hash, host, bytes, plan, { $0 == OriginSlot.Kind.exact }) { return .listed }
        return every(bytes, plan)
    }

    /// The hash of a whole host from its last byte to its first, eight bytes loaded at a time.
    private func wholeHash(_ host: Range<Int>, _ bytes: Span<UInt8>) -> UInt64 {
        var hash = TextHash.seed
        var end = host.upperBound
        while end &- host.lowerBound >= 8 {
            var word = ASCII.lowercased(bytes.word(at: end &- 8))
            for _ in 0..<8 {
                hash = TextHash.adding(UInt8(truncatingIfNeeded: word &>> 56), to: hash)
                word = word &<< 8
            }
            end &-= 8
        }
        guard host.count >= 8 else {
            while end > host.lowerBound {
                end &-= 1
                hash = TextHash.adding(TextLookup.lower(bytes[end]), to: hash)
            }
            return hash
        }
        // Of the first eight bytes those that are left.
        let rest = end &- host.lowerBound
        var word = ASCII.lowercased(bytes.word(at: host.lowerBound)) << UInt64(8 &* (8 &- rest))
        for _ in 0..<rest {
            hash = TextHash.adding(UInt8(truncatingIfNeeded: word &>> 56), to: hash)
            word = word &<< 8
        }
        return hash
    }

    mutating func v6(_ authority: HostAndPort, _ bytes: Span<UInt8>, _ plan: PlanView) -> OriginLookup.Answer {
        // Brackets and canonical text, as the table holds it.
        let text = authority.canonicalHost(in: bytes)
        var hash = TextHash.seed
        for byte in text.reversed() { hash = TextHash.adding(byte, to: hash) }
        for code in [port, OriginSlot.portAny] {
            var place = Int(OriginHash.slot(reversedHost: hash, scheme: schemeHash, port: code)) & mask
            while plan.word(list &+ place &* OriginSlot.wordCount &+ OriginSlot.kind) != OriginSlot.Kind.empty {
                let slot = list &+ place &* OriginSlot.wordCount
                if plan.word(slot &+ OriginSlot.port) == code, isScheme(slot, bytes, plan),
                    plan.index(slot &+ OriginSlot.hostLength) == text.count,
                    text.indices.allSatisfy({ plan.byte(plan.index(slot &+ OriginSlot.hostOffset) &+ $0) == text[$0] })
                {
                    let kind = plan.word(slot &+ OriginSlot.kind)
                    if kind == OriginSlot.Kind.exact { return .listed }
                    if kind == OriginSlot.Kind.refused { refused = plan.word(slot &+ OriginSlot.source) }
                }
                place = (place &+ 1) & mask
            }
        }
        return every(bytes, plan)
    }

    /// `scheme://*`.
    private mutating func every(_ bytes: Span<UInt8>, _ plan: PlanView) -> OriginLookup.Answer {
        let empty = scheme.upperBound..<scheme.upperBound
        if matches(TextHash.seed, empty, bytes, plan, { $0 == OriginSlot.Kind.every }) { return .listed }
        return .foreign(source: refused)
    }

    /// Whether the table holds this host or suffix with the origin's port or with any.
    private mutating func matches(
        _ hash: UInt64,
        _ host: Range<Int>,
        _ bytes: Span<UInt8>,
        _ plan: PlanView,
        _ isWanted: (UInt32) -> Bool
    ) -> Bool {
        matches(hash, host, port, bytes, plan, isWanted)
            || matches(hash, host, OriginSlot.portAny, bytes, plan, isWanted)
    }

    private mutating func matches(
        _ hash: UInt64,
        _ host: Range<Int>,
        _ code: UInt32,
        _ bytes: Span<UInt8>,
        _ plan: PlanView,
        _ isWanted: (UInt32) -> Bool
    ) -> Bool {
        let wanted = OriginHash.slot(reversedHost: hash, scheme: schemeHash, port: code)
        var place = Int(wanted) & mask
        while true {
            let slot = list &+ place &* OriginSlot.wordCount
            let kind = plan.word(slot &+ OriginSlot.kind)
            if kind == OriginSlot.Kind.empty { return false }
            if plan.word(slot &+ OriginSlot.hash) == wanted, plan.word(slot &+ OriginSlot.port) == code,
                isHost(slot, host, bytes, plan), isScheme(slot, bytes, plan)
            {
                if isWanted(kind) { return true }
                if kind == OriginSlot.Kind.refused { refused = plan.word(slot &+ OriginSlot.source) }
            }
            place = (place &+ 1) & mask
        }
    }

    private func isHost(_ slot: Int, _ host: Range<Int>, _ bytes: Span<UInt8>, _ plan: PlanView) -> Bool {
        let length = plan.index(slot &+ OriginSlot.hostLength)
        let text = plan.span(offset: plan.index(slot &+ OriginSlot.hostOffset), length: length)
        return bytes.equals(lowercase: text, in: host)
    }

    private func isScheme(_ slot: Int, _ bytes: Span<UInt8>, _ plan: PlanView) -> Bool {
        let length = plan.index(slot &+ OriginSlot.schemeLength)
        let text = plan.span(offset: plan.index(slot &+ OriginSlot.schemeOffset), length: length)
        return bytes.equals(lowercase: text, in: scheme)
    }

    private func hasDot(_ range: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        for index in range where bytes[index] == 0x2E { return true }
        return false
    }
}
