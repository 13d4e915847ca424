/// The keys of one mapping so far: a list while they are few, then a table.
struct KeyIndex {
    /// Up to here comparing one by one is cheaper than hashing.
    private static let few = 8

    private var records: [Int32] = []
    private var table: [[UInt8]: Int32] = [:]

    /// Adds a key, unless one of the same text is there.
    ///
    /// - Returns: the record of the key that was there.
    mutating func insert(_ key: Int32, records all: [Tree.Record], text: [UInt8]) -> Int32? {
        func bytes(_ index: Int32) -> ArraySlice<UInt8> {
            text[Int(all[Int(index)].low)..<Int(all[Int(index)].low + all[Int(index)].count)]
        }
        let new = bytes(key)
        guard table.isEmpty else {
            let new = Array(new)
            if let same = table[new] { return same }
            table[new] = key
            return nil
        }
        if let same = records.first(where: { bytes($0) == new }) { return same }
        records.append(key)
        guard records.count > Self.few else { return nil }
        for record in records { table[Array(bytes(record))] = record }
        return nil
    }
}
