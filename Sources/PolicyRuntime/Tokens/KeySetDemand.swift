import Synchronization

/// Which key sets lack a key that a token named, for whoever fetches them.
///
/// An authority adds to it and goes on; it is emptied by whoever takes what is in it. A flood of such tokens costs one entry.
package final class KeySetDemand: Sendable {
    private struct State {
        var addresses: Set<String> = []
        var handler: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    package init() {}

    /// Calls `handler` when the demand is not empty, or is not any more.
    ///
    /// - Parameter handler: must return at once; nil for nobody.
    package func onDemand(_ handler: (@Sendable () -> Void)?) {
        let isWaiting = state.withLock { state in
            state.handler = handler
            return !state.addresses.isEmpty
        }
        // What was asked for before somebody listened is not lost.
        if isWaiting { handler?() }
    }

    /// Asks for newer copies.
    package func ask(for addresses: [String]) {
        let handler = state.withLock { state in
            let isFirst = state.addresses.isEmpty
            state.addresses.formUnion(addresses)
            return isFirst && !addresses.isEmpty ? state.handler : nil
        }
        handler?()
    }

    /// What is asked for, which then is not any more.
    package func take() -> Set<String> {
        state.withLock { state in
            let taken = state.addresses
            state.addresses = []
            return taken
        }
    }
}
