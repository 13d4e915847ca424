package import PolicyDocument
package import PolicyModel

/// A policy as the planner works on it: for each route the steps of a decision, still with their places and their sets.
///
/// A pass may change how a decision is reached, never which one it is, nor which line it names: an event that several
/// checks would refuse is refused by the first of them.
package struct DecisionGraph: Sendable {
    package var name: String
    package var target: Target
    package var addressing: ResolvedPolicy.Addressing
    package var handshakeBytes: Located<Bound<Int64>>
    package var handshakeTimeout: Located<Bound<Nanoseconds>>
    package var limits: [LimitCheck]
    /// Most specific first.
    package var routes: [Pipeline]
    /// For paths that no route matches.
    package var unrouted: Pipeline
    package var defaultSpan: Span

    /// Whether paths matter at all.
    package var hasPaths: Bool {
        routes.contains { $0.pattern != nil }
    }
}

/// One route's handshake, in the order of a decision, and what holds for its connections.
package struct Pipeline: Sendable {
    /// nil: every path, or none of the others.
    package var pattern: PathPattern?
    package var span: Span
    package var steps: [GraphStep]
    /// In order of preference; nil where no level lists any.
    package var selectable: [String]?
    package var answers: Answers
    package var responseHeaders: [ResponseHeaderEntry]
    /// How long a peer may take to answer a close.
    package var closeWait: Nanoseconds
    /// nil where no connection comes of it.
    package var traffic: Traffic?

    /// What holds for an open connection.
    package struct Traffic: Sendable {
        package var messageBytes: Located<Bound<Int64>>
        package var frameBytes: Located<Bound<Int64>>
        package var fragments: Located<Bound<Int64>>
        package var beforeTokenBytes: Located<Bound<Int64>>
        package var beforeTokenWithin: Located<Bound<Nanoseconds>>
        package var idleTimeout: Located<Bound<Nanoseconds>>
        package var connectionLifetime: Located<Bound<Nanoseconds>>
        package var outboundBytes: Located<Bound<Int64>>
        package var controlFrames: [Int]
        package var messageRates: [Int]
        package var byteRates: [Int]
        package var onExceeded: LimitsSection.OnExceeded
        package var onStoreFailure: LimitsSection.OnStoreFailure
        /// The place of the type whose messages renew the token; nil where none does.
        package var renewingType: Int?
        package var client: Messages
        package var server: Messages

        /// The checks of one direction.
        package struct Messages: Sendable {
            package var enforced: MessageCheck?
            package var observed: MessageCheck?

            init(_ checks: [MessageCheck]) {
                enforced = checks.first { $0.mode == .enforce }
                observed = checks.first { $0.mode == .observe }
            }

            var all: [MessageCheck] {
                [enforced, observed].compactMap { $0 }
            }
        }
    }
}

/// One check of a handshake.
package struct GraphStep: Sendable {
    package var check: GraphCheck
    package var mode: Mode
    package var span: Span

    package init(check: GraphCheck, mode: Mode, span: Span) {
        self.check = check
        self.mode = mode
        self.span = span
    }
}

/// What a step checks, in the order in which a decision reports.
package enum GraphCheck: Sendable {
    case clients(ClientsCheck)
    case tls
    case hosts(HostsCheck)
    case path
    /// Origins with the places that refuse them, besides what the check itself refuses.
    case origins(OriginsCheck, refused: [Located<OriginPattern>] = [])
    case limit(Int)
    case subprotocols(SubprotocolsCheck)
    case token(TokenCheck, attempts: [Int])
    case identityLimit(Int)

    /// The place among the kinds of checks.
    package var rank: Int {
        switch self {
        case .clients: 0
        case .tls: 1
        case .hosts: 2
        case .path: 3
        case .origins: 4
        case .limit: 5
        case .subprotocols: 6
        case .token: 7
        case .identityLimit: 8
        }
    }
}
