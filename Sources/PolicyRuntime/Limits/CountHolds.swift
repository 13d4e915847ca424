/// What a connection holds of concurrent counts; it is given back exactly once, however the connection ends.
struct CountHolds: ~Copyable {
    struct Hold {
        let limit: Int
        let place: LimitTable.Place
    }

    private let store: LimitStore
    private var holds: [Hold] = []

    init(_ store: LimitStore) {
        self.store = store
    }

    deinit {
        for hold in holds { store.table(hold.limit)?.giveBack(hold.place) }
    }

    mutating func add(_ hold: Hold) {
        holds.append(hold)
    }

    /// Gives everything back; a second call does nothing.
    mutating func giveBack() {
        for hold in holds { store.table(hold.limit)?.giveBack(hold.place) }
        holds = []
    }
}
