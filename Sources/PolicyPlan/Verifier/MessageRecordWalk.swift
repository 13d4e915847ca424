/// The records of tokens and messages.
extension RecordWalk {
    /// Verifies a token check.
    mutating func verifyToken(_ token: Int) throws(PlanError) {
        typealias Record = TokenRecord
        try require(token, size: Record.wordCount, "token check")
        guard isNew(.token, token) else { return }
        let sources = index(token + Record.sourceList)
        let sourceCount = index(token + Record.sourceCount)
        try require(sources, sourceCount, size: TokenSourceRecord.wordCount, "places of a token")
        for place in 0..<sourceCount {
            let source = sources + place * TokenSourceRecord.wordCount
            try requireWord(source + TokenSourceRecord.kind, atMost: 3, "place of a token")
            try requireText(source + TokenSourceRecord.nameOffset, "place of a token")
            try requireSource(source + TokenSourceRecord.source)
        }
        let keys = index(token + Record.keyList)
        let keyCount = index(token + Record.keyCount)
        try require(keys, keyCount, size: TokenKeyRecord.wordCount, "keys")
        for place in 0..<keyCount {
            let key = keys + place * TokenKeyRecord.wordCount
            try requireWord(key + TokenKeyRecord.kind, atMost: 3, "kind of key")
            try requireWord(key + TokenKeyRecord.encoding, atMost: 3, "encoding of a key")
            try requireText(key + TokenKeyRecord.nameOffset, "name of a key")
            try requireSource(key + TokenKeyRecord.source)
        }
        try requireWord(token + Record.absent, atMost: 1, "word of absent")
        try requireWord(token + Record.algorithms, atMost: 0x1FFF, "algorithm")
        try requireWord(token + Record.expiryRequired, atMost: 1, "word of expiry")
        try requireWord(token + Record.closesAtExpiry, atMost: 1, "word of atExpiry")
        try requireWord(token + Record.revokedShared, atMost: 1, "share of who is refused")
        if word(token + Record.issuerOffset) != none { try requireText(token + Record.issuerOffset, "issuer") }
        if word(token + Record.audienceCount) != none {
            try requireTexts(list: token + Record.audienceList, "audience")
        }
        try requireTexts(list: token + Record.subjectList, "pointer to the subject")
        try requireTexts(list: token + Record.revokedList, "lists of who is refused")
        try requireTexts(list: token + Record.renewList, "pointer to the token of a renewing message")
        if word(token + Record.messageCount) != none {
            try requireTexts(list: token + Record.messageList, "pointer to the token of a message")
        }
        if word(token + Record.introspectionOffset) != none {
            try requireText(token + Record.introspectionOffset, "address that is asked about tokens")
        }
        for field in [Record.clockSkewLow, Record.lifetimeLow, Record.introspectionCacheLow] {
            let duration = wide(token + field)
            guard duration <= PlanLimits.period || (field == Record.lifetimeLow && duration == .max) else {
                throw error("a duration out of range", at: token + field)
            }
        }
        for field in [
            Record.absentSource, Record.algorithmsSource, Record.keysSource, Record.issuerSource, Record.audienceSource,
            Record.expirySource, Record.lifetimeSource, Record.subjectSource, Record.closesSource,
            Record.revokedSource, Record.revokedSharedSource, Record.messageSource, Record.renewSource,
            Record.introspectionSource,
        ] {
            try requireSource(token + field)
        }
        for field in [Record.claimsRoot, Record.structureRoot]
        where field == Record.structureRoot || word(token + field) != none {
            guard contents[word(token + field)] != nil else { throw error("no such content", at: token + field) }
        }
        try requireLimits(list: token + Record.attemptsList, "limits of attempts") {
            $1.isFrequency($0) && !$1.needsIdentity($0)
        }
    }

    /// Verifies a message check.
    mutating func verifyMessages(_ messages: Int) throws(PlanError) {
        typealias Record = MessageRecord
        try require(messages, size: Record.wordCount, "message check")
        guard isNew(.messages, messages) else { return }
        try requireWord(messages + Record.format, atMost: 3, "format")
        for field in [
            Record.formatSource, Record.section, Record.depthSource, Record.duplicateKeysSource,
            Record.interoperableSource, Record.typesSource, Record.batchSource, Record.firstSource,
        ] {
            try requireSource(messages + field)
        }
        let types = index(messages + Record.typeList)
        let typeCount = index(messages + Record.typeCount)
        try require(types, typeCount, size: MessageTypeRecord.wordCount, "message types")
        let first = word(messages + Record.firstType)
        guard first == none || first < typeCount else {
            throw error("no such message type", at: messages + Record.firstType)
        }
        for place in 0..<typeCount { try verifyMessageType(types + place * MessageTypeRecord.wordCount) }
        guard word(messages + Record.contentRoot) != none else { return }
        guard let contentTypes = contents[word(messages + Record.contentRoot)] else {
            throw error("no such content", at: messages + Record.contentRoot)
        }
        guard contentTypes == typeCount else {
            throw error("the content has \(contentTypes) types, the messages \(typeCount)", at: messages)
        }
    }

    private mutating func verifyMessageType(_ type: Int) throws(PlanError) {
        typealias Record = MessageTypeRecord
        try requireText(type + Record.nameOffset, "name of a message type")
        try requireSource(type + Record.source)
        guard (1...PlanLimits.cost).contains(word(type + Record.cost)) else {
            throw error("a cost out of range", at: type + Record.cost)
        }
        try requireLimits(list: type + Record.rateList, "limits of a message type") { $1.isFrequency($0) }
    }
}
