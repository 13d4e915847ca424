/// What a connection holds of concurrent counts; it is given back exactly once, however the connection ends.
struct CountHolds: ~Copyable {
    struct Hold {
        let limit: Int
        let place: LimitTable.Place
    }

    /// Where the counts stand; nil while none is held.
    private var store: LimitStore?
    // Most policies count by address and by server: two have room without an allocation.
    private var first: Hold?
    private var second: Hold?
    private var others: [Hold] = []

    init() {}

    deinit {
        guard let store else { return }
        if let first { Self.giveBack(first, store) }
        if let second { Self.giveBack(second, store) }
        for hold in others { Self.giveBack(hold, store) }
    }

    /// Takes over what was taken; all of one connection is of the same store.
    mutating func add(_ hold: Hold, in store: LimitStore) {
        self.store = store
        if first == nil {
            first = hold
        } else if second == nil {
            second = hold
        } else {
            others.append(hold)
        }
    }

    /// Gives everything back; a second call does nothing.
    mutating func giveBack() {
        guard let store else { return }
        if let first { Self.giveBack(first, store) }
        if let second { Self.giveBack(second, store) }
        for hold in others { Self.giveBack(hold, store) }
        first = nil
        second = nil
        others = []
        self.store = nil
    }

    private static func giveBack(_ hold: Hold, _ store: LimitStore) {
        store.lent(hold.limit)?.giveBack(hold.place)
    }
}
