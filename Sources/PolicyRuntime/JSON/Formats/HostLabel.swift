/// The code points of one label of a host name: at most 63, as many as an A-label has bytes.
struct HostLabel {
    static let capacity = 63

    private var scalars = InlineArray<63, UInt32>(repeating: 0)
    private(set) var count = 0

    subscript(_ index: Int) -> UInt32 {
        scalars[index]
    }

    /// Adds a code point at a place up to the end; false where there is no room.
    mutating func insert(_ value: UInt32, at place: Int) -> Bool {
        guard count < Self.capacity else { return false }
        var index = count
        while index > place {
            scalars[index] = scalars[index - 1]
            index -= 1
        }
        scalars[place] = value
        count += 1
        return true
    }

    mutating func append(_ value: UInt32) -> Bool {
        insert(value, at: count)
    }

    func contains(_ test: (UInt32) -> Bool) -> Bool {
        for index in 0..<count where test(scalars[index]) { return true }
        return false
    }
}
