/// Where a program's keywords were written: a table beside the program, which a plan may leave out.
///
/// Entries of 16 bytes, little-endian and sorted: u32 id of the node, u16 keyword, u16 0, u32 detail, u32 source index.
package struct ProgramSources: Sendable {
    package static let entrySize = 16

    /// One keyword's place.
    package struct Entry: Sendable, Hashable, Comparable {
        package let node: UInt32
        package let keyword: ContentKeyword
        package let detail: UInt32
        package let source: UInt32

        package init(node: UInt32, keyword: ContentKeyword, detail: UInt32, source: UInt32) {
            self.node = node
            self.keyword = keyword
            self.detail = detail
            self.source = source
        }

        package static func < (left: Entry, right: Entry) -> Bool {
            (left.node, left.keyword.rawValue, left.detail, left.source)
                < (right.node, right.keyword.rawValue, right.detail, right.source)
        }
    }

    package let bytes: [UInt8]

    /// A table as a plan holds it; entries of unknown keywords are passed over.
    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    package init(_ entries: [Entry]) {
        var bytes: [UInt8] = []
        for entry in entries.sorted() {
            for word in [entry.node, UInt32(entry.keyword.rawValue), entry.detail, entry.source] {
                for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
            }
        }
        self.bytes = bytes
    }

    /// The source of the first entry for a keyword of a node whose detail passes.
    package func source(node: UInt32, keyword: ContentKeyword, where matches: (_ detail: UInt32) -> Bool) -> UInt32? {
        var low = 0
        var high = bytes.count / Self.entrySize
        while low < high {
            let middle = (low + high) / 2
            if (word(middle, 0), word(middle, 4)) < (node, UInt32(keyword.rawValue)) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        while low < bytes.count / Self.entrySize, word(low, 0) == node, word(low, 4) == UInt32(keyword.rawValue) {
            if matches(word(low, 8)) { return word(low, 12) }
            low += 1
        }
        return nil
    }

    private func word(_ entry: Int, _ offset: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[entry * Self.entrySize + offset + $1]) << UInt32(8 * $1) }
    }
}
