import PolicyDocument
import WebSocketProtocol

/// Combines the levels of a policy into one pipeline a route.
struct PolicyResolution {
    /// Outermost first: bases before what extends them.
    let files: [PolicyFile]
    var combining = Combining()
    var limits = LimitArena()

    init(files: [PolicyFile]) {
        self.files = files
    }

    var diagnostics: Diagnostics { combining.diagnostics }
    var loosenings: [Loosening] { combining.loosenings }

    /// The resolved policy, which counts only when nothing was reported.
    ///
    /// `written` are the files in the order in which they are to be kept, the policy itself first.
    mutating func resolve(files written: [PolicyFile]) -> ResolvedPolicy? {
        guard let policy = files.last else { return nil }
        let defaultSpan = FileReading.head(of: policy.root)
        let top = LevelStack(levels: files.map(\.level), defaultSpan: defaultSpan)
        checkIdentity(policy)
        let combined = RouteCombination.combine(files.compactMap(\.routes))
        let routes: [ResolvedRoute]
        if let combined {
            if combined.isEmpty, files.allSatisfy({ $0.routes?.value.isEmpty != true }), let span = policy.routes?.span
            {
                combining.diagnostics.error(
                    "empty-intersection",
                    .init("no route matches a path that the outer level's routes match"),
                    at: span
                )
            }
            routes = combined.map { route in
                let stack = LevelStack(levels: top.levels + route.levels, defaultSpan: defaultSpan)
                return self.route(stack, pattern: route.pattern, span: route.span)
            }
        } else {
            routes = [route(top, pattern: nil, span: defaultSpan)]
        }
        TokenResolution.checkRenewals(routes, &combining)
        let unroutedAnswers = AnswerResolution.answers(top.levels)
        var resolved = ResolvedPolicy(
            name: policy.name?.value ?? "",
            target: files.reversed().lazy.compactMap(\.target?.value).first ?? .gateway,
            files: written,
            addressing: addressing(top),
            handshakeBytes: combining.smallest(
                top.levels.compactMap { $0.limits?.handshakeSize },
                named: "handshakeSize"
            ) ?? Located(.atMost(LimitDefaults.handshakeBytes), at: defaultSpan),
            limits: limits.checks,
            routes: routes,
            unrouted: UnroutedChecks(
                clients: HandshakeResolution.clients(top),
                tls: HandshakeResolution.tls(top),
                hosts: HandshakeResolution.hosts(top),
                answers: unroutedAnswers,
                responseHeaders: AnswerResolution.headers(top.levels, &combining),
                span: files.reversed().lazy.compactMap(\.routes?.span).first
            ),
            defaultSpan: defaultSpan
        )
        let timeouts = top.levels.compactMap { $0.limits?.handshakeTimeout }
        if let timeout = combining.smallest(timeouts, named: "handshakeTimeout") { resolved.handshakeTimeout = timeout }
        if let wait = Self.closeWait(top.levels) { resolved.unrouted.closeWait = wait.value }
        return resolved
    }

    /// The shortest of the levels' own; nil where none says any.
    private static func closeWait(_ levels: [Level]) -> Located<Nanoseconds>? {
        levels.compactMap { $0.limits?.closeWait }.min { $0.value.count < $1.value.count }
    }

    private mutating func route(_ stack: LevelStack, pattern: PathPattern?, span: Span) -> ResolvedRoute {
        let levels = stack.levels
        let messageBytes =
            combining.smallest(levels.compactMap { $0.limits?.messageSize }, named: "messageSize")
            ?? Located(.atMost(LimitDefaults.messageBytes), at: stack.defaultSpan)
        var route = ResolvedRoute(
            pattern: pattern,
            span: span,
            messageBytes: messageBytes,
            frameBytes: combining.smallest(levels.compactMap { $0.limits?.frameSize }, named: "frameSize")
                ?? messageBytes,
            fragments: combining.smallest(levels.compactMap { $0.limits?.fragments }, named: "fragments")
                ?? Located(.atMost(LimitDefaults.fragmentsPerMessage), at: stack.defaultSpan),
            idleTimeout: combining.smallest(levels.compactMap { $0.limits?.idleTimeout }, named: "idleTimeout")
                ?? Located(.atMost(LimitDefaults.idleTimeout), at: stack.defaultSpan),
            connectionLifetime: combining.smallest(
                levels.compactMap { $0.limits?.connectionLifetime },
                named: "connectionLifetime"
            ) ?? Located(.unlimited, at: stack.defaultSpan),
            answers: AnswerResolution.answers(levels)
        )
        route.beforeTokenBytes =
            combining.smallest(levels.compactMap { $0.limits?.beforeTokenSize }, named: "beforeToken.messageSize")
            ?? Located(.atMost(LimitDefaults.beforeTokenBytes), at: stack.defaultSpan)
        route.beforeTokenWithin =
            combining.smallest(levels.compactMap { $0.limits?.beforeTokenWithin }, named: "beforeToken.within")
            ?? Located(.atMost(LimitDefaults.beforeTokenWithin), at: stack.defaultSpan)
        route.closeWait = Self.closeWait(levels) ?? Located(LimitDefaults.closeWait, at: stack.defaultSpan)
        route.outboundBytes =
            combining.smallest(levels.compactMap { $0.limits?.outboundQueue }, named: "outboundQueue")
            ?? Located(.atMost(LimitDefaults.outboundBytes), at: stack.defaultSpan)
        route.clients = HandshakeResolution.clients(stack)
        route.tls = HandshakeResolution.tls(stack)
        route.hosts = HandshakeResolution.hosts(stack)
        route.subprotocols = HandshakeResolution.subprotocols(stack, &combining)
        route.tokens = TokenResolution.checks(stack, files, &combining)
        route.origins = HandshakeResolution.origins(stack, route.tokens, place: span, &combining)
        route.messages = MessageResolution.checks(stack, .fromClient, &limits, &combining)
        route.serverMessages = MessageResolution.checks(stack, .fromServer, &limits, &combining)
        addLimits(stack, to: &route)
        route.responseHeaders = AnswerResolution.headers(levels, &combining)
        MessageResolution.checkCosts(route, limits, &combining)
        return route
    }

    private mutating func addLimits(_ stack: LevelStack, to route: inout ResolvedRoute) {
        let sections = stack.sections(\.limits, head: \.head)
        let connections = sections.flatMap { limits.indices(of: $0.section.connections, mode: $0.mode) }
        let rates = connections.filter { limits.checks[$0].isRate }
        let counts = connections.filter { !limits.checks[$0].isRate }
        route.connectionLimits = (rates + counts).filter { !limits.checks[$0].needsIdentity }
        route.identityLimits = (rates + counts).filter { limits.checks[$0].needsIdentity }
        route.messageRates = sections.flatMap { limits.indices(of: $0.section.messages, mode: $0.mode) }
        route.byteRates = sections.flatMap { limits.indices(of: $0.section.bytes, mode: $0.mode) }
        route.controlFrames = sections.flatMap { section, mode in
            limits.indices(of: section.controlFrames.map { [$0] } ?? [], mode: mode)
        }
        if route.controlFrames.isEmpty {
            route.controlFrames = [
                limits.standard(.connection, LimitDefaults.controlFrames, at: stack.defaultSpan, named: "controlFrames")
            ]
        }
        if !route.tokens.isEmpty {
            route.tokenAttempts = sections.flatMap { section, mode in
                limits.indices(of: section.tokenAttempts.map { [$0] } ?? [], mode: mode)
            }
            if route.tokenAttempts.isEmpty {
                route.tokenAttempts = [
                    limits.standard(
                        .clientAddress(v4: 32, v6: 64),
                        LimitDefaults.tokenAttempts,
                        at: stack.defaultSpan,
                        named: "tokenAttempts"
                    )
                ]
            }
        } else {
            for index in route.identityLimits + route.messageRates + route.byteRates
            where limits.checks[index].needsIdentity {
                combining.diagnostics.error(
                    "limit-without-token",
                    .init("a limit per subject or claim needs a `token` section"),
                    at: limits.checks[index].span
                )
            }
        }
        if route.tokens.contains(where: { $0.messagePointer != nil }) {
            for index in route.identityLimits where limits.checks[index].isShared {
                combining.diagnostics.error(
                    "limit-shared",
                    .init("a token may come in the first message here, when the store is not asked any more"),
                    at: limits.checks[index].span,
                    help: "leave `shared` out, or take the token from the handshake alone"
                )
            }
        }
        let words = sections.map { $0.section }.map { (written: $0.onExceeded, head: $0.head) }
        route.onExceeded =
            combining.strictest(words, default: .close, order: [.close, .drop], named: "onExceeded")?.value ?? .close
        route.onStoreFailure =
            combining.strictest(
                sections.map { (written: $0.section.onStoreFailure, head: $0.section.head) },
                default: .deny,
                order: [.deny, .allow],
                named: "onStoreFailure"
            )?.value ?? .deny
    }

    private mutating func addressing(_ top: LevelStack) -> ResolvedPolicy.Addressing {
        let sections = top.levels.compactMap(\.transport)
        return ResolvedPolicy.Addressing(
            source: combining.equal(sections.compactMap(\.clientAddress), named: "clientAddress")
                ?? Located(.peer, at: top.defaultSpan),
            trustedProxies: sections.compactMap(\.trustedProxies)
        )
    }

    /// An extended file may have another name; a target must be the same.
    private mutating func checkIdentity(_ policy: PolicyFile) {
        _ = combining.equal(files.compactMap(\.target), named: "target")
    }
}
