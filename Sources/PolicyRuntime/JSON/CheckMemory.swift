/// Stacks that combined checks and comparisons of items use again and again.
final class CheckMemory {
    /// What follows for an entry from the value of a member or item.
    struct Link {
        enum Kind {
            /// The entry fails where the value does.
            case required
            /// What the entry says of what nobody evaluated.
            case unevaluated
            /// Items that the entry counts; the index among those.
            case contains(Int)
        }

        let entry: Int
        let child: Int
        let kind: Kind
    }

    enum State {
        /// Nothing of its own fails so far.
        case holds
        /// Something of its own fails.
        case fails
        case deciding
        case passed
        case refused
    }

    /// A node that one value is compared with.
    struct Entry {
        let node: UInt32
        let id: Int
        var state: State
        /// Which entry the node had in the value around this one.
        let outer: Int
        /// Where its seen members begin in `words`, and what it counts in `counts`.
        var words = 0
        var counts = 0
    }

    var entries: [Entry] = []
    /// By node id: its entry, valid where that belongs to the current value.
    var places: [Int] = []
    var links: [Link] = []
    /// Which properties were seen, a bit each.
    var words: [UInt64] = []
    var counts: [Int] = []
    /// For each member or item a byte an entry: 1 where the entry evaluates it, 2 where its rule for the rest holds.
    var rows: [UInt8] = []
    /// Places and hashes of an array's items.
    var items: [(hash: UInt64, place: BytePointer)] = []
    var table: [Int32] = []
}
