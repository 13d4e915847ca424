import WebSocketProtocol

extension PlanLister {
    /// Names an address table, and lists the intervals that hold something.
    mutating func addressTable(_ table: Int) -> String {
        var columns = TextColumns(indent: 2)
        let v4 = view.index(table + AddressTable.v4List)
        let v4Count = view.index(table + AddressTable.v4Count)
        for place in 0..<v4Count where view.word(v4 + 2 * place + 1) != none {
            let first = view.word(v4 + 2 * place)
            let last = place + 1 < v4Count ? view.word(v4 + 2 * place + 2) &- 1 : .max
            columns.add("\(IPAddress(v4: first)) – \(IPAddress(v4: last))", self.place(v4 + 2 * place + 1))
        }
        let v6 = view.index(table + AddressTable.v6List)
        let v6Count = view.index(table + AddressTable.v6Count)
        for place in 0..<v6Count where view.word(v6 + 5 * place + 4) != none {
            let first = address(v6 + 5 * place)
            let last = place + 1 < v6Count ? Self.before(address(v6 + 5 * place + 5)) : IPAddress(high: .max, low: .max)
            columns.add("\(first) – \(last)", self.place(v6 + 5 * place + 4))
        }
        return named(table, "addresses", columns.lines)
    }

    private func address(_ index: Int) -> IPAddress {
        let high = UInt64(view.word(index)) << 32 | UInt64(view.word(index + 1))
        let low = UInt64(view.word(index + 2)) << 32 | UInt64(view.word(index + 3))
        return IPAddress(high: high, low: low)
    }

    private static func before(_ address: IPAddress) -> IPAddress {
        address.low == 0
            ? IPAddress(high: address.high &- 1, low: .max) : IPAddress(high: address.high, low: address.low &- 1)
    }

    /// A token check in one line, its details as a table.
    mutating func token(_ record: Int) -> String {
        typealias Field = TokenRecord
        var columns = TextColumns(indent: 2)
        let kinds = ["query", "header", "cookie", "subprotocol"]
        for index in 0..<view.index(record + Field.sourceCount) {
            let source = view.index(record + Field.sourceList) + index * TokenSourceRecord.wordCount
            let kind = kinds[view.index(source + TokenSourceRecord.kind)]
            columns.add(
                "from",
                "\(kind) \(text(source + TokenSourceRecord.nameOffset))",
                place(source + TokenSourceRecord.source)
            )
        }
        if view.word(record + Field.messageCount) != none {
            let pointer = texts(record + Field.messageList).joined(separator: "/")
            columns.add("from", "first message /\(pointer)", place(record + Field.messageSource))
        }
        let algorithms = [
            "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
            "EdDSA",
        ]
        let bits = view.word(record + Field.algorithms)
        let names = algorithms.indices.filter { bits >> UInt32($0) & 1 == 1 }.map { algorithms[$0] }
        if bits != 0 {
            columns.add("algorithms", names.joined(separator: ", "), place(record + Field.algorithmsSource))
        }
        let encodings = ["", ", base64url", ", base64", ", hex"]
        for index in 0..<view.index(record + Field.keyCount) {
            let key = view.index(record + Field.keyList) + index * TokenKeyRecord.wordCount
            let kind = ["env", "file", "jwks", "jwks"][view.index(key + TokenKeyRecord.kind)]
            let encoding = encodings[view.index(key + TokenKeyRecord.encoding)]
            columns.add(
                "key",
                "\(kind) \(text(key + TokenKeyRecord.nameOffset))\(encoding)",
                place(key + TokenKeyRecord.source)
            )
        }
        if view.word(record + Field.introspectionOffset) != none {
            let kept = view.wide(record + Field.introspectionCacheLow)
            let cache = kept == 0 ? "" : ", kept \(QuantityText.duration(nanoseconds: kept))"
            columns.add(
                "asked at",
                "\(text(record + Field.introspectionOffset))\(cache)",
                place(record + Field.introspectionSource)
            )
        }
        if view.word(record + Field.issuerOffset) != none {
            columns.add("issuer", text(record + Field.issuerOffset), place(record + Field.issuerSource))
        }
        let hasAudience = view.word(record + Field.audienceCount) != none
        columns.add(
            "audience",
            hasAudience ? texts(record + Field.audienceList).joined(separator: ", ") : "must be absent",
            place(record + Field.audienceSource)
        )
        columns.add(
            "expiry",
            view.word(record + Field.expiryRequired) == 1 ? "required" : "optional",
            place(record + Field.expirySource)
        )
        columns.add("clock skew", QuantityText.duration(nanoseconds: view.wide(record + Field.clockSkewLow)))
        columns.add(
            "lifetime",
            bound(record + Field.lifetimeLow) { QuantityText.duration(nanoseconds: $0) },
            place(record + Field.lifetimeSource)
        )
        columns.add(
            "subject",
            "/" + texts(record + Field.subjectList).joined(separator: "/"),
            place(record + Field.subjectSource)
        )
        columns.add("structure", content(view.word(record + Field.structureRoot)))
        columns.add("claims", content(view.word(record + Field.claimsRoot)))
        columns.add(
            "at expiry",
            view.word(record + Field.closesAtExpiry) == 1 ? "close" : "ignore",
            place(record + Field.closesSource)
        )
        if view.word(record + Field.renewCount) > 0 {
            let pointer = texts(record + Field.renewList).joined(separator: "/")
            columns.add("renewed", "at /\(pointer)", place(record + Field.renewSource))
        }
        for path in texts(record + Field.revokedList) {
            columns.add("revoked", path, place(record + Field.revokedSource))
        }
        if view.word(record + Field.revokedShared) == 1 {
            columns.add("revoked", "over all instances", place(record + Field.revokedSharedSource))
        }
        for index in 0..<view.index(record + Field.attemptsCount) {
            columns.add("attempts", "limit \(view.word(view.index(record + Field.attemptsList) + index))")
        }
        let absent = view.word(record + Field.absent) == 0 ? "deny" : "allow"
        return named(record, "token", columns.lines) + "; no token: \(absent)"
    }

    /// A message check in one line, its types as a table.
    mutating func messages(_ record: Int) -> String {
        typealias Field = MessageRecord
        let format = ["json", "text", "binary", "any"][view.index(record + Field.format)]
        var parts = [format]
        if view.word(record + Field.contentRoot) != none {
            let root = view.word(record + Field.contentRoot)
            parts.append(content(root))
            let items = view.program.word(at: Int(root) + ProgramLayout.Root.batchItems)
            if items > 0 { parts.append("a batch of \(items) at most") }
        }
        if view.word(record + Field.firstType) != none {
            parts.append("type \(view.word(record + Field.firstType)) first and once")
        }
        let count = view.index(record + Field.typeCount)
        if count > 0 {
            var columns = TextColumns(indent: 2)
            for index in 0..<count {
                let type = view.index(record + Field.typeList) + index * MessageTypeRecord.wordCount
                let rates = (0..<view.index(type + MessageTypeRecord.rateCount)).map {
                    "limit \(view.word(view.index(type + MessageTypeRecord.rateList) + $0))"
                }
                columns.add(
                    "\(index)",
                    text(type),
                    "counts \(view.word(type + MessageTypeRecord.cost))",
                    rates.joined(separator: ", "),
                    place(type + MessageTypeRecord.source)
                )
            }
            parts.append(named(record, "types", columns.lines))
        }
        return parts.joined(separator: ", ")
    }

    private func content(_ root: UInt32) -> String {
        root == none ? "none" : "content \(root)"
    }
}
