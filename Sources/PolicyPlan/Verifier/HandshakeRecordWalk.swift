/// The records of a handshake's steps.
extension RecordWalk {
    /// Verifies a step and what it points to.
    mutating func verifyStep(_ step: Int) throws(PlanError) {
        guard let kind = StepKind(rawValue: word(step + StepRecord.kind)) else {
            throw error("unknown kind of step", at: step)
        }
        try requireWord(step + StepRecord.mode, atMost: 1, "mode")
        try requireSource(step + StepRecord.source)
        let operand = index(step + StepRecord.operand)
        switch kind {
        case .tls, .path: break
        case .clients: try verifyClients(operand)
        case .hosts: try verifyHosts(operand)
        case .origins: try verifyOrigins(operand)
        case .subprotocols: try verifySubprotocols(operand)
        case .token: try verifyToken(operand)
        case .limit: try requireLimit(step + StepRecord.operand, "step") { !$1.needsIdentity($0) }
        case .identityLimit: try requireLimit(step + StepRecord.operand, "step") { $1.needsIdentity($0) }
        }
    }

    private mutating func verifyClients(_ clients: Int) throws(PlanError) {
        try require(clients, size: ClientsRecord.wordCount, "client lists")
        guard isNew(.clients, clients) else { return }
        try requireSource(clients + ClientsRecord.allowSource)
        for field in [ClientsRecord.allow, ClientsRecord.deny] where word(clients + field) != none {
            try verifyAddresses(index(clients + field))
        }
    }

    /// Verifies an address table: ascending from zero, so that every address has its interval.
    mutating func verifyAddresses(_ table: Int) throws(PlanError) {
        try require(table, size: AddressTable.wordCount, "address table")
        guard isNew(.addresses, table) else { return }
        let v4 = index(table + AddressTable.v4List)
        let v4Count = index(table + AddressTable.v4Count)
        try require(v4, v4Count, size: 2, "IPv4 intervals")
        guard v4Count > 0, word(v4) == 0 else { throw error("IPv4 intervals do not begin at zero", at: table) }
        for place in 0..<v4Count {
            let entry = v4 + 2 * place
            guard place == 0 || word(entry - 2) < word(entry) else {
                throw error("IPv4 intervals are not in order", at: entry)
            }
            try requireSource(entry + 1)
        }
        let v6 = index(table + AddressTable.v6List)
        let v6Count = index(table + AddressTable.v6Count)
        try require(v6, v6Count, size: 5, "IPv6 intervals")
        guard v6Count > 0, (0..<4).allSatisfy({ word(v6 + $0) == 0 }) else {
            throw error("IPv6 intervals do not begin at zero", at: table)
        }
        for place in 0..<v6Count {
            let entry = v6 + 5 * place
            guard place == 0 || isAscending(entry - 5, entry) else {
                throw error("IPv6 intervals are not in order", at: entry)
            }
            try requireSource(entry + 4)
        }
    }

    private func isAscending(_ first: Int, _ second: Int) -> Bool {
        for part in 0..<4 where word(first + part) != word(second + part) {
            return word(first + part) < word(second + part)
        }
        return false
    }

    private mutating func verifyHosts(_ hosts: Int) throws(PlanError) {
        try require(hosts, size: HostsRecord.wordCount, "host names")
        guard isNew(.hosts, hosts) else { return }
        try verifyTextTable(index(hosts + HostsRecord.table)) { (walk, slot) throws(PlanError) in
            let list = walk.index(slot + 3)
            try walk.require(list, size: 1, "ports of a host")
            let count = walk.index(list)
            try walk.require(list + 1, count, size: 2, "ports of a host")
            for place in 0..<count {
                let port = list + 1 + 2 * place
                guard walk.word(port) == none || walk.word(port) <= 0xFFFF else {
                    throw walk.error("a port that is none", at: port)
                }
                try walk.requireSource(port + 1)
            }
        }
    }

    private mutating func verifySubprotocols(_ subprotocols: Int) throws(PlanError) {
        try require(subprotocols, size: SubprotocolsRecord.wordCount, "subprotocols")
        guard isNew(.subprotocols, subprotocols) else { return }
        try requireWord(subprotocols + SubprotocolsRecord.absent, atMost: 1, "word of absent")
        try requireSource(subprotocols + SubprotocolsRecord.absentSource)
        try verifyTextTable(index(subprotocols + SubprotocolsRecord.table)) { (_, _) throws(PlanError) in }
    }

    private mutating func verifyOrigins(_ origins: Int) throws(PlanError) {
        typealias Record = OriginsRecord
        try require(origins, size: Record.wordCount, "origins")
        guard isNew(.origins, origins) else { return }
        try requireWord(origins + Record.absent, atMost: 2, "word of absent")
        try requireSource(origins + Record.absentSource)
        let flags = word(origins + Record.flags)
        try requireWord(origins + Record.flags, atMost: 31, "flags of origins")
        let slots = index(origins + Record.slotList)
        let count = index(origins + Record.slotCount)
        try requireTable(slots, count, size: OriginSlot.wordCount) { $0.word($1 + OriginSlot.kind) == 0 }
        var hasWildcards = false
        for place in 0..<count {
            let slot = slots + place * OriginSlot.wordCount
            let kind = word(slot + OriginSlot.kind)
            guard kind != OriginSlot.Kind.empty else { continue }
            try verifyOrigin(slot)
            if (OriginSlot.Kind.oneLabel...OriginSlot.Kind.every).contains(kind) { hasWildcards = true }
            try requireReachable(slots, count, place, size: OriginSlot.wordCount, hash: originHash(slot)) {
                $0.word($1 + OriginSlot.kind) == 0
            }
        }
        guard hasWildcards == (flags & Record.wildcards != 0) else {
            throw error("flags and table differ about wildcards", at: origins)
        }
    }

    private mutating func verifyOrigin(_ slot: Int) throws(PlanError) {
        try requireText(slot + OriginSlot.schemeOffset, "scheme of an origin")
        try requireText(slot + OriginSlot.hostOffset, "host of an origin")
        try requireSource(slot + OriginSlot.source)
        try requireWord(slot + OriginSlot.port, atMost: OriginSlot.portAny, "port of an origin")
        try requireWord(slot + OriginSlot.kind, atMost: OriginSlot.Kind.refused, "kind of origin")
        let isEvery = word(slot + OriginSlot.kind) == OriginSlot.Kind.every
        guard word(slot + OriginSlot.schemeLength) > 0, (word(slot + OriginSlot.hostLength) == 0) == isEvery else {
            throw error("an origin without scheme or host", at: slot)
        }
        guard word(slot + OriginSlot.hash) == originHash(slot) else {
            throw error("the hash of an origin is wrong", at: slot)
        }
    }

    private func originHash(_ slot: Int) -> UInt32 {
        var scheme = TextHash.seed
        let schemeOffset = index(slot + OriginSlot.schemeOffset)
        for offset in schemeOffset..<(schemeOffset + index(slot + OriginSlot.schemeLength)) {
            scheme = TextHash.adding(byte(offset), to: scheme)
        }
        var host = TextHash.seed
        let hostOffset = index(slot + OriginSlot.hostOffset)
        for offset in (hostOffset..<(hostOffset + index(slot + OriginSlot.hostLength))).reversed() {
            host = TextHash.adding(byte(offset), to: host)
        }
        return OriginHash.slot(reversedHost: host, scheme: scheme, port: word(slot + OriginSlot.port))
    }
}
