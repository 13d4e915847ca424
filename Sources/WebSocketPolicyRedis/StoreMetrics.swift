import Synchronization

/// What a store was asked and how it answered, since the start.
public struct StoreMetrics: Sendable, Equatable {
    /// Questions of handshakes and of leases that were sent.
    public var asked = 0
    /// Answers that let a hit pass, or granted something.
    public var taken = 0
    /// Answers that did not.
    public var refused = 0
    /// Answers that did not come in time.
    public var timeouts = 0
    /// Questions that were not sent, or were lost with their connection, or answered by an error.
    public var failures = 0
    /// Connections that were made.
    public var connections = 0
    /// Connections that ended, or could not be made.
    public var disconnections = 0
    /// Handshakes of attached engines that were refused without asking: this instance knew that the limit is used up.
    public var refusedHere = 0
    /// Times that the whole of a list of who is revoked was known.
    public var revocationReads = 0
    /// Entries of all such lists that this instance holds.
    public var revocations = 0
}

/// The figures that all connections count into.
final class StoreFigures: Sendable {
    private let figures = Mutex(StoreMetrics())

    var snapshot: StoreMetrics { figures.withLock { $0 } }

    func count(_ change: (inout StoreMetrics) -> Void) { figures.withLock { change(&$0) } }
}
