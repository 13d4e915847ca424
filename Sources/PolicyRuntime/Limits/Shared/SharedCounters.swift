import Synchronization

/// What all instances count together, as this one sees it: whether the store can be asked, and what it is to be asked for.
///
/// Whoever talks to the store says here whether it answers. As long as nobody does, it does not.
public final class SharedCounters: Sendable {
    private let available = Atomic<Bool>(false)
    private let wants = Mutex<[LeaseWant]>([])

    private let refusals = Atomic<Int>(0)

    init() {}

    /// Handshakes that were refused without asking the store.
    package var refusalsWithoutAsking: Int { refusals.load(ordering: .relaxed) }

    func countRefusal() { refusals.add(1, ordering: .relaxed) }

    /// Whether the store answers.
    public var isAvailable: Bool { available.load(ordering: .acquiring) }

    /// Says whether the store answers.
    package func setAvailable(_ isAvailable: Bool) { available.store(isAvailable, ordering: .releasing) }

    package func add(_ want: LeaseWant) { wants.withLock { $0.append(want) } }

    /// The leases that messages want, oldest first; each is settled or fails before its key wants again.
    package func takeWants() -> [LeaseWant] {
        wants.withLock { wants in
            let taken = wants
            wants = []
            return taken
        }
    }
}

/// A key that needs more of a limit.
package struct LeaseWant: Sendable {
    package let table: LeaseTable
    package let place: LeaseTable.Place
    package let hit: SharedHit
}
