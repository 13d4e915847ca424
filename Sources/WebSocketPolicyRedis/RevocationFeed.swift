import NIOCore
import PolicyRuntime
import Synchronization

/// Keeps this instance's lists of who is revoked like the store's, and writes to the store's.
///
/// All lists go over one connection of their own, which counting does not wait behind; it is made when the first list is asked for.
/// Everything but `list(of:)` and `entryCount` is called on its event loop.
// @unchecked: every `var` is touched on `loop` alone, `connection` from the end of `init` on; the rest is `let`.
final class RevocationFeed: @unchecked Sendable {
    /// What became of something that was to be written.
    enum Written: Sendable {
        case yes
        /// The list has as many entries as it may.
        case full
        /// Whether the store took it is not known.
        case unreached
    }

    private struct Feed {
        let list: SharedRevocations
        let keys: [[UInt8]]
        var reading: RevocationReading
    }

    /// So many changes are asked for at once: a thousand hold a server up for 7 ms and more.
    private static let pageLength = 250
    /// So many entries are written back at once.
    private static let keptAtOnce = 200

    private let options: StoreOptions
    private let names: StoreNames
    let loop: any EventLoop
    private let connection: StoreConnection
    private let figures: StoreFigures
    private let now: @Sendable () -> Moment
    private let lists = Mutex<[String: SharedRevocations]>([:])
    /// By the policy's name.
    private var feeds: [String: Feed] = [:]
    private var asking: RepeatedTask?
    private var isStarted = false

    init(
        _ options: StoreOptions,
        _ names: StoreNames,
        _ figures: StoreFigures,
        on loop: any EventLoop,
        now: @escaping @Sendable () -> Moment
    ) {
        self.options = options
        self.names = names
        self.figures = figures
        self.loop = loop
        self.now = now
        var patient = options
        patient.timeout = options.revocationTimeout
        let connected = Shared<(@Sendable () -> Void)?>(nil)
        connection = StoreConnection(patient, figures, scripts: StoreScript.listing, on: loop) { isAvailable in
            if isAvailable { connected.state.withLock { $0 }?() }
        }
        let isConnected: @Sendable () -> Void = { [weak self] in self?.connected() }
        connected.state.withLock { $0 = isConnected }
    }

    private func start() {
        guard !isStarted else { return }
        isStarted = true
        connection.start()
    }

    /// Entries of all lists.
    var entryCount: Int { lists.withLock { $0.values.reduce(0) { $0 + $1.entryCount } } }

    /// The list of a policy, which is read from now on.
    func list(of policy: String) -> SharedRevocations {
        let (list, isNew) = lists.withLock { lists in
            if let known = lists[policy] { return (known, false) }
            let list = SharedRevocations(naming: names.naming(of: policy))
            lists[policy] = list
            return (list, true)
        }
        if isNew { loop.execute { self.begin(policy, list) } }
        return list
    }

    private func begin(_ policy: String, _ list: SharedRevocations) {
        feeds[policy] = Feed(
            list: list,
            keys: names.listKeys(of: policy),
            reading: RevocationReading(most: options.mostRevocations)
        )
        start()
        ask(policy)
        guard asking == nil else { return }
        let interval = options.revocationInterval
        asking = loop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in self.askAll() }
    }

    /// The store was connected to.
    private func connected() {
        for policy in feeds.keys {
            guard let list = feeds[policy]?.list else { continue }
            feeds[policy]?.reading.connected(list, to: connection.process)
        }
        askAll()
    }

    /// Asks no more; what is known grows old.
    func end() {
        asking?.cancel()
        asking = nil
        isStarted = true
        connection.end()
    }

    // MARK: Reading

    private func askAll() {
        for policy in feeds.keys { ask(policy) }
    }

    private func ask(_ policy: String) {
        guard let step = feeds[policy]?.reading.due() else { return }
        go(on: step, policy)
    }

    private func go(on step: RevocationReading.Step, _ policy: String) {
        guard let feed = feeds[policy] else { return }
        switch step {
        case .rest: return
        case .ask(let after):
            connection.ask(.readRevoked, keys: feed.keys, Self.words(after, UInt64(Self.pageLength))) { reply in
                self.received(RevocationPage(reply), policy)
            }
        case .keep(let changes): keep(changes[...], policy)
        }
    }

    private func received(_ page: RevocationPage?, _ policy: String) {
        guard let list = feeds[policy]?.list else { return }
        if let page, !page.hasMore { figures.count { $0.revocationReads += 1 } }
        let knownFor = UInt64(max(0, options.revocationsKnownFor.nanoseconds))
        let step = feeds[policy]?.reading.received(page, list, at: now(), knownFor: knownFor)
        if let step { go(on: step, policy) }
    }

    /// Writes entries back, a part after the other; what a full list does not take stays in this instance's.
    private func keep(_ changes: ArraySlice<RevocationChange>, _ policy: String) {
        guard let feed = feeds[policy] else { return }
        let part = changes.prefix(Self.keptAtOnce)
        guard !part.isEmpty else {
            feeds[policy]?.reading.kept(true, feed.list)
            return
        }
        var words = Self.words(UInt64(options.mostRevocations))
        for change in part {
            words.append(StoreNames.text(change.name))
            words += Self.words(RevocationPage.milliseconds(change.end), change.version)
        }
        connection.ask(.keepRevoked, keys: feed.keys, words) { reply in
            guard RedisStore.numbers(reply) != nil else {
                self.feeds[policy]?.reading.kept(false, feed.list)
                return
            }
            self.keep(changes.dropFirst(part.count), policy)
        }
    }

    // MARK: Writing

    /// Writes that somebody is revoked or not; tries again while the store is away.
    ///
    /// - Parameters:
    ///   - name: of a subject or a token.
    ///   - policy: whose list it is.
    ///   - isRevoked: or restored.
    ///   - unixSeconds: when it ends by itself; nil: never.
    ///   - deadline: until when it is tried.
    ///   - done: hears once what became of it.
    func write(
        _ name: RevocationName,
        of policy: String,
        isRevoked: Bool,
        until unixSeconds: Int64?,
        before deadline: NIODeadline,
        _ done: @escaping @Sendable (Written) -> Void
    ) {
        start()
        let sign: [UInt8] = [isRevoked ? 0x2B : 0x2D]
        let numbers = Self.words(RevocationPage.milliseconds(seconds: unixSeconds), UInt64(options.mostRevocations))
        let words = [sign, StoreNames.text(name)] + numbers
        connection.ask(.writeRevoked, keys: names.listKeys(of: policy), words) { reply in
            if let (count, _) = RedisStore.numbers(reply) {
                done(count > 0 ? .yes : .full)
                // Whoever asks this instance next should find it.
                return self.ask(policy)
            }
            guard NIODeadline.now() < deadline else { return done(.unreached) }
            self.loop.scheduleTask(in: .milliseconds(50)) {
                self.write(name, of: policy, isRevoked: isRevoked, until: unixSeconds, before: deadline, done)
            }.futureResult.whenFailure { _ in done(.unreached) }
        }
    }

    private static func words(_ numbers: UInt64...) -> [[UInt8]] { numbers.map { Array(String($0).utf8) } }
}
