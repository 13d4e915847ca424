import PolicyDocument
import WebSocketProtocol

/// Combines the `messages` or the `serverMessages` sections of levels.
enum MessageResolution {
    static func checks(
        _ stack: LevelStack,
        _ direction: MessageDirection,
        _ limits: inout LimitArena,
        _ combining: inout Combining
    ) -> [MessageCheck] {
        var checks: [MessageCheck] = []
        let written: @Sendable (Level) -> MessagesSection? = {
            direction == .fromClient ? $0.messages : $0.serverMessages
        }
        let name = direction == .fromClient ? "messages" : "serverMessages"
        for (mode, sections) in stack.combinations(written, head: \.head) {
            guard var check = combine(sections, mode, name, &limits, &combining) else { continue }
            check.forbid = forbid(sections).entries(observing: mode == .observe)
            check.batch = batch(sections, name, &combining)
            check.first = first(sections, check, name, &combining)
            checks.append(check)
        }
        if let observing = observing(stack.levels.compactMap(written), beside: checks) { checks.append(observing) }
        return checks
    }

    private static func forbid(_ sections: [MessagesSection]) -> MessagesSection.Forbid {
        sections.compactMap(\.forbid?.value).reduce(MessagesSection.Forbid()) { $0.union($1) }
    }

    /// The fewest items of all levels.
    ///
    /// A level whose schemas or types say nothing of batches means whole messages: that an array passes them item by item
    /// is for it to say.
    private static func batch(
        _ sections: [MessagesSection],
        _ name: String,
        _ combining: inout Combining
    ) -> Located<Int64>? {
        let written = sections.compactMap(\.batch)
        guard let smallest = written.min(by: { $0.value < $1.value }) else { return nil }
        for section in sections where section.batch == nil {
            guard let content = section.schemas.first?.span ?? section.types?.span else { continue }
            combining.diagnostics.error(
                "batch-at-one-level",
                .init("`batch` stands at one level of `\(name)`, and another one checks whole messages"),
                at: smallest.span,
                labels: [.init("checks whole messages", at: content)],
                help: "write `batch` there too"
            )
        }
        return smallest
    }

    /// The first message's type, which is one of the types, and the same at every level.
    private static func first(
        _ sections: [MessagesSection],
        _ check: MessageCheck,
        _ name: String,
        _ combining: inout Combining
    ) -> Located<String>? {
        guard let first = combining.equal(sections.compactMap(\.first), named: "\(name).first") else { return nil }
        guard check.types?.value.contains(where: { $0.name == first.value }) == true else {
            combining.diagnostics.error(
                "first-type",
                .init("`first` names no type of the messages"),
                at: first.span,
                help: "list it in `types`: without a type no message could be told to be the first"
            )
            return nil
        }
        if let batch = check.batch {
            combining.diagnostics.error(
                "first-in-batch",
                .init("messages that come in a `batch` have no first one"),
                at: first.span,
                labels: [.init("batches are allowed here", at: batch.span)]
            )
            return nil
        }
        return first
    }

    /// A check of forbidden content alone, for entries that only report where every section enforces.
    private static func observing(
        _ sections: [MessagesSection],
        beside checks: [MessageCheck]
    ) -> MessageCheck? {
        guard var check = checks.first, checks.allSatisfy({ $0.mode == .enforce }) else { return nil }
        let all = forbid(sections)
        guard (all.keys + all.strings).contains(where: { $0.mode == .observe }) else { return nil }
        check.mode = .observe
        check.schemas = []
        check.discriminator = nil
        check.types = nil
        check.batch = nil
        check.first = nil
        check.forbid = all
        return check
    }

    private static func combine(
        _ sections: [MessagesSection],
        _ mode: Mode,
        _ name: String,
        _ limits: inout LimitArena,
        _ combining: inout Combining
    ) -> MessageCheck? {
        guard let inner = sections.last else { return nil }
        let key = inner.head.key
        let format = combining.equal(sections.compactMap(\.format), named: "\(name).format")
        let discriminator = combining.equal(sections.compactMap(\.discriminator), named: "\(name).discriminator")
        let types = types(sections, mode, name, &limits, &combining)
        switch (discriminator, types) {
        case (let discriminator?, nil):
            combining.diagnostics.error(
                "discriminator-without-types",
                .init("`discriminator` chooses among `types`, and there are none"),
                at: discriminator.span
            )
        case (nil, let types?):
            combining.diagnostics.error(
                "types-without-discriminator",
                .init("`types` needs a `discriminator`: where a message says its type"),
                at: types.span,
                help: "as `discriminator: /type`"
            )
        case (nil, nil), (.some, .some): break
        }
        if let discriminator, let batch = sections.compactMap(\.batch).first,
            discriminator.value.first.map(Self.isIndex) == true
        {
            combining.diagnostics.error(
                "batch-of-arrays",
                .init("messages that are arrays themselves cannot come in a `batch`"),
                at: batch.span,
                labels: [.init("an array's item says the type", at: discriminator.span)]
            )
        }
        let duplicates = combining.strictest(
            sections.map { ($0.duplicateKeys, $0.head) },
            default: .deny,
            order: [.deny, .allow],
            named: "duplicateKeys"
        )
        let interoperable = combining.strictest(
            sections.map { ($0.interoperable, $0.head) },
            default: true,
            order: [true, false],
            named: "interoperable"
        )
        let onViolation = combining.strictest(
            sections.map { ($0.onViolation, $0.head) },
            default: .close,
            order: [.close, .drop, .warn],
            named: "onViolation"
        )
        let depth = combining.smallest(sections.compactMap(\.depth), named: "depth")
        guard let duplicates, let interoperable, let onViolation else { return nil }
        return MessageCheck(
            mode: mode,
            span: key,
            format: format ?? Located(.json, at: key),
            duplicateKeys: duplicates,
            depth: depth ?? Located(LimitDefaults.depth, at: key),
            interoperable: interoperable,
            onViolation: onViolation,
            schemas: sections.flatMap(\.schemas),
            discriminator: discriminator,
            types: types
        )
    }

    /// Whether a reference token means an array's item: `0`, or digits without a leading zero.
    private static func isIndex(_ token: String) -> Bool {
        guard !token.isEmpty, token.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        return token == "0" || token.utf8.first != 0x30
    }

    /// The types that every level with types lists; of each, what all of them say.
    private static func types(
        _ sections: [MessagesSection],
        _ mode: Mode,
        _ name: String,
        _ limits: inout LimitArena,
        _ combining: inout Combining
    ) -> Located<[MessageCheck.MessageType]>? {
        let lists = sections.compactMap(\.types)
        let names = lists.map { list in Located(list.value.map(\.name), at: list.span) }
        guard let kept = combining.intersection(names, named: "\(name).types", key: { $0 }) else { return nil }
        let types = kept.value.map { name in
            let written = lists.flatMap { list in list.value.filter { $0.name.value == name.value } }
            let words: [MessagesSection.OnViolation] = [.close, .drop, .warn]
            return MessageCheck.MessageType(
                name: name.value,
                span: name.span,
                schemas: written.flatMap(\.schemas),
                rates: written.compactMap(\.rate).map { limits.ownRate($0, mode: mode) },
                cost: written.compactMap(\.cost?.value).max() ?? 1,
                onViolation: words.first { word in written.contains { $0.onViolation?.value == word } }
            )
        }
        return Located(types, at: kept.span)
    }

    /// A cost that no rate could ever take is a type that could never be sent.
    static func checkCosts(_ route: ResolvedRoute, _ limits: LimitArena, _ combining: inout Combining) {
        for type in route.messages.flatMap({ $0.types?.value ?? [] }) {
            for index in route.messageRates {
                let capacity: Int64 =
                    switch limits.checks[index].quantity {
                    case .frequency(.rate(_, _, let burst)): burst
                    case .frequency(.atMost(let count, _)): count
                    case .concurrent(let count): count
                    }
                if limits.checks[index].isShared, type.cost > max(1, capacity / 16) {
                    combining.diagnostics.error(
                        "cost-above-limit",
                        .init(
                            "`\(type.name)` costs \(type.cost), more than a slice of a shared rate (\(max(1, capacity / 16)))"
                        ),
                        at: type.span,
                        labels: [.init("the rate", at: limits.checks[index].span)]
                    )
                    continue
                }
                guard type.cost > capacity else { continue }
                combining.diagnostics.error(
                    "cost-above-limit",
                    .init("`\(type.name)` costs \(type.cost), more than a message rate ever holds (\(capacity))"),
                    at: type.span,
                    labels: [.init("the rate", at: limits.checks[index].span)]
                )
            }
        }
    }
}
