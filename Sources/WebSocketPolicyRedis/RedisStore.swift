public import NIOCore
public import PolicyRuntime
import Synchronization
public import WebSocketProtocol

/// Counters, and lists of who is revoked, that all instances share, in Redis or Valkey.
///
/// Each event loop has a connection of its own, and lists of who is revoked have one. Handshakes ask by `admit`; what messages want is leased in the background for
/// every engine that is attached. Lists of who is revoked are read in the background, and looked at where they were read.
public final class RedisStore: Sendable {
    private let figures = StoreFigures()
    let names: StoreNames
    private let now: @Sendable () -> Moment
    private let connections: [ObjectIdentifier: StoreConnection]
    /// Of leases.
    private let first: StoreConnection
    private let attached: Shared<Attached>
    let feed: RevocationFeed
    let revokingTimeout: TimeAmount

    private struct Attached: Sendable {
        var counters: [SharedCounters] = []
        var isAvailable = false
        var leasing: RepeatedTask?
    }

    /// Connects in the background; until then, and whenever it cannot be reached, the store is away.
    ///
    /// - Parameters:
    ///   - options: where the store is.
    ///   - group: the event loops that ask.
    ///   - now: the clock that the engine's moments are read from.
    /// - Throws: `StoreError` where the options would show who is counted.
    public init(
        _ options: StoreOptions,
        group: any EventLoopGroup,
        now: @escaping @Sendable () -> Moment
    ) throws(StoreError) {
        guard options.secret.count >= 16 else { throw .shortSecret }
        self.now = now
        names = StoreNames(prefix: options.prefix, secret: options.secret)
        let attached = Shared(Attached())
        let loops = Array(group.makeIterator())
        let figures = figures
        let firstLoop = loops.first ?? group.next()
        let first = StoreConnection(options, figures, scripts: StoreScript.counting, on: firstLoop) { isAvailable in
            attached.state.withLock { attached in
                attached.isAvailable = isAvailable
                for counters in attached.counters { counters.setAvailable(isAvailable) }
            }
        }
        self.first = first
        connections = Dictionary(
            loops.dropFirst().map { loop in
                let connection = StoreConnection(options, figures, scripts: StoreScript.counting, on: loop) { _ in }
                return (ObjectIdentifier(loop), connection)
            } + [(ObjectIdentifier(firstLoop), first)],
            uniquingKeysWith: { _, last in last }
        )
        self.attached = attached
        feed = RevocationFeed(options, names, figures, on: firstLoop, now: now)
        revokingTimeout = options.revokingTimeout
        for connection in connections.values { connection.loop.execute { connection.start() } }
        let task = firstLoop.scheduleRepeatedTask(initialDelay: options.leaseInterval, delay: options.leaseInterval) {
            _ in
            self.lease()
        }
        attached.state.withLock { $0.leasing = task }
    }

    /// What it was asked and how it answered.
    public var metrics: StoreMetrics {
        var metrics = figures.snapshot
        metrics.refusedHere = attached.state.withLock { $0.counters.reduce(0) { $0 + $1.refusalsWithoutAsking } }
        metrics.revocations = feed.entryCount
        return metrics
    }

    /// Leases from now on what messages want that this engine decides; once for each engine that shares anything.
    public func attach(_ engine: PolicyEngine) {
        guard let counters = engine.sharedCounters else { return }
        attached.state.withLock { attached in
            guard !attached.counters.contains(where: { $0 === counters }) else { return }
            attached.counters.append(counters)
            counters.setAvailable(attached.isAvailable)
        }
    }

    /// Ends every connection; from then on the store is away.
    public func shutDown() {
        attached.state.withLock { attached in
            attached.leasing?.cancel()
            attached.leasing = nil
        }
        feed.loop.execute { self.feed.end() }
        for connection in connections.values { connection.loop.execute { connection.end() } }
    }

    // MARK: Handshakes

    /// Decides one opening handshake, asking the store where the policy shares a limit of connections.
    ///
    /// A policy with opaque tokens asks somebody else in between: `begin(_:at:countsTogether:)` and `count` do each alone.
    ///
    /// - Parameters:
    ///   - request: the handshake.
    ///   - engine: the engine that decides.
    ///   - loop: the event loop that this is called on, one of the group's.
    ///   - decided: hears the decision once, on that loop; at once where nothing must be asked.
    public func admit(
        _ request: HandshakeRequest,
        engine: PolicyEngine,
        on loop: any EventLoop,
        decided: @escaping (consuming Admission) -> Void
    ) {
        goOn(engine.begin(request, at: now(), countsTogether: true), loop, decided)
    }

    /// Asks for the count of one handshake that waits for it.
    ///
    /// - Parameters:
    ///   - pending: the handshake.
    ///   - loop: the event loop that this is called on, one of the group's.
    ///   - answered: hears how it goes on, once, on that loop.
    public func count(
        _ pending: consuming PendingCount,
        on loop: any EventLoop,
        answered: @escaping (consuming Opening) -> Void
    ) {
        let connection = connections[ObjectIdentifier(loop)] ?? first
        let (script, arguments) = StoreScript.taking(pending.hit.quantity)
        let key = names.key(pending.hit.name)
        let waiting = Waiting(pending)
        connection.ask(script, key: key, arguments + [1]) { reply in
            guard let pending = waiting.take() else { return }
            answered(pending.answer(self.answer(reply), at: self.now()))
        }
    }

    private func goOn(
        _ opening: consuming Opening,
        _ loop: any EventLoop,
        _ decided: @escaping (consuming Admission) -> Void
    ) {
        switch consume opening {
        case .decided(let admission): decided(admission)
        case .count(let pending): count(pending, on: loop) { self.goOn($0, loop, decided) }
        // Nobody is asked here.
        case .ask(let pending): goOn(pending.answer(.unavailable, at: now()), loop, decided)
        }
    }

    private func answer(_ reply: Reply?) -> SharedAnswer {
        guard let (count, wait) = Self.numbers(reply) else { return .unavailable }
        guard count == 0 else {
            figures.count { $0.taken += 1 }
            return .taken
        }
        figures.count { $0.refused += 1 }
        return .refused(retryAfterNanoseconds: wait)
    }

    /// What a script answers: hits, and nanoseconds.
    static func numbers(_ reply: Reply?) -> (count: UInt64, wait: UInt64)? {
        guard case .list(let items)? = reply, items.count == 2, case .number(let count) = items[0],
            case .number(let wait) = items[1], count >= 0, wait >= 0
        else { return nil }
        return (UInt64(count), UInt64(wait).multipliedReportingOverflow(by: 1000).partialValue)
    }

    // MARK: Leases

    private func lease() {
        for counters in attached.state.withLock({ $0.counters }) {
            for want in counters.takeWants() { lease(want, of: counters) }
        }
    }

    private func lease(_ want: LeaseWant, of counters: SharedCounters) {
        let (debt, count) = want.table.asking(want.place)
        let (script, arguments) = StoreScript.leasing(want.hit.quantity)
        first.ask(script, key: names.key(want.hit.name), arguments + [count, debt]) { reply in
            guard let (granted, wait) = Self.numbers(reply) else { return want.table.fail(want.place) }
            self.figures.count { if wait == 0 { $0.taken += 1 } else { $0.refused += 1 } }
            let owesMore = want.table.settle(
                want.place,
                debt: debt,
                granted: granted,
                retryAfter: wait,
                now: self.now().ticks
            )
            if owesMore { counters.add(want) }
        }
    }
}

/// A handshake that waits, for a closure that can only be given what can be copied.
private final class Waiting {
    private var pending: PendingCount?

    init(_ pending: consuming PendingCount) { self.pending = consume pending }

    func take() -> PendingCount? { pending.take() }
}

/// A lock that closures share.
final class Shared<Value>: Sendable where Value: Sendable {
    let state: Mutex<Value>

    init(_ value: Value) { state = Mutex(value) }
}
