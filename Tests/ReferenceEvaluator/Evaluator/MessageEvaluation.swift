import PolicyDocument
import PolicyModel
import WebSocketProtocol

extension ReferenceEvaluator {
    /// A frame, judged by its header first (RFC 6455 §5).
    func frame(_ frame: ReferenceFrame, on name: String) -> ReferenceDecision {
        guard var connection = connections[name] else { return ReferenceDecision(.closed) }
        let route = policy.routes[connection.route]
        let isControl = frame.opcode & 8 != 0
        let isWellFormed =
            [0, 1, 2, 8, 9, 10].contains(frame.opcode) && frame.reservedBits == 0 && frame.isMasked
            && frame.announcedLength < 1 << 63 && !(isControl && (!frame.isFinal || frame.announcedLength > 125))
        let isInPlace = isControl || (frame.opcode == 0) == (connection.message != nil)
        guard isWellFormed, isInPlace else { return close(.protocolError, on: name, at: [policy.defaultSpan]) }
        if isControl { return control(frame, route, on: name) }
        if frame.opcode != 0 {
            if let objection = format(isText: frame.opcode == 1, route, on: name) { return objection }
            connection.message = (frame.opcode == 1, [], 0)
        }
        guard var message = connection.message else { return ReferenceDecision(.closed) }
        if case .atMost(let most) = route.frameBytes.value, frame.announcedLength > UInt64(most) {
            return close(.frameTooLarge, on: name, at: [route.frameBytes.span])
        }
        let bound = Self.messageBytes(connection, route)
        if case .atMost(let most) = bound.value, UInt64(message.bytes.count) + frame.announcedLength > UInt64(most) {
            return close(.messageTooLarge, on: name, at: [bound.span])
        }
        message.frames += 1
        if case .atMost(let most) = route.fragments.value, Int64(message.frames) > most {
            return close(.tooManyFragments, on: name, at: [route.fragments.span])
        }
        message.bytes += frame.payload
        guard frame.isFinal, frame.announcedLength == UInt64(frame.payload.count) else {
            connection.message = message
            connections[name] = connection
            return ReferenceDecision(.wait)
        }
        connection.message = nil
        connections[name] = connection
        return whole(message.bytes, isText: message.isText, on: name)
    }

    private func control(_ frame: ReferenceFrame, _ route: ResolvedRoute, on name: String) -> ReferenceDecision {
        var observed: Set<Violation> = []
        if let refused = take(route.controlFrames, cost: 1, .controlFrameRate, on: name, &observed) {
            var decision = close(.controlFrameRate, on: name, at: [refused])
            decision.observed = observed
            return decision
        }
        guard frame.announcedLength == UInt64(frame.payload.count) else { return ReferenceDecision(.wait) }
        let fault = frame.opcode == 8 ? Self.closeFault(frame.payload) : nil
        var decision = fault.map { close($0, on: name, at: []) } ?? ReferenceDecision(.control)
        decision.observed = observed
        if frame.opcode == 8, fault == nil { end(name) }
        return decision
    }

    /// What is wrong with a close frame's payload (RFC 6455, sections 5.5.1 and 7.4).
    private static func closeFault(_ payload: [UInt8]) -> Violation? {
        guard !payload.isEmpty else { return nil }
        guard payload.count >= 2 else { return .protocolError }
        let code = Int(payload[0]) * 256 + Int(payload[1])
        let mayBeSent =
            [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014].contains(code)
            || (3000...4999).contains(code)
        guard mayBeSent else { return .protocolError }
        return UTF8Check.firstFault(Array(payload.dropFirst(2))) == nil ? nil : .invalidUTF8
    }

    /// A whole message whose frames nobody sees.
    func message(_ bytes: [UInt8], isText: Bool, on name: String) -> ReferenceDecision {
        guard let connection = connections[name] else { return ReferenceDecision(.closed) }
        guard connection.message == nil else { return close(.protocolError, on: name, at: [policy.defaultSpan]) }
        let route = policy.routes[connection.route]
        if let objection = format(isText: isText, route, on: name) { return objection }
        let bound = Self.messageBytes(connection, route)
        if case .atMost(let most) = bound.value, Int64(bytes.count) > most {
            return close(.messageTooLarge, on: name, at: [bound.span])
        }
        return whole(bytes, isText: isText, on: name)
    }

    /// How large the next message may be.
    private static func messageBytes(
        _ connection: ReferenceConnection,
        _ route: ResolvedRoute
    ) -> Located<Bound<Int64>> {
        guard connection.awaiting != nil, case .atMost(let before) = route.beforeTokenBytes.value else {
            return route.messageBytes
        }
        if case .atMost(let most) = route.messageBytes.value, most <= before { return route.messageBytes }
        return route.beforeTokenBytes
    }

    func format(isText: Bool, _ route: ResolvedRoute, on name: String) -> ReferenceDecision? {
        // What the first message must be is for the token check to say.
        if connections[name]?.awaiting != nil { return nil }
        return formatOf(route.messages, isText: isText, on: name)
    }

    private func formatOf(_ checks: [MessageCheck], isText: Bool, on name: String) -> ReferenceDecision? {
        guard let check = checks.first(where: { $0.mode == .enforce }), !Self.admits(check, isText: isText)
        else { return nil }
        return close(.binaryForbidden, on: name, at: [check.format.span])
    }

    private static func admits(_ check: MessageCheck, isText: Bool) -> Bool {
        switch check.format.value {
        case .json, .text: isText
        case .binary: !isText
        case .any: true
        }
    }

    private func whole(_ bytes: [UInt8], isText: Bool, on name: String) -> ReferenceDecision {
        guard var connection = connections[name] else { return ReferenceDecision(.closed) }
        connection.activeAt = connection.latest
        connections[name] = connection
        let route = policy.routes[connection.route]
        var observed: Set<Violation> = []
        if let place = take(route.messageRates, cost: 1, .messageRate, on: name, &observed) {
            return exceeded(.messageRate, place, route, on: name, observed)
        }
        if !bytes.isEmpty, let place = take(route.byteRates, cost: Int64(bytes.count), .byteRate, on: name, &observed) {
            return exceeded(.byteRate, place, route, on: name, observed)
        }
        if var decision = firstMessage(bytes, isText: isText, on: name, ticks: now.ticks, unix: now.unix) {
            decision.observed.formUnion(observed)
            return decision
        }
        return contents(bytes, isText: isText, route.messages, on: name, observed)
    }

    /// A whole message that the server is about to send: no limit of the client's counts it.
    func serverMessage(_ bytes: [UInt8], isText: Bool, on name: String) -> ReferenceDecision {
        guard let connection = connections[name] else { return ReferenceDecision(.closed) }
        if connection.awaiting != nil { return ReferenceDecision(.wait) }
        let checks = policy.routes[connection.route].serverMessages
        if let objection = formatOf(checks, isText: isText, on: name) { return objection }
        return contents(bytes, isText: isText, checks, on: name, [], isServer: true)
    }

    private func contents(
        _ bytes: [UInt8],
        isText: Bool,
        _ checks: [MessageCheck],
        on name: String,
        _ earlier: Set<Violation>,
        isServer: Bool = false
    ) -> ReferenceDecision {
        guard let connection = connections[name] else { return ReferenceDecision(.closed) }
        let route = policy.routes[connection.route]
        var observed = earlier
        let enforced = checks.first { $0.mode == .enforce }
        let (fault, type, items) = content(bytes, isText: isText, enforced)
        var decision = ReferenceDecision(.forward)
        if let fault {
            switch fault.action {
            case .close:
                var decision = close(fault.violation, on: name, at: fault.spans, offset: fault.offset)
                decision.observed = observed
                return decision
            case .drop, .warn:
                decision = ReferenceDecision(fault.action == .drop ? .drop : .warn)
                decision.violation = fault.violation
                decision.offset = fault.offset
                decision.places = fault.spans
            }
        }
        decision.type = type?.name
        if decision.kind == .drop {
            decision.type = nil
            decision.observed = observed
            return decision
        }
        let cost = items.map { $0?.cost ?? 1 }.reduce(0, +)
        if cost > 1, !isServer,
            let place = take(route.messageRates, cost: cost - 1, .messageRate, on: name, &observed)
        {
            return exceeded(.messageRate, place, route, on: name, observed)
        }
        for item in items {
            guard let place = take(item?.rates ?? [], cost: 1, .messageRate, on: name, &observed) else { continue }
            return exceeded(.messageRate, place, route, on: name, observed)
        }
        if !isServer, let first = enforced?.first, (type?.name == first.value) == connection.hasBegun {
            var decision = close(.ruleDenied, on: name, at: [first.span])
            decision.observed = observed
            return decision
        }
        observe(bytes, isText: isText, checks, on: name, &observed, isServer: isServer)
        if !isServer { connections[name]?.hasBegun = true }
        decision.observed = observed
        if !isServer, decision.kind == .forward, var renewed = renewal(bytes, type?.name, on: name) {
            renewed.observed = observed
            return renewed
        }
        return decision
    }

    private func content(
        _ bytes: [UInt8],
        isText: Bool,
        _ check: MessageCheck?
    ) -> (fault: ContentFault?, type: MessageCheck.MessageType?, items: [MessageCheck.MessageType?]) {
        guard let check, check.format.value == .json else {
            guard isText, let offset = UTF8Check.firstFault(bytes) else { return (nil, nil, []) }
            return (
                ContentFault(violation: .invalidUTF8, offset: offset, spans: [policy.defaultSpan], action: .close), nil,
                []
            )
        }
        var rules = ContentRules(
            depth: Int(check.depth.value),
            deniesDuplicates: check.duplicateKeys.value == .deny,
            isInteroperable: check.interoperable.value,
            schemas: check.schemas.map(\.value),
            discriminator: check.discriminator?.value,
            types: check.types?.value,
            onViolation: check.onViolation.value,
            place: { Self.place(of: $0, check) }
        )
        rules.forbid = check.forbid
        rules.batch = check.batch?.value
        let found = ContentCheck(bytes, rules)
        // What is no batch is one message.
        return (found.verdict, found.type, found.items ?? [found.type])
    }

    private static func place(of violation: Violation, _ check: MessageCheck) -> Span {
        switch violation {
        case .nestingTooDeep: check.depth.span
        case .duplicateKey: check.duplicateKeys.span
        case .unsafeNumber: check.interoperable.span
        case .unknownMessageType: check.types?.span ?? check.span
        case .batchTooLarge: check.batch?.span ?? check.span
        default: check.span
        }
    }

    private func observe(
        _ bytes: [UInt8],
        isText: Bool,
        _ checks: [MessageCheck],
        on name: String,
        _ observed: inout Set<Violation>,
        isServer: Bool
    ) {
        guard let check = checks.first(where: { $0.mode == .observe }) else { return }
        guard Self.admits(check, isText: isText) else {
            observed.insert(.binaryForbidden)
            return
        }
        let (fault, type, items) = content(bytes, isText: isText, check)
        if let fault {
            observed.insert(fault.violation)
        } else if !isServer, let first = check.first,
            (type?.name == first.value) == (connections[name]?.hasBegun ?? false)
        {
            observed.insert(.ruleDenied)
        }
        for item in items {
            let own = (item?.rates ?? []).filter { policy.limits[$0].mode == .observe }
            _ = take(own, cost: 1, .messageRate, on: name, &observed)
        }
    }

    private func exceeded(
        _ violation: Violation,
        _ place: Span,
        _ route: ResolvedRoute,
        on name: String,
        _ observed: Set<Violation>
    ) -> ReferenceDecision {
        var decision: ReferenceDecision
        if route.onExceeded == .drop {
            decision = ReferenceDecision(.drop)
            decision.violation = violation
            decision.places = [place]
        } else {
            decision = close(violation, on: name, at: [place])
        }
        decision.observed = observed
        return decision
    }

    /// Takes from each limit in order; the place of the first enforcing one that refuses.
    private func take(
        _ limits: [Int],
        cost: Int64,
        _ violation: Violation,
        on name: String,
        _ observed: inout Set<Violation>
    ) -> Span? {
        guard let connection = connections[name] else { return nil }
        for limit in limits {
            let check = policy.limits[limit]
            let outcome: ReferenceCounters.Outcome
            if case .connection = check.per {
                outcome = counters.take(limit, .connection(connection.number), cost: cost, at: connection.latest)
            } else {
                switch key(
                    check.per,
                    route: connection.route,
                    address: connection.countedAs,
                    claims: connection.claims,
                    connection.isIdentified
                ) {
                case .key(let key): outcome = counters.take(limit, key, cost: cost, at: connection.latest)
                case .nobody: outcome = .taken
                case .missing: outcome = .refused(wait: nil)
                }
            }
            guard case .refused = outcome else { continue }
            guard check.mode == .observe else { return check.span }
            observed.insert(violation)
        }
        return nil
    }
}
