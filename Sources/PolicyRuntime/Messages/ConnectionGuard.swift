import PolicyPlan
public import WebSocketProtocol

/// One open connection: decides each frame and each message, and knows its deadlines.
///
/// It performs nothing: what it decides, its owner does. It is given back to the engine's counts once, when it is closed or
/// goes away.
public struct ConnectionGuard: ~Copyable {
    let engine: PolicyEngine
    let record: Int
    let route: Int
    let client: ClientAddress
    private(set) var identity: TokenIdentity?
    /// The token check whose token the first message is to bring; -1 where none is awaited.
    private(set) var awaiting: Int
    let facts: TrafficFacts
    /// The tick at which the connection has lived long enough; all ones: never.
    let livesUntil: UInt64
    /// The tick at which the awaited token must have come; all ones: none is awaited.
    var tokenUntil = UInt64.max
    /// What is asked about the token of a message, and whether it renews one; nil while nothing is.
    private(set) var asked: (question: TokenQuestion, renews: Bool)?
    private var questionCount: UInt64 = 0
    /// Whether a message of the client was delivered.
    private var hasBegun = false
    /// Nanoseconds since 1970 at which the token closes the connection; the largest number: never.
    var closesAt: Int64
    /// The revision of the lists of revoked tokens that was looked at last; the largest number where nobody can be revoked.
    var revocations: UInt64
    private var holds: CountHolds
    var counters: ConnectionCounters

    private var assembly = MessageAssembly()
    /// The client's message so far.
    var message = PaddedBytes()
    /// The server's message that was decided last.
    private var serverMessage = PaddedBytes()
    /// The payload of the control frame that arrives.
    var control: [UInt8] = []
    private var frame: FrameHeader?
    private var frameReceived: UInt64 = 0
    /// Bytes of the header that was accepted last.
    package private(set) var headerByteCount = 0
    /// Text or binary: what the message is that was decided last.
    package private(set) var messageOpcode = Opcode.text
    var scratch = ContentScratch()

    /// Text is looked at as it arrives: what is not UTF-8 closes at once, before the message is whole.
    package var checksTextEarly = false
    /// How far an unfinished text message is UTF-8.
    private var text = UTF8Stream()
    private var hasIllFormedText = false
    /// The payload of our last ping; nil where it was answered.
    var awaitedPong: UInt64?

    var activeAt: UInt64
    private var latest: UInt64
    var isClosed = false
    /// What sections in observe mode would have refused at the last event.
    public internal(set) var observed = ViolationSet()

    init(_ engine: PolicyEngine, _ facts: inout HandshakeFacts, _ holds: consuming CountHolds, at moment: Moment) {
        self.engine = engine
        record = facts.record
        route = facts.route
        client = facts.client
        identity = facts.identity
        self.holds = holds
        counters = ConnectionCounters()
        self.facts = engine.traffic[facts.route]
        let (end, isEndless) = moment.ticks.addingReportingOverflow(self.facts.lifetime)
        livesUntil = self.facts.lifetime == .max || isEndless ? .max : end
        closesAt = identity?.closesAt ?? .max
        // Looked at once more with the first event: a list may have changed since the token was verified.
        revocations = identity == nil || engine.revocations == nil ? .max : 0
        awaiting = facts.awaiting
        if awaiting >= 0 {
            let (end, isEndless) = moment.ticks.addingReportingOverflow(self.facts.beforeTokenWithin)
            tokenUntil = isEndless ? .max : end
        }
        activeAt = moment.ticks
        latest = moment.ticks
    }

    /// Ends the connection's part in every count; a second call does nothing.
    public mutating func close() {
        isClosed = true
        holds.giveBack()
        message.removeAll(keeping: 0)
        serverMessage.removeAll(keeping: 0)
    }

    // MARK: Deadlines

    /// Time has passed: the deadline that is met, in the language's order; nil while none is.
    public mutating func tick(at moment: Moment) -> Fault? {
        guard !isClosed else { return nil }
        observed = ViolationSet()
        return deadline(at: moment)
    }

    /// Meets the deadlines at an event's own time; a connection that meets one is closed.
    @inline(__always)
    mutating func deadline(at moment: Moment) -> Fault? {
        let now = max(latest, moment.ticks)
        latest = now
        // Never more than unlimited: both are all ones then.
        let isDue =
            moment.unixNanoseconds >= closesAt || now &- activeAt >= facts.idle || now >= livesUntil
            || now >= tokenUntil || hasOtherRevocations
        return isDue ? metDeadline(at: moment) : nil
    }

    /// Whether the lists of revoked tokens changed since this connection was compared with them.
    @inline(__always)
    private var hasOtherRevocations: Bool {
        revocations != .max && engine.revocations?.revision != revocations
    }

    /// Whether the connection's token, or its subject, is revoked now.
    private mutating func isRevoked() -> Bool {
        guard hasOtherRevocations, let lists = engine.revocations, let identity else { return false }
        revocations = lists.revision
        return lists.holds(id: identity.id, subject: identity.subject, record: tokenRecord, engine.plan.view)
    }

    /// The first deadline that is met, in the language's order.
    @inline(never)
    private mutating func metDeadline(at moment: Moment) -> Fault? {
        let plan = engine.plan.view
        if tokenUntil != .max, latest >= tokenUntil {
            let source = plan.word(record + RouteRecord.beforeWithinSource)
            return closing(.tokenTimeout, source, "no token has come for as long as the limit allows")
        }
        if moment.unixNanoseconds >= closesAt, closesAt != .max {
            return closing(.tokenExpired, plan.word(tokenRecord + TokenRecord.closesSource), "the token's time is over")
        }
        if isRevoked() {
            let source = plan.word(tokenRecord + TokenRecord.revokedSource)
            return closing(.tokenRevoked, source, "the token, or its subject, has been revoked")
        }
        if facts.idle != .max, latest &- activeAt >= facts.idle {
            let source = plan.word(record + RouteRecord.idleTimeoutSource)
            return closing(.idleTimeout, source, "no message has come for as long as the limit allows")
        }
        if livesUntil != .max, latest >= livesUntil {
            let source = plan.word(record + RouteRecord.lifetimeSource)
            return closing(.lifetimeReached, source, "the connection is as old as the limit allows")
        }
        return nil
    }

    /// The record of the route's token check; only asked where an identity came from one.
    private var tokenRecord: Int {
        let plan = engine.plan.view
        let list = plan.index(record + RouteRecord.stepList)
        for place in 0..<plan.index(record + RouteRecord.stepCount) {
            let step = list + place * StepRecord.wordCount
            if plan.word(step + StepRecord.kind) == StepKind.token.rawValue {
                return plan.index(step + StepRecord.operand)
            }
        }
        return 0
    }

    // MARK: Frames

    /// A frame's header, from its first byte on: decided before the payload arrives.
    ///
    /// - Parameters:
    ///   - bytes: what has arrived of it.
    ///   - moment: when.
    /// - Returns: `incomplete` while bytes are missing.
    public mutating func receive(header bytes: Span<UInt8>, at moment: Moment) -> HeaderDecision {
        guard !isClosed else { return .closed }
        observed = ViolationSet()
        if let fault = deadline(at: moment) { return .close(fault) }
        let header: FrameHeader
        do throws(FrameHeaderError) {
            guard let parsed = try FrameHeader.parse(bytes) else { return .incomplete }
            try parsed.validateFromClient()
            header = parsed
        } catch {
            return .close(protocolError(error))
        }
        if let fault = check(header) { return .close(fault) }
        frame = header
        frameReceived = 0
        headerByteCount = header.headerByteCount
        return .accepted(payloadByteCount: header.payloadLength)
    }

    private mutating func protocolError(_ error: FrameHeaderError) -> Fault {
        let note: StaticString =
            switch error {
            case .reservedOpcode: "the frame's opcode is reserved"
            case .reservedBits: "a reserved bit is set, and no extension was agreed"
            case .fragmentedControlFrame: "a control frame is fragmented"
            case .longControlFrame: "a control frame is longer than 125 bytes"
            case .longerThanNeeded: "the frame's length is not written in its shortest form"
            case .lengthWithTopBit: "the frame's length has its top bit set"
            case .unmaskedClientFrame: "a client's frame is not masked"
            case .maskedServerFrame: "a server's frame is masked"
            }
        return closing(.protocolError, defaultSource, note)
    }

    private mutating func check(_ header: FrameHeader) -> Fault? {
        let plan = engine.plan.view
        switch assembly.receive(opcode: header.opcode) {
        case .protocolError:
            return closing(
                .protocolError,
                defaultSource,
                header.opcode == .continuation
                    ? "a continuation of no message" : "a new message begins inside another"
            )
        case .control:
            control.removeAll(keepingCapacity: true)
            return takeAll(
                RouteRecord.controlList,
                RouteRecord.controlCount,
                cost: 1,
                .controlFrameRate,
                "more control frames than this limit allows"
            )
        case .begin(let opcode):
            message.removeAll(keeping: 1 << 16)
            text = UTF8Stream()
            hasIllFormedText = false
            if let fault = formatFault(opcode, .fromClient) { return fault }
            return sizeFault(header, fragments: 1, plan)
        case .goOn(let fragments): return sizeFault(header, fragments: fragments, plan)
        }
    }

    private mutating func sizeFault(_ header: FrameHeader, fragments: UInt64, _ plan: PlanView) -> Fault? {
        if header.payloadLength > plan.wide(record + RouteRecord.frameBytesLow) {
            let source = plan.word(record + RouteRecord.frameBytesSource)
            return closing(.frameTooLarge, source, "the frame announces more bytes than the limit allows")
        }
        let limit = mostBytes
        let received = UInt64(message.count)
        if received > limit || header.payloadLength > limit &- received { return messageTooLarge() }
        if fragments > plan.wide(record + RouteRecord.fragmentsLow) {
            let source = plan.word(record + RouteRecord.fragmentsSource)
            return closing(.tooManyFragments, source, "the message has more fragments than the limit allows")
        }
        return nil
    }

    /// Bytes that the next message may have.
    @inline(__always)
    private var mostBytes: UInt64 {
        awaiting < 0 ? facts.messageBytes : min(facts.messageBytes, facts.beforeTokenBytes)
    }

    private mutating func messageTooLarge() -> Fault {
        let isBefore = awaiting >= 0 && facts.beforeTokenBytes < facts.messageBytes
        let field = isBefore ? RouteRecord.beforeBytesSource : RouteRecord.messageBytesSource
        let source = engine.plan.view.word(record + field)
        return closing(.messageTooLarge, source, "the message has more bytes than the limit allows")
    }

    /// Bytes of the payload of the frame whose header was accepted last, as they stand on the wire, masked.
    ///
    /// No more than the frame still lacks are taken; a decision falls when the frame is whole.
    public mutating func receive(payload bytes: Span<UInt8>, at moment: Moment) -> EventDecision {
        guard !isClosed else { return .closed }
        guard let header = frame else { return .wait }
        let missing = header.payloadLength &- frameReceived
        let count = Int(min(UInt64(bytes.count), missing))
        let part = bytes.extracting(first: count)
        let phase = Int(truncatingIfNeeded: frameReceived & 3)
        if header.opcode.isControl {
            for index in part.indices {
                let turn = UInt32(truncatingIfNeeded: 8 &* ((phase &+ index) & 3))
                control.append(part[index] ^ UInt8(truncatingIfNeeded: header.maskingKey.bits &>> turn))
            }
        } else {
            message.append(part, unmaskingWith: header.maskingKey.bits, phase: phase)
        }
        frameReceived &+= UInt64(count)
        guard frameReceived == header.payloadLength else { return unfinished(header, at: moment) }
        frame = nil
        if header.opcode.isControl { return endOfControl(header.opcode) }
        guard header.isFinal else { return unfinished(header, at: moment) }
        return decide(assembly.finish(), at: moment)
    }

    /// More of the message is to come; text that cannot become UTF-8 any more is decided as if it ended here.
    @inline(__always)
    private mutating func unfinished(_ header: FrameHeader, at moment: Moment) -> EventDecision {
        guard checksTextEarly, !header.opcode.isControl, assembly.isText, !hasIllFormedText else { return .wait }
        return early(at: moment)
    }

    @inline(never)
    private mutating func early(at moment: Moment) -> EventDecision {
        var stream = text
        hasIllFormedText = stream.append(message.bytes.extracting(stream.byteCount...)) != nil
        text = stream
        guard hasIllFormedText, case .close(let fault) = decide(.text, at: moment) else { return .wait }
        return .close(fault)
    }

    private mutating func endOfControl(_ opcode: Opcode) -> EventDecision {
        if opcode == .pong, let awaited = awaitedPong, control.count == 8,
            control.reduce(0, { $0 &<< 8 | UInt64($1) }) == awaited
        {
            awaitedPong = nil
            activeAt = latest
        }
        guard opcode == .close else { return opcode == .ping ? .ping : .pong }
        if let violation = ClosePayload(fromClient: control.span).violation {
            return .close(closing(violation, defaultSource, "the close frame's payload is malformed"))
        }
        close()
        return .peerCloses
    }

    // MARK: Messages

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
    private mutating func decide(_ opcode: Opcode, at moment: Moment) -> EventDecision {
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

    /// Takes the token of the first message; nil where it is an ordinary message of nobody.
    @inline(never)
    private mutating func authenticate(_ opcode: Opcode, at moment: Moment) -> EventDecision? {
        let plan = engine.plan.view
        let check = awaiting
        switch FirstMessage.token(in: message, opcode, record: check, plan, &scratch) {
        case .token(let token):
            switch verify(token, check, at: moment) {
            case .accepted(let found): return accept(found, at: moment)
            case .refused(let fault): return .close(fault)
            case .asks: return ask(token, check, renews: false)
            }
        case .none where plan.word(check + TokenRecord.absent) == 1:
            awaiting = -1
            tokenUntil = .max
            if let fault = formatFault(opcode, .fromClient) { return .close(fault) }
            return nil
        case .none, .wrong:
            let source = plan.word(check + TokenRecord.messageSource)
            return .close(closing(.tokenMissing, source, "the first message has no token where it is expected"))
        }
    }

    private enum Verified {
        case accepted(TokenIdentity)
        /// The connection is closed.
        case refused(Fault)
        /// Somebody must be asked about it.
        case asks
    }

    /// Verifies a token that a message brought; a refused one counts for the address, and closes.
    private mutating func verify(_ token: [UInt8], _ check: Int, at moment: Moment) -> Verified {
        if let refusal = TokenStep.attempts(check, client, engine, at: moment) { return .refused(closing(refusal)) }
        let plan = engine.plan.view
        let verdict = engine.tokens?.verify(
            token,
            record: check,
            plan: plan,
            unixNanoseconds: moment.unixNanoseconds
        )
        switch verdict {
        case .accepted(let found)?: return .accepted(found)
        case .refused(let violation, let source, let detail)?:
            TokenStep.countFailure(check, client, engine, at: moment)
            var fault = closing(violation, source, "")
            fault.text = detail
            return .refused(fault)
        case .ask?: return .asks
        case nil:
            let source = plan.word(check + TokenRecord.keysSource)
            return .refused(closing(.tokenInvalid, source, "nobody verifies tokens here"))
        }
    }

    /// Takes a newer token of the same subject; what is counted by the first one stays counted by it.
    @inline(never)
    private mutating func renew(at moment: Moment) -> EventDecision {
        let check = tokenRecord
        let plan = engine.plan.view
        let source = plan.word(check + TokenRecord.renewSource)
        guard let token = FirstMessage.renewal(in: message, record: check, plan) else {
            return .close(closing(.tokenMissing, source, "the message that renews the token has none"))
        }
        let found: TokenIdentity
        switch verify(token, check, at: moment) {
        case .accepted(let accepted): found = accepted
        case .refused(let fault): return .close(fault)
        case .asks: return ask(token, check, renews: true)
        }
        return renewed(by: found, at: moment)
    }

    private mutating func renewed(by found: TokenIdentity, at moment: Moment) -> EventDecision {
        let check = tokenRecord
        guard found.subject == identity?.subject else {
            let source = engine.plan.view.word(check + TokenRecord.renewSource)
            TokenStep.countFailure(check, client, engine, at: moment)
            return .close(closing(.tokenInvalid, source, "the newer token is another subject's"))
        }
        identity = found
        closesAt = found.closesAt ?? .max
        revocations = engine.revocations == nil ? .max : 0
        return .authenticated(subject: found.subject.map { String(decoding: $0, as: UTF8.self) })
    }

    /// Remembers what is asked; a newer question of the same connection takes the place of the one before.
    private mutating func ask(_ token: [UInt8], _ check: Int, renews: Bool) -> EventDecision {
        questionCount &+= 1
        let question = TokenQuestion(
            address: TokenStep.address(check, engine.plan.view),
            token: token,
            record: check,
            serial: questionCount
        )
        asked = (question, renews)
        return .wait
    }

    /// What somebody must be asked, about the token that a message brought; nil while nothing is.
    ///
    /// Where the connection's first token is asked about, nothing else of the client is read until the answer. Who never asks
    /// leaves the connection to its deadline.
    public var question: TokenQuestion? { asked?.question }

    /// Takes what was answered: the decision about the message that brought the token goes on.
    ///
    /// - Parameters:
    ///   - answer: what came back.
    ///   - question: what it is about; an answer to an earlier question changes nothing.
    ///   - moment: when.
    /// - Returns: `authenticated`, or how the connection closes.
    public mutating func answer(
        _ answer: TokenAnswer,
        to question: TokenQuestion,
        at moment: Moment
    ) -> EventDecision {
        guard !isClosed else { return .closed }
        if let fault = deadline(at: moment) { return .close(fault) }
        guard let asked, asked.question.serial == question.serial else { return .wait }
        self.asked = nil
        switch TokenStep.judge(question.token, by: answer, question.record, client, engine, at: moment) {
        case .accepted(let found): return asked.renews ? renewed(by: found, at: moment) : accept(found, at: moment)
        case .refused(let refusal): return .close(closing(refusal))
        }
    }

    /// The connection is somebody's from now on; what is counted by the token is counted now.
    private mutating func accept(_ found: TokenIdentity, at moment: Moment) -> EventDecision {
        identity = found
        awaiting = -1
        tokenUntil = .max
        closesAt = found.closesAt ?? .max
        revocations = engine.revocations == nil ? .max : 0
        let plan = engine.plan.view
        let list = plan.index(record + RouteRecord.stepList)
        for place in 0..<plan.index(record + RouteRecord.stepCount) {
            let step = list + place * StepRecord.wordCount
            guard plan.word(step + StepRecord.kind) == StepKind.identityLimit.rawValue else { continue }
            let limit = plan.index(step + StepRecord.operand)
            let answer = LimitStep.answer(limit, client: client, route: route, identity: identity, engine, at: moment)
            switch answer {
            case .pass: continue
            case .held(let hold): holds.add(hold)
            case .refuse(let refusal):
                guard plan.word(step + StepRecord.mode) == 1 else { return .close(closing(refusal)) }
                observed.insert(refusal.violation)
            }
        }
        return .authenticated(subject: found.subject.map { String(decoding: $0, as: UTF8.self) })
    }

    private mutating func closing(_ refusal: StepRefusal) -> Fault {
        var fault = closing(refusal.violation, refusal.source, refusal.note)
        fault.text = refusal.detail
        return fault
    }

    /// What a rate of messages or bytes decides; nil where all of them still allow the message.
    @inline(never)
    private mutating func takeRates() -> EventDecision? {
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
    private mutating func exceeded(_ fault: Fault) -> EventDecision {
        guard engine.plan.view.word(record + RouteRecord.onExceeded) == 1 else {
            close()
            return .close(fault)
        }
        return .drop(fault)
    }

    private mutating func content(
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
            if type >= 0, type == facts.renewingType, direction == .fromClient, identity != nil {
                return renew(at: moment)
            }
            return .forward(type: type)
        }
        return contentWithFaults(opcode, direction)
    }

    /// The type of a message without any fault; nil where it has one.
    @inline(__always)
    private mutating func accepted(by root: UInt32, _ direction: MessageDirection) -> Int? {
        let program = engine.plan.view.program
        return switch direction {
        case .fromClient: ContentChecker.accepts(program: program, root: root, message: message, scratch: &scratch)
        case .fromServer:
            ContentChecker.accepts(program: program, root: root, message: serverMessage, scratch: &scratch)
        }
    }

    @inline(never)
    private mutating func contentWithFaults(_ opcode: Opcode, _ direction: MessageDirection) -> EventDecision {
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
    private mutating func outOfOrder(_ type: Int, _ checks: TrafficFacts.Direction) -> Fault? {
        guard (type == Int(checks.firstType)) == hasBegun else { return nil }
        let source = engine.plan.view.word(Int(checks.enforced) + MessageRecord.firstSource)
        return closing(
            .ruleDenied,
            source,
            hasBegun ? "the message's type is that of the first message alone" : "the first message has another type"
        )
    }

    /// What one check says of the whole message of a direction.
    private mutating func read(
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

    private mutating func close(keepingMessage: Bool) {
        isClosed = true
        holds.giveBack()
    }

    /// The rest of the type's cost, then its own rates.
    private mutating func takeType(_ type: Int, _ messages: UInt32) -> Fault? {
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
    private mutating func observe(_ opcode: Opcode, _ direction: MessageDirection) {
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

    // MARK: Counters

    mutating func takeAll(
        _ list: Int,
        _ count: Int,
        cost: UInt64,
        _ violation: Violation,
        _ note: StaticString
    ) -> Fault? {
        let plan = engine.plan.view
        guard let fault = takeList(plan.index(record + list), plan.index(record + count), cost: cost, violation, note)
        else { return nil }
        if violation == .controlFrameRate { close() }
        return fault
    }

    /// Takes from every limit of a list; the first that refuses decides, and later ones are not taken from.
    mutating func takeList(
        _ list: Int,
        _ count: Int,
        cost: UInt64,
        _ violation: Violation,
        _ note: StaticString,
        observedOnly: Bool = false
    ) -> Fault? {
        let plan = engine.plan.view
        for place in 0..<count {
            let limit = plan.index(list + place)
            let rule = engine.limits.rules[limit]
            if observedOnly, !rule.isObserved { continue }
            switch take(limit, rule, cost: cost) {
            case .taken: continue
            case .refused:
                guard rule.isObserved else { return fault(violation, rule.source, note) }
                observed.insert(violation)
            case .unavailable:
                guard rule.isObserved else {
                    return fault(
                        .storeUnavailable,
                        rule.source,
                        "the counters that all instances share cannot be asked"
                    )
                }
                observed.insert(.storeUnavailable)
            }
        }
        return nil
    }

    private mutating func take(_ limit: Int, _ rule: LimitRule, cost: UInt64) -> LimitAnswer {
        if rule.per == .connection { return counters.take(limit, rule, cost: cost, at: latest) }
        guard let table = engine.limits.table(limit) else { return .taken }
        switch LimitKeys.key(limit, rule, client: client, route: route, identity: identity, engine) {
        case .key(let key):
            guard rule.isShared else { return table.take(key, cost: cost, at: latest).answer }
            return takeShared(limit, rule, key, table, cost)
        case .anonymous: return .taken
        case .missing: return .refused(retryAfter: nil)
        }
    }

    /// Takes from what this instance has leased of a limit that all instances count together.
    @inline(never)
    private func takeShared(
        _ limit: Int,
        _ rule: LimitRule,
        _ key: LimitKey,
        _ table: LimitTable,
        _ cost: UInt64
    ) -> LimitAnswer {
        guard let counters = engine.limits.counters, let shared = engine.limits.shared(limit),
            let leases = shared.leases
        else { return .unavailable }
        guard counters.isAvailable else {
            // As long as the store is away, each instance counts for itself, where the policy lets it.
            guard engine.plan.view.word(record + RouteRecord.onStoreFailure) == 1 else { return .unavailable }
            return table.take(key, cost: cost, at: latest).answer
        }
        let (isTaken, wants) = leases.take(key.fingerprint, cost: cost, now: latest)
        if wants {
            let name = LimitKeys.name(limit, rule, client: client, route: route, identity: identity, engine)
            let hit = SharedHit(name: shared.name + [0] + name, quantity: leases.shares.granted)
            counters.add(LeaseWant(table: leases, key: key.fingerprint, hit: hit))
        }
        return isTaken ? .taken : .refused(retryAfter: nil)
    }

    // MARK: Faults

    /// Where faults point that no line of the policy states.
    private var defaultSource: UInt32 {
        engine.plan.view.word(engine.plan.view.policy + PolicyRecord.defaultSource)
    }

    @inline(__always)
    private mutating func formatFault(_ opcode: Opcode, _ direction: MessageDirection) -> Fault? {
        // What the first message must be is for the token check to say.
        facts[direction].forbids(opcode) && awaiting < 0 ? forbidden(opcode, direction) : nil
    }

    @inline(never)
    private mutating func forbidden(_ opcode: Opcode, _ direction: MessageDirection) -> Fault {
        let source = engine.plan.view.word(Int(facts[direction].enforced) + MessageRecord.formatSource)
        return closing(
            .binaryForbidden,
            source,
            opcode == .binary ? "a binary message where text is required" : "a text message where binary is required"
        )
    }

    mutating func closing(_ violation: Violation, _ source: UInt32, _ note: StaticString) -> Fault {
        let fault = fault(violation, source, note)
        close()
        return fault
    }

    private func fault(_ violation: Violation, _ source: UInt32, _ note: StaticString) -> Fault {
        Fault(
            violation: violation,
            closeCode: MessageContent.closeCode(violation, record, engine.plan.view),
            source: source,
            offset: 0,
            contentRoot: none,
            note: note
        )
    }

    /// What an operator may want to know of the fault that was decided last; it looks at the message once more.
    public func explanation(of fault: Fault) -> FaultExplanation {
        guard fault.contentRoot != none else {
            return FaultExplanation(source: fault.source, pointer: nil, detail: fault.text ?? "\(fault.note)")
        }
        let report =
            switch fault.direction {
            case .fromClient: report(fault, on: message)
            case .fromServer: report(fault, on: serverMessage)
            }
        return FaultExplanation(
            source: report?.source ?? fault.source,
            pointer: report?.pointer,
            detail: report?.sentence ?? "\(fault.note)"
        )
    }

    private func report(_ fault: Fault, on message: borrowing PaddedBytes) -> ContentReport? {
        ContentReport.make(
            program: engine.plan.view.program,
            root: fault.contentRoot,
            sources: engine.plan.programSources,
            message: message
        )
    }

    /// The name of a message type by its place, as decisions give it; nil for -1.
    public func typeName(_ type: Int, _ direction: MessageDirection = .fromClient) -> String? {
        let plan = engine.plan.view
        let messages = facts[direction].enforced
        guard type >= 0, messages != none else { return nil }
        let entry = plan.index(Int(messages) + MessageRecord.typeList) + type * MessageTypeRecord.wordCount
        return plan.text(
            offset: plan.index(entry + MessageTypeRecord.nameOffset),
            length: plan.index(entry + MessageTypeRecord.nameLength)
        )
    }
}
