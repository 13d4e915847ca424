import PolicyDocument

/// Reads `limits`.
enum LimitsReading {
    static func section(_ node: Node, key: Span, _ context: ReadingContext) -> LimitsSection? {
        guard let reader = MappingReader(node, PolicyKeys.limits, context) else { return nil }
        var section = LimitsSection(head: reader.head(key: key))
        section.connections = entries("connections", reader) { entry($0, .connections, $1) }
        section.messages = entries("messages", reader) { entry($0, .messages, $1) }
        section.bytes = entries("bytes", reader) { entry($0, .bytes, $1) }
        section.tokenAttempts = reader["tokenAttempts"].flatMap { entry($0, .tokenAttempts, context) }
        section.controlFrames = reader["controlFrames"].flatMap { entry($0, .controlFrames, context) }
        section.messageSize = reader.value("messageSize", QuantityReading.boundedSize)
        section.frameSize = reader.value("frameSize", QuantityReading.boundedSize)
        section.fragments = reader.value("fragments", QuantityReading.boundedCount)
        section.handshakeSize = reader.value("handshakeSize", QuantityReading.boundedSize)
        section.idleTimeout = reader.value("idleTimeout", QuantityReading.boundedDuration)
        section.connectionLifetime = reader.value("connectionLifetime", QuantityReading.boundedDuration)
        section.handshakeTimeout = reader.value("handshakeTimeout", QuantityReading.boundedDuration)
        section.closeWait = reader.value("closeWait", QuantityReading.duration)
        section.outboundQueue = reader.value("outboundQueue", QuantityReading.boundedSize)
        section.onExceeded = reader.word("onExceeded")
        section.onStoreFailure = reader.word("onStoreFailure")
        if let node = reader["beforeToken"], let inner = MappingReader(node, PolicyKeys.beforeToken, context) {
            section.beforeTokenSize = inner.value("messageSize", QuantityReading.boundedSize)
            section.beforeTokenWithin = inner.value("within", QuantityReading.boundedDuration)
        }
        for name in ["handshakeSize", "handshakeTimeout"] {
            guard context.isInRoute, let span = reader.keySpan(name) else { continue }
            context.error(
                "top-level-only",
                "`\(name)` belongs to the top level: it holds before the path is known",
                at: span
            )
        }
        return section
    }

    /// Which list an entry stands in: what it may count, and by what.
    private enum Kind {
        case connections, messages, bytes, tokenAttempts, controlFrames
    }

    private static func entries(
        _ name: String,
        _ reader: MappingReader,
        _ read: (Node, ReadingContext) -> LimitsSection.Entry?
    ) -> [LimitsSection.Entry] {
        reader.list(name, read)?.value.map(\.value) ?? []
    }

    private static func entry(_ node: Node, _ kind: Kind, _ context: ReadingContext) -> LimitsSection.Entry? {
        guard let reader = MappingReader(node, PolicyKeys.limitEntry, context) else { return nil }
        let per = per(reader, kind, context)
        let quantity = quantity(reader, kind, context)
        let tableSize = reader.value("tableSize", QuantityReading.count)
        if let size = tableSize, size.value > 1 << 24 {
            context.error("too-large", "a table holds at most 16777216 keys", at: size.span)
            return nil
        }
        guard let per, let quantity else { return nil }
        let shared = reader.value("shared", Words.boolean)
        if let shared, shared.value, !mayBeShared(per.value, quantity.value, kind, at: shared.span, context) {
            return nil
        }
        return LimitsSection.Entry(
            span: node.span,
            per: per,
            quantity: quantity,
            tableSize: tableSize,
            isShared: shared?.value ?? false
        )
    }

    /// Whether instances can count an entry together.
    private static func mayBeShared(
        _ per: LimitsSection.Per,
        _ quantity: LimitsSection.Quantity,
        _ kind: Kind,
        at span: Span,
        _ context: ReadingContext
    ) -> Bool {
        if case .connection = per {
            context.error(
                "limit-shared",
                "a connection is on one instance: nothing `per: connection` is shared",
                at: span
            )
            return false
        }
        let count: Int64
        switch (kind, quantity) {
        case (.connections, .frequency): return true
        case (.messages, .frequency(.rate(_, _, let burst))): count = burst
        case (.messages, .frequency(.atMost(let most, _))): count = most
        default:
            context.error(
                "limit-shared",
                "`shared` goes with `rate` and `atMost` of `connections` and `messages`",
                at: span
            )
            return false
        }
        guard count >= 8 else {
            context.error(
                "limit-shared",
                "messages that are counted together need a burst of 8 at least: instances lease them in slices",
                at: span
            )
            return false
        }
        return true
    }

    private static func per(
        _ reader: MappingReader,
        _ kind: Kind,
        _ context: ReadingContext
    ) -> Located<LimitsSection.Per>? {
        guard let node = reader["per"] else {
            switch kind {
            case .tokenAttempts: return Located(.clientAddress(v4: 32, v6: 64), at: reader.node.span)
            case .controlFrames: return Located(.connection, at: reader.node.span)
            case .connections, .messages, .bytes:
                context.error("limit-per", "a limit says what it counts by: `per`", at: reader.node.span)
                return nil
            }
        }
        guard let text = Words.text(node, context) else { return nil }
        let names =
            switch kind {
            case .connections: ["clientAddress", "subject", "route", "server"]
            case .messages, .bytes: ["connection", "clientAddress", "subject", "route", "server"]
            case .tokenAttempts: ["clientAddress"]
            case .controlFrames: ["connection"]
            }
        let hasClaims =
            switch kind {
            case .connections, .messages, .bytes: true
            case .tokenAttempts, .controlFrames: false
            }
        let per: LimitsSection.Per
        switch text {
        case "connection" where names.contains(text): per = .connection
        case "clientAddress": per = clientAddress(reader, context)
        case "subject" where names.contains(text): per = .subject
        case "route" where names.contains(text): per = .route
        case "server" where names.contains(text): per = .server
        case _ where hasClaims && text.hasPrefix("token:"):
            guard let tokens = PointerReading.tokens(of: String(text.dropFirst(6))) else {
                context.error("wrong-pointer", "`\(text.dropFirst(6))` is no JSON Pointer", at: node.span)
                return nil
            }
            per = .claim(tokens)
        default:
            context.error(
                "unknown-word",
                "`\(text)` is not \(Words.list(names + (hasClaims ? ["token:/CLAIM"] : []))) here",
                at: node.span,
                help: NearestName.of(text, among: names).map { "did you mean `\($0)`?" }
            )
            return nil
        }
        if reader["prefix"] != nil, text != "clientAddress", let span = reader.keySpan("prefix") {
            context.error("limit-prefix", "`prefix` goes with `per: clientAddress`", at: span)
        }
        return Located(per, at: node.span)
    }

    private static func clientAddress(_ reader: MappingReader, _ context: ReadingContext) -> LimitsSection.Per {
        var v4 = 32
        var v6 = 64
        if let node = reader["prefix"], let prefix = MappingReader(node, PolicyKeys.prefix, context) {
            if let bits = prefix.value("v4", QuantityReading.count) {
                if bits.value <= 32 {
                    v4 = Int(bits.value)
                } else {
                    context.error("limit-prefix", "an IPv4 prefix has at most 32 bits", at: bits.span)
                }
            }
            if let bits = prefix.value("v6", QuantityReading.count) {
                if bits.value <= 128 {
                    v6 = Int(bits.value)
                } else {
                    context.error("limit-prefix", "an IPv6 prefix has at most 128 bits", at: bits.span)
                }
            }
        }
        return .clientAddress(v4: v4, v6: v6)
    }

    private static func quantity(
        _ reader: MappingReader,
        _ kind: Kind,
        _ context: ReadingContext
    ) -> Located<LimitsSection.Quantity>? {
        let stated = ["rate", "atMost", "concurrent"].filter { reader[$0] != nil }
        guard stated.count == 1, let name = stated.first, let node = reader[name] else {
            context.error(
                "limit-quantity",
                "a limit has exactly one of `rate`, `atMost` and `concurrent`",
                at: reader.node.span
            )
            return nil
        }
        if reader["burst"] != nil, name != "rate", let span = reader.keySpan("burst") {
            context.error("limit-burst", "`burst` goes with `rate`", at: span)
        }
        let countsBytes = kind == .bytes
        switch name {
        case "concurrent":
            guard kind == .connections else {
                context.error("limit-quantity", "`concurrent` counts connections, under `connections`", at: node.span)
                return nil
            }
            return QuantityReading.count(node, context).map { Located(.concurrent($0), at: node.span) }
        case "atMost":
            guard case .atMost(let count, let period)? = QuantityReading.atMost(node, countsBytes: countsBytes, context)
            else { return nil }
            guard !countsBytes else {
                context.error(
                    "limit-quantity",
                    "bytes are limited by `rate`: an exact window would keep every message's moment and size",
                    at: node.span
                )
                return nil
            }
            guard count <= 65_536 else {
                context.error(
                    "too-large",
                    "an exact window holds at most 65536 events",
                    at: node.span,
                    help: "use `rate`"
                )
                return nil
            }
            return Located(.frequency(.atMost(count: count, period: period)), at: node.span)
        default:
            guard case .rate(let count, let period, _)? = QuantityReading.rate(node, countsBytes: countsBytes, context)
            else { return nil }
            var burst = count
            if let written = reader["burst"] {
                let read =
                    countsBytes
                    ? QuantityReading.size(written, context) : QuantityReading.count(written, context)
                guard let read else { return nil }
                burst = read
            }
            return Located(.frequency(.rate(count: count, period: period, burst: burst)), at: node.span)
        }
    }
}
