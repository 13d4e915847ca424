package import NIOCore
import NIOPosix
public import PolicyPlan
public import PolicyRuntime
import Synchronization
import WebSocketPolicyJWT
package import WebSocketProtocol

/// Keeps the key sets that a plan names by address: fetches them before an engine starts, and again while it runs.
///
/// A set is fetched again after a while, and when a token names a key that it lacks, then at most once a cool-down. A set that
/// cannot be fetched, or that cannot be used, leaves the one before in its place until that is too old.
public final class KeySetRefresher: Sendable {
    /// Gets the bytes of a set; fails with `ExchangeProblem`.
    package typealias Fetch = @Sendable (HTTPSAddress, any EventLoop) -> EventLoopFuture<[UInt8]>

    private struct KeySet {
        let address: HTTPSAddress
        var schedule: KeySetSchedule
        var copy: KeySetCopy?
        var timer: Scheduled<Void>?
    }

    private struct State {
        var sets: [String: KeySet] = [:]
        var engine: (authority: JWTAuthority, plan: Plan)?
    }

    /// As the plan names them, in its order.
    public let addresses: [String]
    private let settings: RemoteSettings
    private let loop: any EventLoop
    private let fetch: Fetch
    /// Nanoseconds since 1970.
    private let wallClock: @Sendable () -> Int64
    private let state: Mutex<State>

    /// - Parameters:
    ///   - plan: whose key sets are fetched.
    ///   - settings: how.
    /// - Throws: `RemoteError` where what is to be trusted cannot be read.
    public convenience init(plan: Plan, settings: RemoteSettings = RemoteSettings()) throws(RemoteError) {
        let client = try HTTPSClient(settings)
        self.init(
            plan: plan,
            settings: settings,
            loop: MultiThreadedEventLoopGroup.singleton.any(),
            wallClock: { WallClock.unixNanoseconds },
            fetch: { address, loop in
                client.answer(
                    to: HTTPSRequest(address: address, accepts: "application/jwk-set+json, application/json"),
                    on: loop
                )
            }
        )
    }

    package init(
        plan: Plan,
        settings: RemoteSettings,
        loop: any EventLoop,
        wallClock: @escaping @Sendable () -> Int64,
        fetch: @escaping Fetch
    ) {
        addresses = JWTAuthority.keySetAddresses(of: plan)
        self.settings = settings
        self.loop = loop
        self.wallClock = wallClock
        self.fetch = fetch
        var sets: [String: KeySet] = [:]
        for text in addresses {
            // A plan may be anybody's: what is no address is never fetched, and so found missing.
            guard let address = try? HTTPSAddress(parsing: text) else { continue }
            sets[text] = KeySet(
                address: address,
                schedule: KeySetSchedule(
                    every: Self.nanoseconds(settings.refreshEvery),
                    coolDown: Self.nanoseconds(settings.coolDown)
                )
            )
        }
        state = Mutex(State(sets: sets))
    }

    /// The last copy of a set, for the start of an engine; nil where none was fetched.
    public func copy(of address: String) -> KeySetCopy? {
        state.withLock { $0.sets[address]?.copy }
    }

    // MARK: Before an engine starts

    /// Fetches every set.
    ///
    /// - Throws: `RemoteError` with the address of the first that cannot be had.
    public func fetchAll() async throws(RemoteError) {
        do { try await fetchEverything().get() } catch { throw error as? RemoteError ?? RemoteError("\(error)") }
    }

    /// Fetches every set, and waits for it; not for event loops and tasks.
    ///
    /// - Throws: `RemoteError` with the address of the first that cannot be had.
    public func fetchAllAndWait() throws(RemoteError) {
        do { try fetchEverything().wait() } catch { throw error as? RemoteError ?? RemoteError("\(error)") }
    }

    /// Fetches every set; fails with `RemoteError`.
    func fetchEverything() -> EventLoopFuture<Void> {
        let loop = loop
        let fetches = addresses.map { text in
            loop.flatSubmit { self.refresh(text, isFirst: true) ?? loop.makeSucceededFuture(nil) }
        }
        return EventLoopFuture.whenAllSucceed(fetches, on: loop).flatMapThrowing { problems in
            if let problem = problems.lazy.compactMap({ $0 }).first { throw problem }
        }
    }

    // MARK: While an engine runs

    /// Keeps an engine's key sets fresh until the task is cancelled.
    ///
    /// - Parameter engine: one of the same plan.
    public func run(for engine: PolicyEngine) async {
        start(for: engine)
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        await withTaskCancellationHandler {
            for await _ in stream {}
        } onCancel: {
            continuation.finish()
        }
        stop()
    }

    /// Begins to keep an engine's key sets fresh; `stop` ends it.
    package func start(for engine: PolicyEngine) {
        guard let authority = engine.tokens as? JWTAuthority else { return }
        state.withLock { $0.engine = (authority, engine.plan) }
        authority.keySetDemand.onDemand { [weak self] in
            guard let self else { return }
            loop.execute { self.meetDemand() }
        }
        for address in addresses { loop.execute { self.arm(address) } }
    }

    /// Fetches nothing any more.
    package func stop() {
        let (timers, authority) = state.withLock { state in
            let timers = state.sets.values.compactMap(\.timer)
            for address in addresses { state.sets[address]?.timer = nil }
            let authority = state.engine?.authority
            state.engine = nil
            return (timers, authority)
        }
        authority?.keySetDemand.onDemand(nil)
        for timer in timers { timer.cancel() }
    }

    private func meetDemand() {
        guard let authority = state.withLock({ $0.engine?.authority }) else { return }
        for address in authority.keySetDemand.take() {
            let now = loop.now.uptimeNanoseconds
            let hasMoved = state.withLock { $0.sets[address]?.schedule.wanted(at: now) ?? false }
            if hasMoved { arm(address) }
        }
    }

    /// Waits for the next fetch of a set.
    private func arm(_ address: String) {
        state.withLock { state in
            guard state.engine != nil, let next = state.sets[address]?.schedule.next else { return }
            state.sets[address]?.timer?.cancel()
            state.sets[address]?.timer = loop.scheduleTask(deadline: .uptimeNanoseconds(next)) { [weak self] in
                guard let self else { return }
                _ = refresh(address, isFirst: false)
            }
        }
    }

    /// Fetches a set if it is time; the future's value says what is wrong.
    private func refresh(_ text: String, isFirst: Bool) -> EventLoopFuture<RemoteError?>? {
        let now = loop.now.uptimeNanoseconds
        let address: HTTPSAddress? = state.withLock { state in
            guard isFirst || state.engine != nil, state.sets[text]?.schedule.begin(at: now) == true else { return nil }
            return state.sets[text]?.address
        }
        guard let address else { return nil }
        return fetch(address, loop).map { bytes in
            self.take(bytes, of: text)
        }.flatMapErrorThrowing { error in
            (error as? ExchangeProblem ?? ExchangeProblem(error)).text
        }.map { problem in
            self.finish(text, problem)
        }
    }

    /// Takes the bytes of a set in use; what is wrong with them where it cannot.
    private func take(_ bytes: [UInt8], of address: String) -> String? {
        let (end, isEndless) = wallClock().addingReportingOverflow(Int64(Self.nanoseconds(settings.maximumAge)))
        let copy = KeySetCopy(bytes: bytes, usableUntil: isEndless ? .max : end)
        if let (authority, plan) = state.withLock({ $0.engine }) {
            do throws(KeyError) {
                try authority.replaceKeySet(address, with: copy, plan: plan.view)
            } catch {
                return "gives what is no key set for the policy: \(error.message)"
            }
        }
        state.withLock { $0.sets[address]?.copy = copy }
        return nil
    }

    private func finish(_ address: String, _ problem: String?) -> RemoteError? {
        let now = loop.now.uptimeNanoseconds
        let jitter = Double.random(in: 0..<1)
        let isRunning = state.withLock { state in
            if problem == nil {
                state.sets[address]?.schedule.succeeded(at: now, jitter: jitter)
            } else {
                state.sets[address]?.schedule.failed(at: now, jitter: jitter)
            }
            return state.engine != nil
        }
        if isRunning { arm(address) }
        guard let problem else { return nil }
        if isRunning { settings.note("the key set `\(address)` \(problem); the copy before it stays in use") }
        return RemoteError("the key set `\(address)` \(problem)")
    }

    private static func nanoseconds(_ duration: Duration) -> UInt64 {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0 else { return 0 }
        let (whole, isLong) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        // Half of the range is 146 years: what is added to it stays within.
        return isLong ? UInt64(Int64.max) : min(UInt64(Int64.max), whole &+ UInt64(max(0, attoseconds)) / 1_000_000_000)
    }
}
