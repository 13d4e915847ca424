package import PolicyDocument
package import WebSocketProtocol

/// A policy whose levels have been combined: what the planner compiles and the reference evaluator walks.
///
/// Levels combine by *and*, so what remains of them is, for each route, a list of checks that must all pass. Every check
/// knows where it was written and whether it refuses or only reports.
package struct ResolvedPolicy: Sendable {
    package var name: String
    package var target: Target
    /// The files in the order in which they were read: the policy itself first, then what it extends.
    package var files: [PolicyFile]
    package var addressing: Addressing
    /// Bound on request line and fields together, in bytes.
    package var handshakeBytes: Located<Bound<Int64>>
    /// How long the head of a request may take to arrive.
    package var handshakeTimeout: Located<Bound<Nanoseconds>>
    /// Every counter of the policy, once; pipelines refer to them by index, so that a top-level entry counts across
    /// routes and a route's own entry counts in that route.
    package var limits: [LimitCheck]
    /// Most specific first: the first whose pattern matches is the connection's route.
    ///
    /// Exactly one entry with a nil pattern where the policy has no `routes`.
    package var routes: [ResolvedRoute]
    /// Where no route matches: the checks that stand before pathForbidden, and how the refusal is told.
    package var unrouted: UnroutedChecks
    /// Where checks point that no line of the policy states: the first line of the policy itself.
    package var defaultSpan: Span

    /// How a client's address and scheme are found.
    package struct Addressing: Sendable {
        package var source: Located<TransportSection.ClientAddressSource>
        /// A hop is trusted when every list holds it; no list, no trust.
        package var trustedProxies: [Located<[Located<AddressPrefix>]>]

        package init(
            source: Located<TransportSection.ClientAddressSource>,
            trustedProxies: [Located<[Located<AddressPrefix>]>]
        ) {
            self.source = source
            self.trustedProxies = trustedProxies
        }
    }

    package init(
        name: String,
        target: Target,
        files: [PolicyFile],
        addressing: Addressing,
        handshakeBytes: Located<Bound<Int64>>,
        limits: [LimitCheck],
        routes: [ResolvedRoute],
        unrouted: UnroutedChecks,
        defaultSpan: Span
    ) {
        self.name = name
        self.target = target
        self.files = files
        self.addressing = addressing
        self.handshakeBytes = handshakeBytes
        handshakeTimeout = Located(.atMost(LimitDefaults.handshakeTimeout), at: defaultSpan)
        self.limits = limits
        self.routes = routes
        self.unrouted = unrouted
        self.defaultSpan = defaultSpan
    }
}

/// What is checked of a handshake whose path no route matches.
package struct UnroutedChecks: Sendable {
    package var clients: [ClientsCheck]
    package var tls: [TLSCheck]
    package var hosts: [HostsCheck]
    package var answers: Answers
    package var responseHeaders: [ResponseHeaderEntry]
    package var closeWait: Nanoseconds = LimitDefaults.closeWait
    /// The `routes` key that refuses; nil where every path has a route.
    package var span: Span?

    package init(
        clients: [ClientsCheck],
        tls: [TLSCheck],
        hosts: [HostsCheck],
        answers: Answers,
        responseHeaders: [ResponseHeaderEntry],
        span: Span?
    ) {
        self.clients = clients
        self.tls = tls
        self.hosts = hosts
        self.answers = answers
        self.responseHeaders = responseHeaders
        self.span = span
    }
}

/// All that is decided for the connections of one route, in the order of a decision.
package struct ResolvedRoute: Sendable {
    /// nil: every path.
    package var pattern: PathPattern?
    package var span: Span
    package var clients: [ClientsCheck] = []
    package var tls: [TLSCheck] = []
    package var hosts: [HostsCheck] = []
    package var origins: [OriginsCheck] = []
    /// Indices into `ResolvedPolicy.limits`: rates, then counts, that need no token (per address, route, server).
    package var connectionLimits: [Int] = []
    package var subprotocols: [SubprotocolsCheck] = []
    /// Failed verifications by address; always there where a token check is.
    ///
    /// Indices into the limits.
    package var tokenAttempts: [Int] = []
    /// At most one that enforces, then at most one that observes.
    package var tokens: [TokenCheck] = []
    /// Rates, then counts, per subject or claim.
    ///
    /// Indices into the limits.
    package var identityLimits: [Int] = []

    /// Payload bytes of a whole message.
    package var messageBytes: Located<Bound<Int64>>
    /// Payload bytes of one frame; the message's bound where no level names another.
    package var frameBytes: Located<Bound<Int64>>
    package var fragments: Located<Bound<Int64>>
    package var controlFrames: [Int] = []
    package var messageRates: [Int] = []
    package var byteRates: [Int] = []
    package var onExceeded: LimitsSection.OnExceeded = .close
    package var onStoreFailure: LimitsSection.OnStoreFailure = .deny
    /// What holds until the first message has brought its token.
    package var beforeTokenBytes: Located<Bound<Int64>>
    package var beforeTokenWithin: Located<Bound<Nanoseconds>>
    package var idleTimeout: Located<Bound<Nanoseconds>>
    package var connectionLifetime: Located<Bound<Nanoseconds>>
    /// How long a peer may take to answer a close.
    package var closeWait: Located<Nanoseconds>
    /// Bytes that may wait for a client that does not read.
    package var outboundBytes: Located<Bound<Int64>>
    /// At most one that enforces, then at most one that observes.
    package var messages: [MessageCheck] = []
    /// The same for what the server sends.
    package var serverMessages: [MessageCheck] = []

    package var answers: Answers
    package var responseHeaders: [ResponseHeaderEntry] = []

    /// The place of a renewal's message among the types of the enforced check; nil where it has none.
    package func type(of renewal: TokenSection.Renewal) -> Int? {
        messages.first { $0.mode == .enforce }?.types?.value.firstIndex { $0.name == renewal.type }
    }

    package init(
        pattern: PathPattern?,
        span: Span,
        messageBytes: Located<Bound<Int64>>,
        frameBytes: Located<Bound<Int64>>,
        fragments: Located<Bound<Int64>>,
        idleTimeout: Located<Bound<Nanoseconds>>,
        connectionLifetime: Located<Bound<Nanoseconds>>,
        answers: Answers
    ) {
        self.pattern = pattern
        self.span = span
        self.messageBytes = messageBytes
        self.frameBytes = frameBytes
        self.fragments = fragments
        beforeTokenBytes = Located(.atMost(LimitDefaults.beforeTokenBytes), at: span)
        beforeTokenWithin = Located(.atMost(LimitDefaults.beforeTokenWithin), at: span)
        closeWait = Located(LimitDefaults.closeWait, at: span)
        outboundBytes = Located(.atMost(LimitDefaults.outboundBytes), at: span)
        self.idleTimeout = idleTimeout
        self.connectionLifetime = connectionLifetime
        self.answers = answers
    }
}
