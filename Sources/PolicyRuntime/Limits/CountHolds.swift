/// What a connection holds of concurrent counts; it is given back exactly once, however the connection ends.
struct CountHolds: ~Copyable {
    struct Hold {
        let limit: Int
        let place: LimitTable.Place
    }

    private let store: LimitStore
    // Most policies count by address and by server: two have room without an allocation.
    private var first: Hold?
    private var second: Hold?
    private var others: [Hold] = []

    init(_ store: LimitStore) {
        self.store = store
    }

    deinit {
        if let first { Self.giveBack(first, store) }
        if let second { Self.giveBack(second, store) }
        for hold in others { Self.giveBack(hold, store) }
    }

    mutating func add(_ hold: Hold) {
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
        if let first { Self.giveBack(first, store) }
        if let second { Self.giveBack(second, store) }
        for hold in others { Self.giveBack(hold, store) }
        first = nil
        second = nil
        others = []
    }

    private static func giveBack(_ hold: Hold, _ store: LimitStore) {
        store.table(hold.limit)?.giveBack(hold.place)
    }
}
