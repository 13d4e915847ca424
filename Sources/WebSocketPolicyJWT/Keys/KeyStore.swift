import PolicyPlan
import PolicyRuntime
import Synchronization

/// The keys of an authority now: swapped whole, and numbered, so that nothing made with earlier ones is taken for theirs.
final class KeyStore: Sendable {
    private let ring: Mutex<KeyRing>
    private let changes = Atomic<UInt64>(1)

    init(_ ring: KeyRing) {
        self.ring = Mutex(ring)
    }

    /// Counts the swaps, from 1 on.
    var generation: UInt64 { changes.load(ordering: .acquiring) }

    var current: KeyRing { ring.withLock { $0 } }

    /// Puts a newer copy of a set in the place of the one there, with all keys of it or, where it throws, with none.
    ///
    /// - Returns: whether the keys are others now.
    func replace(_ address: String, with copy: KeySetCopy, plan: PlanView) throws(KeyError) -> Bool {
        let isOther = try ring.withLock { ring throws(KeyError) in
            guard !ring.holds(address, copy) else {
                ring = ring.prolonging(address, until: copy.usableUntil)
                return false
            }
            ring = try ring.replacing(address, with: copy, plan: plan)
            return true
        }
        if isOther { changes.add(1, ordering: .releasing) }
        return isOther
    }
}
