import Synchronization

/// Who is refused on every instance, as this one knows it from a store.
///
/// Whoever talks to the store fills it in the background; a decision looks here and asks nobody. Who is in it stays in it until
/// the store says otherwise, whether the store answers or not.
public final class SharedRevocations: Sendable {
    /// What a name in the store stands for.
    package enum Kind: String, Sendable {
        case subject
        case tokenID = "id"
    }

    /// How the store names a subject, or the id of a token.
    package typealias Naming = @Sendable (Kind, [UInt8]) -> RevocationName

    /// How much this instance knows of the store's list.
    package enum Reach: Sendable, Equatable {
        /// All of it, as of a moment ago.
        case current
        /// What it once was, or nothing.
        case away
        /// It has more entries than this instance takes over.
        case tooMany
    }

    private struct Held {
        var version: UInt64
        var end: Int64
        var round: UInt64
    }

    private struct State {
        var held: [RevocationName: Held] = [:]
        /// Counts the times that the whole list was read.
        var round: UInt64 = 0
        /// Before this nothing that has ended is looked for; nanoseconds since 1970.
        var nextSweep = Int64.min
    }

    /// How long entries that have ended may lie about.
    private static let sweepInterval: Int64 = 60_000_000_000

    private let naming: Naming?
    private let state = Mutex(State())
    private let count = Atomic<Int>(0)
    private let changes = Atomic<UInt64>(0)
    /// The tick from which on the list counts as not known; 0: it never was.
    private let knownUntil = Atomic<UInt64>(0)
    private let hasTooMany = Atomic<Bool>(false)

    /// A list that nobody fills: `onStoreFailure` decides about every token of a policy that shares one.
    ///
    /// For hosts without a store. `RedisStore.revocations(of:)` is one that is filled.
    public init() {
        naming = nil
    }

    package init(naming: @escaping Naming) {
        self.naming = naming
    }

    // MARK: Decisions

    /// Counts the changes by which somebody is refused who was not before.
    package var revision: UInt64 { changes.load(ordering: .acquiring) }

    /// How many entries this instance holds.
    public var entryCount: Int { count.load(ordering: .relaxed) }

    /// How much is known at a tick of the clock that `complete` was told.
    package func reach(at ticks: UInt64) -> Reach {
        if hasTooMany.load(ordering: .acquiring) { return .tooMany }
        return ticks < knownUntil.load(ordering: .acquiring) ? .current : .away
    }

    /// Whether the store's list is known, as of a moment ago.
    ///
    /// - Parameter moment: now, by the clock of whoever fills it.
    /// - Returns: false where `onStoreFailure` decides.
    public func isCurrent(at moment: Moment) -> Bool { reach(at: moment.ticks) == .current }

    /// The names under which the store would have a token; nil where nobody fills this list.
    package func names(id: [UInt8]?, subject: [UInt8]?) -> RevocationNames? {
        guard let naming else { return nil }
        return RevocationNames(id: id.map { naming(.tokenID, $0) }, subject: subject.map { naming(.subject, $0) })
    }

    /// Whether one of the names is in the list.
    ///
    /// - Parameters:
    ///   - names: of a token.
    ///   - unixNanoseconds: the wall clock; what ends then or before holds no more.
    /// - Returns: whether the token is refused.
    package func holds(_ names: RevocationNames, at unixNanoseconds: Int64) -> Bool {
        guard count.load(ordering: .acquiring) > 0 else { return false }
        return state.withLock { state in
            [names.id, names.subject].contains { name in
                guard let name, let held = state.held[name] else { return false }
                return unixNanoseconds < held.end
            }
        }
    }

    // MARK: Filling

    /// The whole list is read from here on: what does not come again until the end of it is what the store lacks.
    package func beginRound() {
        state.withLock { $0.round &+= 1 }
    }

    /// Takes what changed, in the store's order.
    ///
    /// - Parameters:
    ///   - changed: who was revoked or lifted.
    ///   - unixNanoseconds: the wall clock.
    package func take(_ changed: [RevocationChange], at unixNanoseconds: Int64) {
        let isAdded = state.withLock { state in
            var isAdded = false
            for change in changed {
                guard change.isRevoked else {
                    state.held[change.name] = nil
                    continue
                }
                let old = state.held[change.name]
                if (old?.end ?? .min) < change.end { isAdded = true }
                state.held[change.name] = Held(version: change.version, end: change.end, round: state.round)
            }
            if unixNanoseconds >= state.nextSweep {
                state.held = state.held.filter { unixNanoseconds < $0.value.end }
                state.nextSweep = unixNanoseconds &+ Self.sweepInterval
            }
            count.store(state.held.count, ordering: .releasing)
            return isAdded
        }
        // Last: whoever sees the newer number finds the entries.
        if isAdded { changes.add(1, ordering: .releasing) }
    }

    /// The whole list is known.
    ///
    /// - Parameter ticks: from then on it counts as not known, unless it is said again.
    package func complete(until ticks: UInt64) {
        knownUntil.store(ticks, ordering: .releasing)
        hasTooMany.store(false, ordering: .releasing)
    }

    /// The list has more entries than this instance takes over: who is not in it cannot be told.
    package func giveUp() {
        hasTooMany.store(true, ordering: .releasing)
    }

    /// Who is in this list and did not come in the round, as a store that lost it should have it again.
    package func lacking(at unixNanoseconds: Int64) -> [RevocationChange] {
        state.withLock { state in
            state.held.compactMap { name, held in
                guard held.round != state.round, unixNanoseconds < held.end else { return nil }
                return RevocationChange(name: name, version: held.version, end: held.end, isRevoked: true)
            }
        }
    }
}

/// A subject, or the id of a token, as a store has it: half of a keyed hash, which tells nobody's name.
package struct RevocationName: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

/// The two names of one token.
package struct RevocationNames: Equatable, Sendable {
    /// Of its id; nil where it has none.
    package let id: RevocationName?
    /// Of its subject; nil where it has none.
    package let subject: RevocationName?

    package init(id: RevocationName?, subject: RevocationName?) {
        self.id = id
        self.subject = subject
    }
}

/// One change of a store's list.
package struct RevocationChange: Equatable, Sendable {
    package let name: RevocationName
    /// The store's number of the change; later ones are greater.
    package let version: UInt64
    /// When it ends, nanoseconds since 1970; the largest number: never.
    package let end: Int64
    /// Whether it revokes, or lifts what did.
    package let isRevoked: Bool

    package init(name: RevocationName, version: UInt64, end: Int64, isRevoked: Bool) {
        self.name = name
        self.version = version
        self.end = end
        self.isRevoked = isRevoked
    }
}
