/// Where the lines of a text begin; a line ends at LF, CR LF or a lone CR.
struct LineTable: Sendable, Equatable {
    /// The first byte of each line; never empty.
    let starts: [Int]
    /// How many UTF-8 continuation bytes stand before each block of `blockSize` bytes, so that a column far out on a long
    /// line costs no walk along it.
    private let continuations: [Int]

    private static let blockSize = 256

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
        var continuations = [0]
        var count = 0
        for (place, byte) in bytes.enumerated() {
            if byte & 0xC0 == 0x80 { count += 1 }
            if (place + 1) % Self.blockSize == 0 { continuations.append(count) }
        }
        self.continuations = continuations
    }

    /// How many Unicode scalars begin in a range of the text's bytes.
    func scalarCount(in range: Range<Int>, of bytes: [UInt8]) -> Int {
        range.count
            - (continuationCount(before: range.upperBound, bytes) - continuationCount(before: range.lowerBound, bytes))
    }

    private func continuationCount(before offset: Int, _ bytes: [UInt8]) -> Int {
        let block = offset / Self.blockSize
        return continuations[block] + bytes[(block * Self.blockSize)..<offset].count { $0 & 0xC0 == 0x80 }
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
