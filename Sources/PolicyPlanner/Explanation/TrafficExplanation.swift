import PolicyDocument
import PolicyModel
import PolicyPlan
import WebSocketProtocol

extension ExplanationBuilder {
    /// What holds for an open connection, in words.
    func traffic(_ traffic: Pipeline.Traffic, _ pipeline: Pipeline) -> [Explanation.Step] {
        frames(traffic, pipeline) + messages(traffic, pipeline) + serverMessages(traffic, pipeline)
            + deadlines(traffic, pipeline)
    }

    private func frames(_ traffic: Pipeline.Traffic, _ pipeline: Pipeline) -> [Explanation.Step] {
        var steps = [step(.frame, "it follows RFC 6455", [.protocolError], pipeline, .compare, at: nil)]
        steps += traffic.controlFrames.map { index in
            let limit = policy.limits[index]
            return self.limit("ping, pong and close", limit, .controlFrameRate, .frame, pipeline)
        }
        steps += traffic.client.all.compactMap { form($0, .frame, pipeline) }
        if case .atMost(let most) = traffic.frameBytes.value {
            let text = "a frame has \(QuantityText.bytes(UInt64(max(0, most)))) at most"
            steps.append(step(.frame, text, [.frameTooLarge], pipeline, .compare, at: traffic.frameBytes.span))
        }
        if case .atMost(let most) = traffic.messageBytes.value {
            let text = "a message has \(QuantityText.bytes(UInt64(max(0, most)))) at most"
            steps.append(step(.frame, text, [.messageTooLarge], pipeline, .compare, at: traffic.messageBytes.span))
        }
        if case .atMost(let most) = traffic.fragments.value {
            let text = "a message comes in \(QuantityText.count(UInt64(max(0, most)), "frame")) at most"
            steps.append(step(.frame, text, [.tooManyFragments], pipeline, .compare, at: traffic.fragments.span))
        }
        return steps
    }

    /// Whether messages are text or binary; nil where both are.
    private func form(_ check: MessageCheck, _ phase: Explanation.Phase, _ pipeline: Pipeline) -> Explanation.Step? {
        Self.kind(check.format.value).map { kind in
            step(
                phase,
                "messages are \(kind)",
                [.binaryForbidden],
                pipeline,
                .compare,
                mode: check.mode,
                at: check.format.span
            )
        }
    }

    private static func kind(_ format: MessagesSection.Format) -> String? {
        switch format {
        case .json, .text: "text"
        case .binary: "binary"
        case .any: nil
        }
    }

    private func limit(
        _ what: String,
        _ limit: LimitCheck,
        _ violation: Violation,
        _ phase: Explanation.Phase,
        _ pipeline: Pipeline,
        drops: Bool = false
    ) -> Explanation.Step {
        step(
            phase,
            "\(what) \(text(limit))",
            [violation],
            pipeline,
            .count,
            mode: limit.mode,
            at: limit.span,
            answer: drops ? "dropped" : nil,
            memory: memory(limit)
        )
    }

    private func messages(_ traffic: Pipeline.Traffic, _ pipeline: Pipeline) -> [Explanation.Step] {
        let drops = traffic.onExceeded == .drop
        var steps = traffic.messageRates.map { index in
            limit("messages", policy.limits[index], .messageRate, .message, pipeline, drops: drops)
        }
        steps += traffic.byteRates.map { index in
            limit("bytes", policy.limits[index], .byteRate, .message, pipeline, drops: drops)
        }
        steps.append(step(.message, "text is UTF-8", [.invalidUTF8], pipeline, .read, at: nil))
        return steps + contents(traffic.client, .message, pipeline, drops: drops) + renewals(pipeline)
    }

    /// The message that brings a newer token.
    private func renewals(_ pipeline: Pipeline) -> [Explanation.Step] {
        enforcedTokens(pipeline).compactMap(\.renewal).map { renewal in
            let text = "a message `\(renewal.value.type)` brings a newer token of the same subject"
            return step(.message, text, [.tokenInvalid], pipeline, .signature, at: renewal.span)
        }
    }

    private func enforcedTokens(_ pipeline: Pipeline) -> [TokenCheck] {
        pipeline.steps.compactMap { step in
            if case .token(let check, _) = step.check, check.mode == .enforce { check } else { nil }
        }
    }

    /// What the server sends; nothing where no level says anything of it.
    private func serverMessages(_ traffic: Pipeline.Traffic, _ pipeline: Pipeline) -> [Explanation.Step] {
        guard !traffic.server.all.isEmpty else { return [] }
        let phase = Explanation.Phase.serverMessage
        return traffic.server.all.compactMap { form($0, phase, pipeline) }
            + [step(phase, "text is UTF-8", [.invalidUTF8], pipeline, .read, at: nil)]
            + contents(traffic.server, phase, pipeline, drops: traffic.onExceeded == .drop)
    }

    private func contents(
        _ messages: Pipeline.Traffic.Messages,
        _ phase: Explanation.Phase,
        _ pipeline: Pipeline,
        drops: Bool
    ) -> [Explanation.Step] {
        let contents = messages.all.filter { $0.format.value == .json }.flatMap { content($0, phase, pipeline) }
        let rates = messages.all.flatMap { $0.types?.value ?? [] }.flatMap { type in
            type.rates.map { index in
                limit("`\(type.name)`", policy.limits[index], .messageRate, phase, pipeline, drops: drops)
            }
        }
        return contents + rates
    }

    private func content(
        _ check: MessageCheck,
        _ phase: Explanation.Phase,
        _ pipeline: Pipeline
    ) -> [Explanation.Step] {
        let answer: String?
        switch check.onViolation.value {
        case .close: answer = nil
        case .drop: answer = "dropped"
        case .warn: answer = "reported"
        }
        func one(_ text: String, _ violation: Violation, _ span: Span) -> Explanation.Step {
            step(
                phase,
                text,
                [violation],
                pipeline,
                .read,
                mode: check.mode,
                at: span,
                answer: answer
            )
        }
        var steps = [
            one("it is JSON", .malformedJSON, check.format.span),
            one(
                "it nests \(QuantityText.count(UInt64(max(0, check.depth.value)), "level")) deep at most",
                .nestingTooDeep,
                check.depth.span
            ),
        ]
        if check.duplicateKeys.value == .deny {
            steps.append(one("no object has a member twice", .duplicateKey, check.duplicateKeys.span))
        }
        if check.interoperable.value {
            steps.append(one("every parser reads its numbers alike", .unsafeNumber, check.interoperable.span))
        }
        if let batch = check.batch {
            let items = QuantityText.count(UInt64(max(0, batch.value)), "item")
            steps.append(
                one("an array is a batch: \(items) at most, each a message", .batchTooLarge, batch.span)
            )
        }
        if let types = check.types, let pointer = check.discriminator {
            let names = list(types.value.map(\.name))
            let path = "/" + pointer.value.joined(separator: "/")
            steps.append(one("`\(path)` is one of \(names)", .unknownMessageType, types.span))
        }
        if let first = check.schemas.first {
            steps.append(one("it fits the schema of all messages", .schemaMismatch, first.span))
        }
        if let types = check.types, let typed = types.value.first(where: { !$0.schemas.isEmpty }) {
            steps.append(one("it fits the schema of its type", .schemaMismatch, typed.span))
        }
        if let first = (check.forbid.keys + check.forbid.strings).first {
            steps.append(one("no name and no string is a forbidden one", .forbiddenContent, first.span))
        }
        if let first = check.first {
            steps.append(one("the first is a `\(first.value)`, and no later one is", .ruleDenied, first.span))
        }
        return steps
    }

    private func deadlines(_ traffic: Pipeline.Traffic, _ pipeline: Pipeline) -> [Explanation.Step] {
        var steps: [Explanation.Step] = []
        let waits = enforcedTokens(pipeline).contains { $0.messagePointer != nil }
        if waits, case .atMost(let most) = traffic.beforeTokenWithin.value {
            let text =
                "a first message with the token comes within \(QuantityText.duration(nanoseconds: UInt64(max(0, most.count))))"
            steps.append(step(.open, text, [.tokenTimeout], pipeline, .compare, at: traffic.beforeTokenWithin.span))
        }
        if waits, case .atMost(let most) = traffic.beforeTokenBytes.value {
            let text = "that message has \(QuantityText.bytes(UInt64(max(0, most)))) at most"
            steps.append(step(.open, text, [.messageTooLarge], pipeline, .compare, at: traffic.beforeTokenBytes.span))
        }
        for check in enforcedTokens(pipeline) where check.closesAtExpiry.value {
            let skew = QuantityText.duration(nanoseconds: UInt64(max(0, check.clockSkew.value.count)))
            steps.append(
                step(
                    .open,
                    "the token expired no more than \(skew) ago",
                    [.tokenExpired],
                    pipeline,
                    .compare,
                    at: check.closesAtExpiry.span
                )
            )
        }
        for list in enforcedTokens(pipeline).compactMap({ $0.revoked.first?.span ?? $0.revokedShared }) {
            let text = "neither the token nor its subject is revoked"
            steps.append(step(.open, text, [.tokenRevoked], pipeline, .compare, at: list))
        }
        if case .atMost(let most) = traffic.idleTimeout.value {
            let text = "something comes every \(QuantityText.duration(nanoseconds: UInt64(max(0, most.count))))"
            steps.append(step(.open, text, [.idleTimeout], pipeline, .compare, at: traffic.idleTimeout.span))
        }
        if case .atMost(let most) = traffic.connectionLifetime.value {
            let text = "it is not older than \(QuantityText.duration(nanoseconds: UInt64(max(0, most.count))))"
            steps.append(step(.open, text, [.lifetimeReached], pipeline, .compare, at: traffic.connectionLifetime.span))
        }
        if case .atMost(let most) = traffic.outboundBytes.value {
            let text = "no more than \(QuantityText.bytes(UInt64(max(0, most)))) wait for the client to read"
            steps.append(step(.open, text, [.slowClient], pipeline, .compare, at: traffic.outboundBytes.span))
        }
        return steps
    }
}
