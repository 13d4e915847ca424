import PolicyPlan
import WebSocketProtocol

// Frames: decided by their headers, before any of their payload.
extension ConnectionGuard {
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

    mutating func protocolError(_ error: FrameHeaderError) -> Fault {
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

    mutating func check(_ header: FrameHeader) -> Fault? {
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

    mutating func sizeFault(_ header: FrameHeader, fragments: UInt64, _ plan: PlanView) -> Fault? {
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
    var mostBytes: UInt64 {
        awaiting < 0 ? facts.messageBytes : min(facts.messageBytes, facts.beforeTokenBytes)
    }

    mutating func messageTooLarge() -> Fault {
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
    mutating func unfinished(_ header: FrameHeader, at moment: Moment) -> EventDecision {
        guard checksTextEarly, !header.opcode.isControl, assembly.isText, !hasIllFormedText else { return .wait }
        return early(at: moment)
    }

    @inline(never)
    mutating func early(at moment: Moment) -> EventDecision {
        var stream = text
        hasIllFormedText = stream.append(message.bytes.extracting(stream.byteCount...)) != nil
        text = stream
        guard hasIllFormedText, case .close(let fault) = decide(.text, at: moment) else { return .wait }
        return .close(fault)
    }

    mutating func endOfControl(_ opcode: Opcode) -> EventDecision {
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
}
