import PolicyRuntime

/// How an instance's list of who is revoked comes to be the store's: what is asked next, and what follows from each answer.
///
/// The whole list is read from each process of a server that is met, and whenever it knows of fewer changes than it did: it has
/// lost some then. Who is in this instance's list and not in the store's is written back, so that a store that lost its list, or
/// went back to an earlier one, has it again. Otherwise only changes are read: a connection that ends among many costs the store
/// nothing more, and what was read of a long list is not read again.
struct RevocationReading {
    enum Step: Equatable {
        /// Ask for the changes after one.
        case ask(after: UInt64)
        /// Write entries back that the store lacks, and say `kept`.
        case keep([RevocationChange])
        /// Nothing until the next `due`.
        case rest
    }

    /// So many entries are taken over.
    private let most: Int
    /// The process that was read from; nil where it does not say which it is.
    private var process: [UInt8]?
    /// The number of the last change that is known.
    private var after: UInt64 = 0
    /// Whether the whole list is being read, or is to be.
    private var isWhole = true
    /// Whether an answer is waited for.
    private var isAsking = false
    private var hasGivenUp = false

    init(most: Int) { self.most = most }

    /// The store was connected to: it may be another, or know less, unless it is the same process.
    mutating func connected(_ list: SharedRevocations, to process: [UInt8]?) {
        isAsking = false
        if let process, process == self.process { return }
        self.process = process
        readAll(list)
    }

    /// It is time to ask.
    mutating func due() -> Step {
        guard !isAsking else { return .rest }
        isAsking = true
        return .ask(after: after)
    }

    /// An answer has come, or none has in time.
    ///
    /// - Parameters:
    ///   - page: the answer; nil where there was none.
    ///   - list: this instance's.
    ///   - moment: now.
    ///   - knownFor: nanoseconds for which a list that was read whole counts as known.
    /// - Returns: what follows.
    mutating func received(
        _ page: RevocationPage?,
        _ list: SharedRevocations,
        at moment: Moment,
        knownFor: UInt64
    ) -> Step {
        isAsking = false
        guard let page else { return .rest }
        guard page.count <= most else {
            hasGivenUp = true
            // Only to learn when there are fewer.
            after = page.last
            list.giveUp()
            return .rest
        }
        guard !hasGivenUp, page.last >= after else {
            readAll(list)
            return due()
        }
        list.take(page.changes, at: moment.unixNanoseconds)
        after = page.cursor
        guard !page.hasMore else { return due() }
        list.complete(until: moment.ticks &+ knownFor)
        guard isWhole else { return .rest }
        isWhole = false
        let lacking = list.lacking(at: moment.unixNanoseconds)
        guard !lacking.isEmpty else { return .rest }
        isAsking = true
        return .keep(lacking)
    }

    /// The entries were written back, or not.
    mutating func kept(_ isDone: Bool, _ list: SharedRevocations) {
        isAsking = false
        if !isDone { readAll(list) }
    }

    private mutating func readAll(_ list: SharedRevocations) {
        after = 0
        isWhole = true
        hasGivenUp = false
        list.beginRound()
    }
}
