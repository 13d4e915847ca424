import WebSocketProtocol

/// The policy record, its limits and its routes.
extension RecordWalk {
    /// Verifies the policy and all that it reaches.
    mutating func verifyPolicy(_ policy: Int) throws(PlanError) {
        typealias Record = PolicyRecord
        try require(policy, size: Record.wordCount, "policy")
        try requireText(policy + Record.nameOffset, "name")
        try requireWord(policy + Record.target, atMost: 3, "target")
        try requireWord(policy + Record.addressSource, atMost: 2, "source of client addresses")
        try requireSource(policy + Record.handshakeBytesSource)
        try requireSource(policy + Record.handshakeTimeSource)
        try requireSource(policy + Record.defaultSource)
        try verifyLimits(index(policy + Record.limitList), index(policy + Record.limitCount))

        let trusted = index(policy + Record.trustedList)
        let trustedCount = index(policy + Record.trustedCount)
        try require(trusted, trustedCount, size: 1, "trusted proxies")
        for place in trusted..<(trusted + trustedCount) { try verifyAddresses(index(place)) }

        let routes = index(policy + Record.routeList)
        routeCount = index(policy + Record.routeCount)
        try require(routes, routeCount, size: RouteRecord.wordCount, "routes")
        for route in 0..<routeCount { try verifyRoute(routes + route * RouteRecord.wordCount) }
        try verifyRoute(index(policy + Record.unrouted))

        guard word(policy + Record.pathRoot) != none else {
            guard routeCount > 0 else { throw error("no route", at: policy + Record.routeCount) }
            return
        }
        try verifyPath(index(policy + Record.pathRoot))
    }

    private mutating func verifyLimits(_ list: Int, _ count: Int) throws(PlanError) {
        try require(list, count, size: LimitRecord.wordCount, "limits")
        limitList = list
        limitCount = count
        for index in 0..<count { try verifyLimit(list + index * LimitRecord.wordCount) }
    }

    private mutating func verifyLimit(_ limit: Int) throws(PlanError) {
        typealias Record = LimitRecord
        try requireWord(limit + Record.mode, atMost: 1, "mode")
        try requireWord(limit + Record.per, atMost: 5, "kind of key")
        try requireWord(limit + Record.v4Bits, atMost: 32, "prefix length")
        try requireWord(limit + Record.v6Bits, atMost: 128, "prefix length")
        try requireWord(limit + Record.quantity, atMost: 2, "kind of limit")
        try requireWord(limit + Record.shared, atMost: 1, "share of a limit")
        guard word(limit + Record.shared) == 0 || (word(limit + Record.quantity) != 2 && word(limit + Record.per) != 0)
        else {
            throw error("a shared limit that cannot be", at: limit + Record.shared)
        }
        try requireTexts(list: limit + Record.claimList, "claim of a limit")
        try requireSource(limit + Record.source)
        guard word(limit + Record.per) != 5 || word(limit + Record.claimCount) > 0 else {
            throw error("a limit per claim without a claim", at: limit)
        }
        let isWindow = word(limit + Record.quantity) == 1
        let most = isWindow ? PlanLimits.windowCount : PlanLimits.count
        guard (1...most).contains(wide(limit + Record.countLow)) else {
            throw error("a limit's count is out of range", at: limit + Record.countLow)
        }
        guard (1...PlanLimits.tableSize).contains(word(limit + Record.tableSize)) else {
            throw error("a limit's table is out of range", at: limit + Record.tableSize)
        }
        guard word(limit + Record.quantity) != 2 else { return }
        guard (1...PlanLimits.period).contains(wide(limit + Record.periodLow)) else {
            throw error("a limit's period is out of range", at: limit + Record.periodLow)
        }
        guard isWindow || (1...PlanLimits.count).contains(wide(limit + Record.burstLow)) else {
            throw error("a limit's burst is out of range", at: limit + Record.burstLow)
        }
    }

    private mutating func verifyRoute(_ route: Int) throws(PlanError) {
        typealias Record = RouteRecord
        try require(route, size: Record.wordCount, "route")
        guard isNew(.route, route) else { return }
        try requireText(route + Record.patternOffset, "path of a route")
        for field in [
            Record.source, Record.frameBytesSource, Record.messageBytesSource, Record.fragmentsSource,
            Record.idleTimeoutSource, Record.lifetimeSource, Record.beforeBytesSource, Record.beforeWithinSource,
            Record.outboundBytesSource,
        ] {
            try requireSource(route + field)
        }
        let steps = index(route + Record.stepList)
        let stepCount = index(route + Record.stepCount)
        try require(steps, stepCount, size: StepRecord.wordCount, "steps")
        for step in 0..<stepCount { try verifyStep(steps + step * StepRecord.wordCount) }
        try verifyAnswers(index(route + Record.answers))
        try verifyHeaders(index(route + Record.headerList), index(route + Record.headerCount))
        for list in [Record.controlList, Record.messageRateList, Record.byteRateList] {
            try requireLimits(list: route + list, "limits of a route") { $1.isFrequency($0) }
        }
        try requireWord(route + Record.onExceeded, atMost: 1, "answer to an exceeded limit")
        try requireWord(route + Record.onStoreFailure, atMost: 1, "answer to a failing store")
        for field in Record.messageFields where word(route + field) != none {
            try verifyMessages(index(route + field))
        }
        if word(route + Record.renewingType) != none {
            let messages = word(route + Record.enforcedMessages)
            guard messages != none,
                word(route + Record.renewingType) < word(Int(messages) + MessageRecord.typeCount)
            else { throw error("no such type of messages", at: route + Record.renewingType) }
        }
        if word(route + Record.selectableCount) != none {
            try requireTexts(list: route + Record.selectableList, "selectable subprotocols")
        }
    }

    private mutating func verifyAnswers(_ answers: Int) throws(PlanError) {
        try require(answers, 1 + Violation.allCases.count, size: AnswerRecord.wordCount, "answers")
        guard isNew(.answers, answers) else { return }
        for violation in Violation.allCases {
            let answer = answers + Int(violation.rawValue) * AnswerRecord.wordCount
            try requireWord(answer + AnswerRecord.delivery, atMost: 1, "delivery")
            let status = word(answer + AnswerRecord.status)
            guard status == 0 || (400...599).contains(status) else {
                throw error("a status that refuses nothing", at: answer + AnswerRecord.status)
            }
            guard let code = UInt16(exactly: word(answer + AnswerRecord.closeCode)),
                CloseCode.isSendable(byServer: code)
            else {
                throw error("a close code that must not be sent", at: answer + AnswerRecord.closeCode)
            }
            try requireText(answer + AnswerRecord.reasonOffset, "reason")
            guard word(answer + AnswerRecord.reasonLength) <= 123 else {
                throw error("a reason over 123 bytes", at: answer + AnswerRecord.reasonLength)
            }
            let start = index(answer + AnswerRecord.reasonOffset)
            let reason = (start..<(start + index(answer + AnswerRecord.reasonLength))).map { byte($0) }
            guard UTF8Validator.firstInvalidOffset(in: reason.span) == nil else {
                throw error("a reason that is not UTF-8", at: answer + AnswerRecord.reasonOffset)
            }
        }
    }

    /// Names and values are sent as they are: a line break in one would begin another field.
    private mutating func verifyHeaders(_ list: Int, _ count: Int) throws(PlanError) {
        try require(list, count, size: 4, "response headers")
        for place in 0..<count {
            let entry = list + 4 * place
            try requireText(entry, "name of a response header")
            try requireText(entry + 2, "value of a response header")
            for text in [entry, entry + 2] {
                let isName = text == entry
                guard !isName || word(text + 1) > 0 else { throw error("a response header without name", at: text) }
                for offset in index(text)..<(index(text) + index(text + 1)) {
                    let byte = self.byte(offset)
                    let isAllowed = isName ? byte > 0x20 && byte < 0x7F && byte != 0x3A : byte >= 0x20 || byte == 0x09
                    guard isAllowed, byte != 0x7F else {
                        throw error("a control character in a response header", at: text)
                    }
                }
            }
        }
    }

    /// Whether the limit whose record stands at `limit` counts over time.
    func isFrequency(_ limit: Int) -> Bool {
        word(limit + LimitRecord.quantity) != 2
    }

    /// Whether the limit's key is known only with a token.
    func needsIdentity(_ limit: Int) -> Bool {
        word(limit + LimitRecord.per) == 2 || word(limit + LimitRecord.per) == 5
    }
}
