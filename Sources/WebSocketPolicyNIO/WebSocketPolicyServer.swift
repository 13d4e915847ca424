public import NIOCore
public import PolicyRuntime
import Synchronization

/// A policy in front of a SwiftNIO server: what all of its connections share.
///
///     let policy = WebSocketPolicyServer(engine: engine)
///     let bootstrap = ServerBootstrap(group: group).childChannelInitializer { channel in
///         policy.protect(channel) { channel, connection in
///             try channel.pipeline.syncOperations.addHandler(QuoteHandler(subject: connection.subject))
///         }
///     }
///
/// The policy's handler reads the socket's bytes (behind TLS, where there is TLS), answers the handshake, and hands on whole
/// messages that passed, as `WebSocketMessage`; the application writes `WebSocketMessage`.
public final class WebSocketPolicyServer: Sendable {
    /// What the application may choose; the policy says everything else.
    public struct Options: Sendable {
        /// How long after the last message the client is pinged.
        ///
        /// `automatic` is half of the policy's `idleTimeout`, so that a client that answers is never idle. While a ping is
        /// unanswered, no other is sent.
        public enum PingInterval: Sendable, Equatable {
            /// Half of `limits.idleTimeout`; no pings where that is unlimited.
            case automatic
            /// No pings.
            case never
            /// A time of at least one millisecond.
            case every(TimeAmount)
        }

        /// When clients are pinged.
        public var pingInterval = PingInterval.automatic
        /// How many connections may at once wait for the answer to a close that refused their handshake.
        ///
        /// Beyond it such refusals are told by HTTP, as all others are.
        public var maximumClosingHandshakes = 1024
        /// The wall clock, nanoseconds since 1970; dates in tokens are compared with it.
        public var wallClock: @Sendable () -> Int64 = SystemWallClock.nanoseconds
        /// Hears of every refusal, close, drop and warning, and of accepted handshakes; called on the event loop.
        public var onDecision: (@Sendable (WebSocketDecision) -> Void)?
        /// Who is asked about opaque tokens, where the policy has `token.introspection`; nil refuses them by storeUnavailable.
        ///
        ///     let introspector = try TokenIntrospector()
        ///     options.answer = { question in await introspector.answer(to: question) }
        public var answer: (@Sendable (TokenQuestion) async -> TokenAnswer)?
        /// Who counts handshakes for all instances, where the policy has limits with `shared: true`; nil: `onStoreFailure` decides.
        ///
        ///     options.count = { store.count($0, on: $1, answered: $2) }
        ///
        /// It is called on the connection's event loop, and says how the handshake goes on, once, on that loop.
        public var count: Counting?
        /// What becomes of requests that are no WebSocket handshake: nil refuses them.
        ///
        /// It adds the handlers of an HTTP server to the pipeline; what has arrived is read again by them.
        public var otherRequests: (@Sendable (any Channel) throws -> Void)?

        /// The standard options.
        public init() {}
    }

    /// Who counts a handshake: what waits for the count, the event loop, and who hears how it goes on.
    public typealias Counting =
        @Sendable (consuming PendingCount, any EventLoop, @escaping (consuming Opening) -> Void) -> Void

    /// What the application chose.
    public let options: Options
    private let current: Mutex<PolicyEngine>
    private let closingHandshakes = Atomic<Int>(0)

    /// A server's policy.
    ///
    /// - Parameters:
    ///   - engine: the policy at work.
    ///   - options: what the application chooses.
    public init(engine: PolicyEngine, options: Options = Options()) {
        self.options = options
        current = Mutex(engine)
    }

    /// The engine that decides new handshakes.
    public var engine: PolicyEngine { current.withLock { $0 } }

    /// Puts another engine in its place.
    ///
    /// Handshakes from now on are decided by it; connections that are open keep the policy that admitted them.
    ///
    /// - Parameter engine: the new one.
    public func replace(with engine: PolicyEngine) {
        current.withLock { $0 = engine }
    }

    /// Puts the policy in front of a channel of a server: the one call that a child channel's initializer needs.
    ///
    /// - Parameters:
    ///   - channel: a new connection; where TLS ends here, its handler stands in the pipeline already.
    ///   - isSecure: whether TLS ends in this server.
    ///   - configure: adds the application's handlers once the connection belongs to somebody; on the event loop.
    /// - Returns: done when the policy stands in the pipeline.
    public func protect(
        _ channel: any Channel,
        isSecure: Bool = false,
        configure: @escaping @Sendable (any Channel, WebSocketConnection) throws -> Void
    ) -> EventLoopFuture<Void> {
        let add: @Sendable () throws -> Void = {
            let handler = WebSocketPolicyHandler(self, isSecure: isSecure, configure: configure)
            try channel.pipeline.syncOperations.addHandler(handler)
        }
        // At once where it can be: nothing may arrive before the policy stands.
        guard channel.eventLoop.inEventLoop else { return channel.eventLoop.submit(add) }
        return channel.eventLoop.makeCompletedFuture(Result(catching: add))
    }

    /// Takes one of the places for handshakes that are refused by a close; false when there is none.
    func beginClosingHandshake() -> Bool {
        guard closingHandshakes.add(1, ordering: .relaxed).newValue > options.maximumClosingHandshakes else {
            return true
        }
        endClosingHandshake()
        return false
    }

    /// Gives the place back.
    func endClosingHandshake() {
        closingHandshakes.subtract(1, ordering: .relaxed)
    }
}
