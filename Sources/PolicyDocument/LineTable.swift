/// Where the lines of a text begin; a line ends at LF, CR LF or a lone CR.
struct LineTable: Sendable, Equatable {
    /// The first byte of each line; never empty.
    let starts: [Int]

    init(_ bytes: [UInt8]) {
        var starts = [0]
        var offset = 0
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else { continue }
            if byte == UInt8(ascii: "\r"), offset < bytes.count, bytes[offset] == UInt8(ascii: "\n") { offset += 1 }
            starts.append(offset)
        }
        self.starts = starts
    }

    /// The line that holds a byte, from one; a line break belongs to the line that it ends.
    func line(holding offset: Int) -> Int {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        return low + 1
    }
}
