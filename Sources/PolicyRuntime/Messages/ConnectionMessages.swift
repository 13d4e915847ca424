import PolicyPlan
public import WebSocketProtocol

// Whole messages of both directions: rates, content, order and types.
extension ConnectionGuard {
    /// A whole message in one call, where the caller sees no frames.
    public mutating func receive(
        message bytes: Span<UInt8>,
        opcode: Opcode,
        at moment: Moment
    ) -> EventDecision {
        guard !isClosed else { return .closed }
        observed = ViolationSet()
        if let fault = deadline(at: moment) { return .close(fault) }
        guard !assembly.isOpen else {
            return .close(closing(.protocolError, defaultSource, "a new message begins inside another"))
        }
        if let fault = formatFault(opcode, .fromClient) { return .close(fault) }
        if UInt64(bytes.count) > mostBytes { return .close(messageTooLarge()) }
        message.replaceAll(with: bytes, keeping: 1 << 16)
        return decide(opcode, at: moment)
    }

    /// A whole message that the server is about to send.
    ///
    /// Limits and activity are the client's: of them only the deadlines and the types' own rates hold here.
    ///
    /// - Parameters:
    ///   - bytes: its payload.
    ///   - opcode: text or binary.
    ///   - moment: when.
    /// - Returns: whether it may be sent; `wait` while the client's token is awaited, before which nothing is.
    public mutating func send(
        message bytes: Span<UInt8>,
        opcode: Opcode,
        at moment: Moment
    ) -> EventDecision {
        guard !isClosed else { return .closed }
        observed = ViolationSet()
        if let fault = deadline(at: moment) { return .close(fault) }
        guard awaiting < 0 else { return .wait }
        let checks = facts.server
        if checks.enforced == none, checks.observed == none,
            opcode == .binary || UTF8Validator.firstInvalidOffset(in: bytes) == nil
        {
            // Nothing but UTF-8 is asked of it, and nothing is kept.
            return .forward(type: -1)
        }
        if let fault = formatFault(opcode, .fromServer) { return .close(fault) }
        serverMessage.replaceAll(with: bytes, keeping: 1 << 16)
        return content(opcode, .fromServer, at: moment)
    }

    /// The message in `message` is whole.
    mutating func decide(_ opcode: Opcode, at moment: Moment) -> EventDecision {
        messageOpcode = opcode
        latest = max(latest, moment.ticks)
        activeAt = latest
        if awaiting >= 0, asked != nil {
            let source = engine.plan.view.word(awaiting + TokenRecord.messageSource)
            return .close(closing(.tokenMissing, source, "another message came before the token's was decided"))
        }
        if facts.hasRates, let decision = takeRates() { return decision }
        if awaiting >= 0, let decision = authenticate(opcode, at: moment) { return decision }
        return content(opcode, .fromClient, at: moment)
    }

    /// What a rate of messages or bytes decides; nil where all of them still allow the message.
    @inline(never)
    mutating func takeRates() -> EventDecision? {
        if let fault = takeAll(
            RouteRecord.messageRateList,
            RouteRecord.messageRateCount,
            cost: 1,
            .messageRate,
            "more messages than this limit allows"
        ) {
            return exceeded(fault)
        }
        if message.count > 0,
            let fault = takeAll(
                RouteRecord.byteRateList,
                RouteRecord.byteRateCount,
                cost: UInt64(message.count),
                .byteRate,
                "more bytes than this limit allows"
            )
        {
            return exceeded(fault)
        }
        return nil
    }

    /// `onExceeded: drop` keeps the connection.
    mutating func exceeded(_ fault: Fault) -> EventDecision {
        guard engine.plan.view.word(record + RouteRecord.onExceeded) == 1 else {
            close()
            return .close(fault)
        }
        return .drop(fault)
    }

    mutating func content(
        _ opcode: Opcode,
        _ direction: MessageDirection,
        at moment: Moment
    ) -> EventDecision {
        let checks = facts[direction]
        if checks.contentRoot != none, let type = accepted(by: checks.contentRoot, direction) {
            if type >= 0 {
                if let fault = takeType(type, checks.enforced) { return exceeded(fault) }
            } else if let fault = takeBatch(checks.enforced, direction) {
                return exceeded(fault)
            }
            if checks.firstType != none, let fault = outOfOrder(type, checks) { return .close(fault) }
            if checks.observed != none { observe(opcode, direction) }
            if direction == .fromClient { hasBegun = true }
            if type >= 0, type == facts.renewingType, direction == .fromClient, identity != nil, !isIdentityObserved {
                return renew(at: moment)
            }
            return .forward(type: type)
        }
        return contentWithFaults(opcode, direction)
    }

    /// The type of a message without any fault; nil where it has one.
    @inline(__always)
    mutating func accepted(by root: UInt32, _ direction: MessageDirection) -> Int? {
        let program = engine.plan.view.program
        return switch direction {
        case .fromClient: ContentChecker.accepts(program: program, root: root, message: message, scratch: &scratch)
        case .fromServer:
            ContentChecker.accepts(program: program, root: root, message: serverMessage, scratch: &scratch)
        }
    }

    @inline(never)
    mutating func contentWithFaults(_ opcode: Opcode, _ direction: MessageDirection) -> EventDecision {
        let enforced = facts[direction].enforced
        let check = read(enforced, opcode, direction)
        var warning: Fault?
        if let fault = check.fault {
            let made = fault.made(record, direction, engine.plan.view)
            switch fault.action {
            case .close:
                close(keepingMessage: true)
                return .close(made)
            case .drop: return .drop(made)
            case .warn: warning = made
            }
        }
        if check.type >= 0 {
            if let fault = takeType(check.type, enforced) { return exceeded(fault) }
        } else if facts[direction].contentRoot != none, let fault = takeBatch(enforced, direction) {
            return exceeded(fault)
        }
        if facts[direction].firstType != none, let fault = outOfOrder(check.type, facts[direction]) {
            return .close(fault)
        }
        if facts[direction].observed != none { observe(opcode, direction) }
        if direction == .fromClient { hasBegun = true }
        if let warning { return .warn(warning, type: check.type) }
        return .forward(type: check.type)
    }

    /// A message whose type does not come first and once (`messages.first`).
    @inline(never)
    mutating func outOfOrder(_ type: Int, _ checks: TrafficFacts.Direction) -> Fault? {
        guard (type == Int(checks.firstType)) == hasBegun else { return nil }
        let source = engine.plan.view.word(Int(checks.enforced) + MessageRecord.firstSource)
        return closing(
            .ruleDenied,
            source,
            hasBegun ? "the message's type is that of the first message alone" : "the first message has another type"
        )
    }

    /// What one check says of the whole message of a direction.
    mutating func read(
        _ messages: UInt32,
        _ opcode: Opcode,
        _ direction: MessageDirection
    ) -> (fault: MessageContent.Found?, type: Int) {
        let plan = engine.plan.view
        return switch direction {
        case .fromClient: MessageContent.check(messages, opcode, message, &scratch, plan)
        case .fromServer: MessageContent.check(messages, opcode, serverMessage, &scratch, plan)
        }
    }

    mutating func close(keepingMessage: Bool) {
        isClosed = true
        holds.giveBack()
    }

    /// The rest of the type's cost, then its own rates.
    mutating func takeType(_ type: Int, _ messages: UInt32) -> Fault? {
        let plan = engine.plan.view
        let entry = plan.index(Int(messages) + MessageRecord.typeList) + type * MessageTypeRecord.wordCount
        let cost = plan.word(entry + MessageTypeRecord.cost)
        if cost > 1,
            let fault = takeAll(
                RouteRecord.messageRateList,
                RouteRecord.messageRateCount,
                cost: UInt64(cost) - 1,
                .messageRate,
                "the message's type costs more than this limit still allows"
            )
        {
            return fault
        }
        return takeList(
            plan.index(entry + MessageTypeRecord.rateList),
            plan.index(entry + MessageTypeRecord.rateCount),
            cost: 1,
            .messageRate,
            "more messages of this type than its rate allows"
        )
    }

    /// What the observing message check would have refused.
    mutating func observe(_ opcode: Opcode, _ direction: MessageDirection) {
        let plan = engine.plan.view
        let messages = facts[direction].observed
        if MessageContent.isForbidden(opcode, messages, plan) {
            observed.insert(.binaryForbidden)
            return
        }
        let check = read(messages, opcode, direction)
        if let fault = check.fault {
            observed.insert(fault.violation)
        } else if direction == .fromClient, plan.word(Int(messages) + MessageRecord.firstType) != none,
            (check.type == plan.index(Int(messages) + MessageRecord.firstType)) == hasBegun
        {
            observed.insert(.ruleDenied)
        }
        guard check.type >= 0 else {
            guard plan.word(Int(messages) + MessageRecord.contentRoot) != none else { return }
            return observeBatch(messages)
        }
        let entry = plan.index(Int(messages) + MessageRecord.typeList) + check.type * MessageTypeRecord.wordCount
        let fault = takeList(
            plan.index(entry + MessageTypeRecord.rateList),
            plan.index(entry + MessageTypeRecord.rateCount),
            cost: 1,
            .messageRate,
            "more messages of this type than its rate allows",
            observedOnly: true
        )
        if let fault { observed.insert(fault.violation) }
    }
}
